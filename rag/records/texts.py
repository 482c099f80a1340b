"""Text that may be indexed, and places in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class RedactedText(str):
    """Text that the redactor has passed: the only text that may be chunked, stored or answered.

    A plain ``str`` is refused by the type checker wherever this is asked for. Instances are
    made by ``rag.redact.mint`` alone (a test searches the source for others); a piece of
    redacted text is redacted text too, hence `cut`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<RedactedText of {len(self)} characters>"

    def cut(self, start: int, end: int) -> RedactedText:
        """Return the characters from `start` up to `end`."""
        return RedactedText(self[start:end])

    @classmethod
    def joined(cls, separator: str, parts: Iterable[RedactedText]) -> RedactedText:
        """Return redacted pieces as one text, with a fixed separator between them."""
        return cls(separator.join(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page, in points from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float
