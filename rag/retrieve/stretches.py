"""Passages as stretches of their documents: neighbours become one, short ones get surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.records import Element, ElementKind, RedactedDocument, RedactedText
from rag.retrieve.ranked import Ranked

# Below so many words a passage is widened to what stands around it in its section, up to the
# second figure.
_SHORT = 40
_WIDE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A contiguous part of a document that passages led to, with the best one's score."""

    document: RedactedDocument = field(repr=False)
    start: int
    end: int
    page: int | None
    score: float
    passages: tuple[Ranked, ...] = field(repr=False)

    @property
    def text(self) -> RedactedText:
        """Its characters."""
        return self.document.text.cut(self.start, self.end)


def stretches(ranked: Sequence[Ranked], *, merge: bool) -> list[Stretch]:
    """Return passages as stretches, in their order; neighbours as one, if they are merged."""
    found: list[Stretch] = []
    for passage in ranked:
        new = _of(passage)
        touching = [n for n, old in enumerate(found) if merge and _touch(old, new)]
        for n in touching:
            new = _joined(found[n], new)
        at = touching[0] if touching else len(found)
        found = [old for n, old in enumerate(found) if n not in touching]
        found.insert(at, new)
    return found


def widened(stretch: Stretch) -> Stretch:
    """Return a short stretch with what stands around it under the same headings."""
    if len(stretch.text.split()) >= _SHORT:
        return stretch
    elements = [e for e in stretch.document.elements if e.kind is not ElementKind.HEADER]
    inside = [n for n, e in enumerate(elements) if e.start < stretch.end and stretch.start < e.end]
    if not inside:
        return stretch
    first, last = inside[0], inside[-1]
    grown = True
    while grown:
        grown = False
        for pair in ((first - 1, last), (first, last + 1)):
            if not grown and _fits(stretch, elements, pair, own=elements[inside[-1]]):
                first, last = pair
                grown = True
    start, end = elements[first].start, elements[last].end
    page = elements[first].page if start < stretch.start else stretch.page
    return replace(stretch, start=min(stretch.start, start), end=max(stretch.end, end), page=page)


def _of(passage: Ranked) -> Stretch:
    hit = passage.hit
    return Stretch(
        document=passage.document,
        start=hit.start,
        end=hit.end,
        page=hit.page,
        score=passage.score,
        passages=(passage,),
    )


def _touch(one: Stretch, other: Stretch) -> bool:
    """Whether nothing but white space stands between two stretches of one version."""
    same = (one.document.id, one.document.version) == (other.document.id, other.document.version)
    if not same or one.page != other.page:
        return False
    first, second = sorted((one, other), key=lambda stretch: stretch.start)
    return not one.document.text[first.end : second.start].strip()


def _joined(one: Stretch, other: Stretch) -> Stretch:
    """Return two stretches as one, with the score of the better one."""
    first = min(one, other, key=lambda stretch: stretch.start)
    return Stretch(
        document=one.document,
        start=first.start,
        end=max(one.end, other.end),
        page=first.page,
        score=max(one.score, other.score),
        passages=(*one.passages, *other.passages),
    )


def _fits(
    stretch: Stretch, elements: Sequence[Element], pair: tuple[int, int], *, own: Element
) -> bool:
    """Whether a stretch may grow to these elements: of its section and page, and not too wide."""
    first, last = pair
    if first < 0 or last >= len(elements):
        return False
    grown = elements[first : last + 1]
    alike = all(e.headings == own.headings and e.page == own.page for e in (grown[0], grown[-1]))
    if not alike or ElementKind.TITLE in (grown[0].kind, grown[-1].kind):
        return False
    start, end = min(stretch.start, grown[0].start), max(stretch.end, grown[-1].end)
    return len(stretch.document.text[start:end].split()) <= _WIDE
