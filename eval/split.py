"""What of labelled data is held out: fixed by a hash of it, for good."""

from __future__ import annotations

import hashlib


def held_out(text: str, one_in: int) -> bool:
    """Say whether something is held out: one in `one_in` is; 0 holds none out."""
    if one_in <= 0:
        return False
    return int(hashlib.sha256(text.encode("utf-8")).hexdigest(), 16) % one_in == 0
