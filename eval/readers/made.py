"""What readers make suites of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from eval.cases import Case, Expect, Form, Gold
from eval.gold import locate
from eval.retrieval.cases import Shaping, Target, document
from eval.retrieval.rows import id_of
from rag.errors import ConfigurationError
from rag.records import Document

ASKER = "measurement"
"""Who asks about public data; he may read all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The documents and cases of a set, and what is to be said of it."""

    about: str
    documents: tuple[Document, ...] = field(repr=False)
    cases: tuple[Case, ...] = field(repr=False)
    notes: tuple[str, ...] = ()


def made_of(text: str, shaping: Shaping, source: str) -> Document:
    """Return a document of paragraphs; the same text is the same document."""
    pieces = [line for line in text.split("\n") if line.strip()]
    return document(id_of(text), source=source, parsed=shaping.assemble(pieces))


def case(
    key: str,
    question: str,
    answers: Iterable[str],
    gold: Sequence[Gold],
    *,
    form: Form = Form.TEXT,
    kind: str = "",
    cluster: str = "",
    within: str = "",
    attack: str = "",
) -> Case:
    """Return a case that everybody may ask; without answers nothing answers it."""
    kept = tuple(dict.fromkeys(one.strip() for one in answers if one.strip()))
    return Case(
        id=key,
        corpus="",
        question=question,
        asker=ASKER,
        expect=Expect.ANSWER if kept else Expect.NONE,
        answers=kept,
        gold=tuple(gold) if kept else (),
        form=form if kept else Form.TEXT,
        kind=kind,
        cluster=cluster,
        within=within,
        attack=attack,
    )


def whole(one: Document) -> Gold:
    """Return a document as the passage that answers."""
    text = one.parsed.text
    return Gold(document=one.id, quote=text, start=0, end=len(text))


def targeted(target: Target, documents: Mapping[str, Document]) -> Gold:
    """Return what a search should find as the passage that answers."""
    text = documents[target.document_id].parsed.text
    return Gold(
        document=target.document_id,
        quote=text[target.start : target.end],
        start=target.start,
        end=target.end,
    )


def quoted(one: Document, quote: str) -> Gold:
    """Return a quote as the passage that answers; all of the document if it is not there once."""
    try:
        span = locate(one.parsed.text, quote)
    except ConfigurationError:
        return whole(one)
    text = one.parsed.text[span.start : span.end]
    return Gold(document=one.id, quote=text, start=span.start, end=span.end)


def of_corpus(cases: Iterable[Case], corpus: str) -> tuple[Case, ...]:
    """Return cases as those of a corpus."""
    return tuple(replace(one, corpus=corpus) for one in cases)


def texts(values: object) -> list[str]:
    """Return the texts of a value that is one or a list, of lists too."""
    if isinstance(values, str):
        return [values]
    found: list[str] = []
    for one in values if isinstance(values, list) else []:
        found += texts(one)
    return found


def number(value: float | str) -> str:
    """Return a number as it is written."""
    return value if isinstance(value, str) else f"{value:.10g}"
