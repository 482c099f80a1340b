"""Why somebody wants to know or to destroy: asked for, and limited, in one place."""

from __future__ import annotations

import unicodedata

from rag.errors import RefusedError

LONGEST_REASON = 500
MOST_TOKENS = 100
_NO_TEXT = frozenset({"Cc", "Cs"})
_ALLOWED = frozenset("\t\n\r")


def check_reason(reason: str) -> None:
    """Refuse a reason that says nothing, or is no text."""
    odd = any(unicodedata.category(one) in _NO_TEXT for one in set(reason) - _ALLOWED)
    if odd or not reason.strip() or len(reason) > LONGEST_REASON:
        raise RefusedError(f"a reason is needed, in {LONGEST_REASON} characters at most")
