"""The headings above a passage."""

from __future__ import annotations

from rag.records import ElementKind, RedactedDocument, RedactedText, Span


def context_at(document: RedactedDocument, start: int) -> RedactedText:
    """Return the title and the headings above the character at `start`, outermost first."""
    spans: tuple[Span, ...] = ()
    for element in document.elements:
        if element.start > start:
            break
        spans = element.headings
    return context(document, spans)


def context(document: RedactedDocument, spans: tuple[Span, ...]) -> RedactedText:
    """Join the title and some headings of a document, for embeddings and for readers."""
    parts = [document.title] if document.title else []
    parts += [document.text.cut(span.start, span.end) for span in spans]
    distinct = list(dict.fromkeys(parts))
    return RedactedText.joined(" > ", distinct)


def titles_within(document: RedactedDocument, start: int, end: int) -> tuple[Span, ...]:
    """Return the headings between two characters, as ranges counted from the first."""
    return tuple(
        Span(start=element.start - start, end=element.end - start)
        for element in document.elements
        if element.kind is ElementKind.TITLE and start <= element.start and element.end <= end
    )
