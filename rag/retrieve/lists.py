"""Lists that a sentence announces: where their items stand.

Items stand below it, one a line: marked, or all in one block, as parsers leave them. What goes on
after a row of a table, a heading or a paragraph is no part of the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.records import Span
from rag.retrieve.rows import is_row

# A longer list is cut: nobody reads it as an answer.
MOST_ITEMS = 12
_FEWEST_UNMARKED = 2
_MARK = re.compile(r"(?:[-*•‣◦·–]|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)])\s+(?=\S)", re.IGNORECASE)
_BLANK = re.compile(r"\n[^\S\n]*\n")
_LINE = re.compile(r"[^\s\n][^\n]*")


def announces(sentence: str) -> bool:
    """Say whether a sentence has the form of one that announces a list."""
    return sentence.rstrip().endswith(":")


def items_below(text: str, start: int, heading: Callable[[Span], bool]) -> list[Span]:
    """Return the items of the list that begins below a place of a text, if one does.

    Args:
        text: Where it stands.
        start: The end of the sentence that announces it.
        heading: Says whether a line is a heading, which ends a list.
    """
    found: list[Span] = []
    for span in _lines(text, start):
        row = is_row(text[span.start : span.end])
        if row or heading(span) or len(found) == MOST_ITEMS:
            break
        found.append(span)
    if len(found) < _FEWEST_UNMARKED and not any(_marked(text, span) for span in found):
        return []
    return found


def _lines(text: str, start: int) -> Iterator[Span]:
    """Yield the lines below a place for as long as they are alike."""
    first: Span | None = None
    end = start
    for line in _LINE.finditer(text, start):
        span = Span(start=line.start(), end=line.start() + len(line[0].rstrip()))
        first = first or span
        marked = _marked(text, first)
        apart = span is not first and _BLANK.search(text, end, span.start) is not None
        if marked is not _marked(text, span) or (apart and not marked):
            return
        yield span
        end = span.end


def _marked(text: str, span: Span) -> bool:
    return _MARK.match(text, span.start, span.end) is not None
