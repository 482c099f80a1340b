"""Whether words stand in a text, whatever the white space and the case."""

from __future__ import annotations

import re


def stands_in(words: str, text: str) -> bool:
    """Say whether words stand in a text with no letter or digit directly before or after."""
    parts = words.split()
    if not parts:
        return False
    pattern = r"(?<!\w)" + r"\s+".join(re.escape(part) for part in parts) + r"(?!\w)"
    return re.search(pattern, text, re.IGNORECASE) is not None
