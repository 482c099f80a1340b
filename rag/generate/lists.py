"""The items of a list that a sentence announces, as `Before a loan is paid out there must be:`.

Such a sentence answers nothing by itself. Its items stand below it, one a line: marked, or all in
one block, as parsers leave them. What a list goes on with after a row of a table, a heading or a
paragraph is no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.chunk.sentences import sentence_spans
from rag.generate.features import Candidate
from rag.ground.shield import instructions
from rag.ground.thresholds import shipped
from rag.records import Evidence, Span
from rag.retrieve.rows import is_row

# A longer list is cut: nobody reads it as an answer.
MOST_ITEMS = 12
_FEWEST_UNMARKED = 2
_MARK = re.compile(r"(?:[-*•‣◦·–]|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)])\s+(?=\S)", re.IGNORECASE)
_BLANK = re.compile(r"\n[^\S\n]*\n")


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
    if not announcing.text.endswith(":"):
        return
    start = sentence_spans(passage.text)[announcing.order].end
    lines = list(_lines(passage, start))
    if not lines or (len(lines) < _FEWEST_UNMARKED and not _marked(passage, lines[0])):
        return
    told = instructions(passage.text, shipped().instruction)
    sound = [s for s in lines if not any(i.start < s.end and s.start < i.end for i in told)]
    for span in sound[:MOST_ITEMS]:
        yield Candidate(
            n=announcing.n,
            order=announcing.order,
            text=passage.text.cut(span.start, span.end),
            context=announcing.context,
        )


def _lines(passage: Evidence, start: int) -> Iterator[Span]:
    """Yield the lines below a place that belong to one list."""
    text, marked, end = passage.text, None, start
    for line in re.finditer(r"[^\s\n][^\n]*", text[start:]):
        span = Span(
            start=start + line.start(), end=start + len(line.group().rstrip()) + line.start()
        )
        own_mark = _marked(passage, span)
        if marked is None:
            marked = own_mark
        elif marked is not own_mark or (not marked and _BLANK.search(text[end : span.start])):
            return
        heading = any(title.start < span.end and span.start < title.end for title in passage.titles)
        if heading or is_row(text[span.start : span.end]):
            return
        yield span
        end = span.end


def _marked(passage: Evidence, span: Span) -> bool:
    return bool(_MARK.match(passage.text, span.start, span.end))
