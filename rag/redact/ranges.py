"""Character ranges between a parsed text and its redacted text.

Outside redactions a character of one stands for a character of the other. A boundary that falls
inside a redaction widens to the whole of it: half a pseudonym would be no pseudonym, and half an
original would say where a part of the identifier lies.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from rag.records import Redaction, Span

_RANGES = {
    "source": (attrgetter("source_start"), attrgetter("source_end")),
    "redacted": (attrgetter("start"), attrgetter("end")),
}


def to_redacted(redactions: Sequence[Redaction], start: int, end: int) -> Span:
    """Return the range of the redacted text for a range of the parsed text."""
    return _mapped(redactions, start, end, origin="source", target="redacted")


def to_source(redactions: Sequence[Redaction], start: int, end: int) -> Span:
    """Return the range of the parsed text for a range of the redacted text."""
    return _mapped(redactions, start, end, origin="redacted", target="source")


def _mapped(
    redactions: Sequence[Redaction], start: int, end: int, *, origin: str, target: str
) -> Span:
    begins, ends = _RANGES[origin]
    target_begins, target_ends = _RANGES[target]

    # The first redaction that ends after `start`: it holds `start` or stands behind it.
    index = bisect_right(redactions, start, key=ends)
    if index < len(redactions) and begins(redactions[index]) < start:
        mapped_start = target_begins(redactions[index])
    else:
        mapped_start = start + _shift(redactions, index, ends, target_ends)

    # The first redaction that begins at or after `end`: the one before may hold `end`.
    index = bisect_left(redactions, end, key=begins)
    if start < end and index and ends(redactions[index - 1]) > end:
        mapped_end = target_ends(redactions[index - 1])
    elif start < end:
        mapped_end = end + _shift(redactions, index, ends, target_ends)
    else:
        mapped_end = mapped_start
    return Span(start=mapped_start, end=mapped_end)


def _shift(
    redactions: Sequence[Redaction],
    index: int,
    ends: attrgetter[int],
    target_ends: attrgetter[int],
) -> int:
    """Return how far text behind the redaction before `index` has moved."""
    if not index:
        return 0
    return target_ends(redactions[index - 1]) - ends(redactions[index - 1])
