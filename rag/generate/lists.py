"""A sentence that announces a list answers nothing by itself: its items are said after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.chunk.sentences import sentence_spans
from rag.generate.features import Candidate
from rag.ground.shield import instructions
from rag.ground.thresholds import shipped
from rag.records import Evidence, Span
from rag.retrieve.lists import announces, items_below


def with_items(chosen: Sequence[Candidate], evidence: Sequence[Evidence]) -> list[Candidate]:
    """Return the chosen sentences, and after each that announces a list its items."""
    passages = {passage.n: passage for passage in evidence}
    found: list[Candidate] = []
    for one in chosen:
        if not any(one.n == item.n and one.text in item.text for item in found):
            found.append(one)
            found += _items(one, passages[one.n])
    return found


def _items(announcing: Candidate, passage: Evidence) -> Iterator[Candidate]:
    """Yield the items, but for one that is addressed to whoever answers."""
    if not announces(announcing.text):
        return
    start = sentence_spans(passage.text)[announcing.order].end
    found = instructions(passage.text, shipped().instruction)
    told = [Span(start=one.start, end=one.end) for one in found]
    for span in items_below(passage.text, start, lambda line: _within(line, passage.titles)):
        if not _within(span, told):
            yield Candidate(
                n=announcing.n,
                order=announcing.order,
                text=passage.text.cut(span.start, span.end),
                context=announcing.context,
            )


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(one.start < span.end and span.start < one.end for one in others)
