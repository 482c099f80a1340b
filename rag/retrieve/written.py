"""A stretch of a document as numbered evidence, with what stands above it."""

from __future__ import annotations

from rag.chunk.headings import context_at, titles_within
from rag.records import Element, ElementKind, Evidence, RedactedDocument, RedactedText
from rag.retrieve.stretches import Stretch


def evidence_of(number: int, stretch: Stretch, *, likely: float = 1.0) -> Evidence:
    """Return a stretch as evidence; rows of a table have their header in the context.

    `likely` says how likely all that was found is to answer.
    """
    document = stretch.document
    return Evidence(
        n=number,
        document_id=document.id,
        document_version=document.version,
        title=document.title,
        text=stretch.text,
        context=above_of(document, stretch.start),
        start=stretch.start,
        end=stretch.end,
        page=_page(document, stretch),
        score=stretch.score,
        titles=titles_within(document, stretch.start, stretch.end),
        policy=document.policy,
        source=document.source,
        likely=likely,
    )


def above_of(document: RedactedDocument, start: int) -> RedactedText:
    """Return the headings above a character, and the first row of a table that it stands in."""
    above = context_at(document, start)
    table = _at(document, start)
    if table is None or table.kind is not ElementKind.TABLE or table.start == start:
        return above
    end = document.text.find("\n", table.start, table.end)
    if not table.start < end <= start:
        return above
    header = document.text.cut(table.start, end)
    return RedactedText.joined("\n", [part for part in (above, header) if part])


def _page(document: RedactedDocument, stretch: Stretch) -> int | None:
    """Return the page of the element at the start, else the passage's."""
    element = _at(document, stretch.start)
    return stretch.page if element is None or element.page is None else element.page


def _at(document: RedactedDocument, place: int) -> Element | None:
    """Return the innermost element that stands at a character."""
    found = [e for e in document.elements if e.start <= place < e.end]
    return min(found, key=lambda e: e.end - e.start) if found else None
