"""Rows of tables, and which of them a question means."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from rag.embed.bm25 import terms

_CELLS = " | "
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "s", "y", "e")
_SHORTEST_ROOT = 4


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


def roots(text: str) -> list[str]:
    """Return the terms of a text without their endings, so that `billed` meets `bills`."""
    return [_root(term) for term in terms(text)]


def _root(term: str) -> str:
    for ending in _ENDINGS:
        if term.endswith(ending) and len(term) - len(ending) >= _SHORTEST_ROOT:
            return term[: -len(ending)]
    return term
