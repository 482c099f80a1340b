"""`ringfence ask` and `ringfence search`: a question, and its answer or its passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import cli_vault
from pipelines.cli_parts import installation, print_json
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from rag.records import Narrowing

Question = Annotated[str, typer.Argument(help="The question.")]
Asker = Annotated[str, typer.Option("--as", help="Who asks: see `ringfence principals`.")]
Sources = Annotated[
    list[str] | None, typer.Option("--source", help="Look at this source alone; may be repeated.")
]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="Likewise a media type, as application/pdf.")
]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", help="Likewise a tag, as permissions.toml gives it.")
]
Since = Annotated[str | None, typer.Option(help="Leave out what is older than this day.")]
Until = Annotated[str | None, typer.Option(help="Leave out what is newer than this day.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]


def ask(
    question: Question,
    principal: Asker,
    source: Sources = None,
    kind: Kinds = None,
    tag: Tags = None,
    since: Since = None,
    until: Until = None,
    reidentify: Annotated[
        bool, typer.Option("--reidentify", help="Name who is meant, to who may know it.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why they shall be named.")] = "",
    as_json: Json = False,
) -> None:
    """Answer a question from the documents that somebody may read."""
    from pipelines.build import build_answering
    from pipelines.show import show_answer
    from rag.api.schema import answer_body

    asked = narrowing(source, kind, tag, since, until)
    inst = installation()
    asker = inst.principals.named(principal)
    _check(question)
    answering = build_answering(inst)
    try:
        answer = answering.ask(question, asker, asked)
    finally:
        answering.close()
    if reidentify:
        answer = cli_vault.named_answer(inst, answer, asker, reason)
    if as_json:
        print_json(answer_body(answer).model_dump(mode="json"))
    else:
        show_answer(answer)


def search(
    question: Question,
    principal: Asker,
    limit: Annotated[int, typer.Option(help="Most passages.", min=1, max=50)] = 10,
    source: Sources = None,
    kind: Kinds = None,
    tag: Tags = None,
    since: Since = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """Find the passages that may answer a question, in the documents that somebody may read."""
    from pipelines.build import build_answering
    from pipelines.show import show_found
    from rag.api.passages import found_body

    asked = narrowing(source, kind, tag, since, until)
    inst = installation()
    asker = inst.principals.named(principal)
    _check(question)
    answering = build_answering(inst)
    try:
        found = answering.search(question, asker, asked, limit=limit)
    finally:
        answering.close()
    if as_json:
        print_json(found_body(found).model_dump(mode="json"))
    else:
        show_found(found)


def narrowing(
    sources: list[str] | None,
    kinds: list[str] | None,
    tags: list[str] | None,
    since: str | None,
    until: str | None,
) -> Narrowing:
    """Return filters as a search takes them, or say which is wrong, without its value."""
    from pydantic import ValidationError

    from rag.api.filters import FiltersBody, narrowing_of

    try:
        body = FiltersBody(
            sources=sources or [], kinds=kinds or [], tags=tags or [], since=since, until=until
        )
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        option = _OPTIONS.get(str(problem["loc"][0])) if problem["loc"] else "--since"
        raise ConfigurationError(f"`{option}`: {problem['msg']}") from None
    return narrowing_of(body)


_OPTIONS = {
    "sources": "--source",
    "kinds": "--kind",
    "tags": "--tag",
    "since": "--since",
    "until": "--until",
}


def _check(question: str) -> None:
    if not question.strip() or any("\ud800" <= letter <= "\udfff" for letter in question):
        raise ConfigurationError("the question is empty, or holds what is no text")
