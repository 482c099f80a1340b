"""Why somebody wants to know or to destroy: asked for, and limited, in one place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from rag.errors import RefusedError

LONGEST_REASON = 500
MOST_TOKENS = 100
_SHORTEST = 3  # a value that is shorter stands in any reason
_NO_TEXT = frozenset({"Cc", "Cs"})
_ALLOWED = frozenset("\t\n\r")


def check_reason(reason: str) -> None:
    """Refuse a reason that says nothing, or is no text."""
    odd = any(unicodedata.category(one) in _NO_TEXT for one in set(reason) - _ALLOWED)
    if odd or not reason.strip() or len(reason) > LONGEST_REASON:
        raise RefusedError(f"a reason is needed, in {LONGEST_REASON} characters at most")


def without_values(reason: str, spellings: Mapping[str, Iterable[str]]) -> str:
    """Return a reason with pseudonyms in place of the values, by pseudonym, that it is about."""
    told = {value: token for token, values in spellings.items() for value in values}
    for value in sorted(told, key=len, reverse=True):
        if len(value) >= _SHORTEST:  # a token holds no backslash, so it is safe in a pattern
            reason = re.sub(re.escape(value), told[value], reason, flags=re.IGNORECASE)
    return reason
