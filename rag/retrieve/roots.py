"""Words without their endings, so that `billed` meets `bills`."""

from __future__ import annotations

from rag.embed.bm25 import terms

_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "s", "y", "e")
_SHORTEST = 4


def roots(text: str) -> list[str]:
    """Return the terms of a text without their endings, in order."""
    return [_root(term) for term in terms(text)]


def _root(term: str) -> str:
    for ending in _ENDINGS:
        if term.endswith(ending) and len(term) - len(ending) >= _SHORTEST:
            return term[: -len(ending)]
    return term
