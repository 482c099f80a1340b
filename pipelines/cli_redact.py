"""Commands of a privacy officer: what redaction does to files, and the human checks of it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from pipelines.cli_parts import installation as _installation
from pipelines.cli_parts import print_json as _print_json
from rag.errors import ConfigurationError
from rag.review.records import Found

SOME_FAILED = 4
_FILE = "file"

Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]


class FileFirst(TyperGroup):
    """Commands of which one needs no name: what begins with none of them is a file."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # Typer's own context has no public name
        """Read the arguments."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = [_FILE, *args]
        return super().parse_args(ctx, args)


redact = typer.Typer(
    cls=FileFirst,
    help="See what redaction does to a file or folder, and have documents checked by people. "
    "`ringfence redact PATH` is short for `ringfence redact file PATH`.",
)


@redact.command(_FILE)
def redact_file(
    path: Annotated[Path, typer.Argument(help="A file or folder; nothing of it is indexed.")],
    policy: Annotated[
        str, typer.Option(help="A policy's name or file; default: what settings say.")
    ] = "",
    report: Annotated[Path | None, typer.Option(help="Write one HTML page about it here.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the redacted text here; of several documents, a new folder."),
    ] = None,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Show in the page what was replaced: needs --as.")
    ] = False,
    principal: Annotated[
        str, typer.Option("--as", help="Who looks: see `ringfence principals`.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Redact a file or folder and say what was replaced, what was left, and why."""
    from eval.marked import facts, page
    from pipelines.redact import (
        check_file,
        record_values,
        redact_place,
        viewer_of,
        write_texts,
        write_whole,
    )
    from pipelines.show import ProgressBar, show_redaction

    inst = _installation()
    if show_values and report is None:
        raise ConfigurationError("--show-values needs --report: values go into that page alone")
    if report is not None:
        check_file(report)
    viewer = viewer_of(inst, principal) if show_values else None
    with ProgressBar("Redacting") as bar:
        redaction = redact_place(inst, path, policy=policy, viewer=viewer, bar=bar)
    if viewer is not None:
        record_values(inst, redaction, viewer)
    if report is not None:
        write_whole(report, page(redaction))
        typer.echo(f"report: {report}", err=True)
    if out is not None:
        write_texts(redaction, out)
    if as_json:
        _print_json(facts(redaction))
    else:
        show_redaction(redaction)
    if len(redaction.done) < len(redaction.documents):
        raise typer.Exit(SOME_FAILED)


@redact.command("sample")
def draw_sample(
    count: Annotated[int, typer.Option(min=1, max=1_000, help="How many documents.")] = 20,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Decides which; default: chance, and it is shown.")
    ] = None,
    reviewers: Annotated[
        list[str] | None,
        typer.Option(
            "--for", help="Who shall look; may be repeated. Default: all who have a role."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Draw indexed documents for a human check, half at random and half by risk, by source."""
    from pipelines.build import build_checks
    from pipelines.show import ProgressBar
    from pipelines.show_reviews import review_body, show_sample

    checks = build_checks(_installation())
    try:
        with ProgressBar("Weighing") as bar:
            sample = checks.sample(
                count=count,
                seed=secrets.randbelow(1_000_000) if seed is None else seed,
                reviewers=reviewers or [],
                bar=bar,
            )
        names = checks.names()
    finally:
        checks.close()
    if as_json:
        _print_json(
            {
                "seed": sample.seed,
                "unreadable": sample.unreadable,
                "reviews": [review_body(one, names) for one in sample.reviews],
            }
        )
    else:
        show_sample(sample, names)


@redact.command("review")
def judge(
    principal: Annotated[str, typer.Option("--as", help="Who looked: see `ringfence principals`.")],
    review: Annotated[
        str, typer.Argument(help="Its id. Without --verdict: what to read; none: the next one.")
    ] = "",
    verdict: Annotated[
        Found | None, typer.Option(help="What was found; it cannot be changed later.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="What was missed or taken out in vain; repeatable.")
    ] = None,
    note: Annotated[str, typer.Option(help="In words; it is redacted before it is kept.")] = "",
    as_json: Json = False,
) -> None:
    """Show a document that waits for a check, or record the verdict on it."""
    from pipelines.build import build_checks
    from pipelines.show_reviews import review_body, show_review
    from rag.api.schema import document_body

    if verdict is None and (kind or note):
        raise ConfigurationError("--kind and --note belong to a --verdict")
    if verdict is not None and not review:
        raise ConfigurationError("a --verdict needs the id of its review")
    checks = build_checks(_installation())
    try:
        if verdict is None:
            found, document = checks.open(review, principal)
            body = {
                "review": review_body(found, {document.id: document.name}),
                "document": document_body(document).model_dump(mode="json"),
            }
            _print_json(body) if as_json else show_review(found, document)
            return
        decided = checks.decide(review, principal, verdict=verdict, kinds=kind or [], note=note)
        names = checks.names()
    finally:
        checks.close()
    if as_json:
        _print_json(review_body(decided, names))
    else:
        typer.echo(f"{decided.id}: {verdict.value}")


@redact.command("reviews")
def list_reviews(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those that have no verdict yet.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the checks, and estimate the share of documents in which something was missed."""
    from dataclasses import asdict

    from pipelines.build import build_checks
    from pipelines.show_reviews import review_body, show_reviews

    checks = build_checks(_installation())
    try:
        known = checks.overview()
    finally:
        checks.close()
    open_ones = [r for r in known.reviews if r.verdict is None and r.id not in known.outdated]
    shown = open_ones if waiting else known.reviews
    if as_json:
        _print_json(
            {
                "reviews": [
                    {**review_body(one, known.names), "outdated": one.id in known.outdated}
                    for one in shown
                ],
                "estimates": [asdict(one) for one in known.estimates],
            }
        )
    else:
        show_reviews(shown, known)
