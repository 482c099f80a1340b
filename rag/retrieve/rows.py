"""Rows of tables, and which of them a question means."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from rag.retrieve.roots import roots

_CELLS = " | "


def is_row(text: str) -> bool:
    """Say whether a text is a row of a table."""
    return _CELLS in text


def row_meant(text: str, asked: AbstractSet[str]) -> bool:
    """Say whether a question, given as roots, holds every word of the first cell of a row."""
    if not is_row(text):
        return False
    first = text.split(_CELLS, 1)[0]
    name, found, value = first.partition(": ")
    words = frozenset(roots(value if found else name))
    return bool(words) and words <= asked
