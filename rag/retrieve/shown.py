"""A passage of a document as it is shown: where it stands, and what stands around it."""

from __future__ import annotations

from rag.chunk.sentences import sentence_spans
from rag.records import Element, ElementKind, Passage, Place, RedactedDocument, Span

AROUND = 600  # characters shown at most, before and after


def passage_of(document: RedactedDocument, start: int, end: int, *, score: float = 0.0) -> Passage:
    """Return the characters from `start` up to `end` with where they stand."""
    elements = [one for one in document.elements if one.start < end and start < one.end]
    first = elements[0] if elements else Element(kind=ElementKind.TEXT, start=start, end=end)
    boxes = dict.fromkeys((one.page, one.box) for one in elements if one.box is not None)
    return Passage(
        document=document.id,
        version=document.version,
        title=document.title,
        text=document.text.cut(start, end),
        start=start,
        end=end,
        kind=first.kind,
        page=first.page,
        places=tuple(Place(page=page, box=box) for page, box in boxes),
        headings=tuple(document.text.cut(span.start, span.end) for span in first.headings),
        policy=document.policy,
        score=score,
    )


def surroundings(document: RedactedDocument, start: int, end: int) -> tuple[Span, Span]:
    """Return what is shown before and after a passage: as much as fits, cut between sentences.

    Elements end sentences too. Where a sentence is too long, it is cut between words.
    """
    text, farthest = str(document.text), max(0, start - AROUND)
    begins = {farthest + span.start for span in sentence_spans(text[farthest:start])[1:]}
    begins |= {one.start for one in document.elements if farthest <= one.start <= start}
    begins |= {0} if farthest == 0 else set()
    space = text.find(" ", farthest, start) + 1 or start

    farthest = min(len(text), end + AROUND)
    ends = {end + span.end for span in sentence_spans(text[end:farthest])[:-1]}
    ends |= {one.end for one in document.elements if end <= one.end <= farthest}
    ends |= {len(text)} if farthest == len(text) else set()
    last = text.rfind(" ", end, farthest)
    return (
        Span(start=min(begins, default=space), end=start),
        Span(start=end, end=max(ends, default=max(last, end))),
    )
