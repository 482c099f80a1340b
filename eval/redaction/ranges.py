"""Ranges of characters as they are compared: trimmed, joined, and by how much they overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A half-open range of one family."""

    start: int
    end: int
    family: str


def trimmed(text: str, one: Range) -> Range | None:
    """Return a range without white space and punctuation at its ends; None if nothing is left."""
    start, end = one.start, one.end
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return Range(start, end, one.family) if start < end else None


def joined(text: str, ranges: Iterable[Range]) -> list[Range]:
    """Return ranges trimmed and in order; those of a family with no word between become one."""
    done: list[Range] = []
    last: dict[str, int] = {}  # where the latest range of each family stands in `done`
    whole = filter(None, (trimmed(text, one) for one in ranges))
    for one in sorted(whole, key=lambda one: (one.start, one.end, one.family)):
        index = last.get(one.family)
        if index is not None:
            before = done[index]
            if not any(letter.isalnum() for letter in text[before.end : one.start]):
                done[index] = Range(before.start, max(before.end, one.end), one.family)
                continue
        last[one.family] = len(done)
        done.append(one)
    return done


def overlap(one: Range, others: Sequence[Range]) -> float:
    """Return the characters a range shares with others together, over all characters of both."""
    shared = outside = 0
    position = -1
    for other in sorted(others, key=lambda other: other.start):
        start, end = max(position, other.start), other.end
        if start >= end:
            continue
        inside = max(0, min(end, one.end) - max(start, one.start))
        shared += inside
        outside += end - start - inside
        position = end
    return shared / (one.end - one.start + outside)
