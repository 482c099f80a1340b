"""Reads values of JSON that a server told, which may be anything."""

from __future__ import annotations

from collections.abc import Mapping

_MOST = 1 << 31


def mapping(value: object) -> Mapping[str, object]:
    """Return an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Return a text, or an empty one."""
    return value if isinstance(value, str) else ""


def count(value: object) -> int:
    """Return a whole number that can be a count, or 0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST:
        return 0
    return value
