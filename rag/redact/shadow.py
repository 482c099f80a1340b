"""The text as recognizers see it, and the way back to the characters of the source.

Zero-width characters, full-width digits, odd hyphens and spaces must not hide an identifier, and
a pseudonym must not look like one. Recognizers therefore read a *shadow* of the text: characters
that do not show are left out, look-alikes are folded to ASCII, and every hidden span (a
pseudonym, or an identifier that has been found already) becomes one `BLANK`. The shadow knows
where each of its characters stands in the source, so that ranges stay exact.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable

import regex

from rag.records import Span

# A private-use character: no letter, no digit, no white space, and no pattern names it.
BLANK = "\ue000"

_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
_SPACES += "\u205f\u3000"
_FULL_WIDTH = ("\uff01", "\uff5e")
_QUOTES = "\u2018\u2019\u201b\u02bc\uff07"

# Control and format characters (zero-width, soft hyphen, direction marks), letters that are empty
# and marks that combine with the character before them; private-use characters could otherwise
# imitate BLANK.
_CONTROLS = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_FILLERS = r"\u115f\u1160\u3164\uffa0"
_UNSEEN = regex.compile(rf"[\p{{Cf}}\p{{Mn}}\p{{Me}}\ufe00-\ufe0f\ue000{_CONTROLS}{_FILLERS}]+")
_CONTROL = regex.compile(rf"[{_CONTROLS}]")


class _Folding(dict[int, str]):
    """Maps a character to the ASCII one it stands for; worked out when first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = character
        if character in _HYPHENS:
            folded = "-"
        elif character in _SPACES:
            folded = " "
        elif character in _QUOTES:
            folded = "'"
        elif _FULL_WIDTH[0] <= character <= _FULL_WIDTH[1]:
            folded = chr(code - ord(_FULL_WIDTH[0]) + ord("!"))
        elif character.isdecimal():
            folded = str(unicodedata.decimal(character))
        self[code] = folded
        return folded


_FOLDING = _Folding()


def plain(text: str) -> str:
    """Return `text` folded to what a reader sees, without the way back."""
    return text if _shows(text) else _UNSEEN.sub("", text).translate(_FOLDING)


def folded(text: str) -> str:
    """Return `text` with each look-alike as the character it stands for, all in their places."""
    return text if text.isascii() else text.translate(_FOLDING)


def _shows(text: str) -> bool:
    """Say whether a text is plain ASCII, all of whose characters show."""
    return text.isascii() and _CONTROL.search(text) is None


class Shadow:
    """A folded text and, for each of its characters, the place in the source."""

    __slots__ = ("_sources", "_starts", "_widths", "text")

    def __init__(self, source: str, hidden: Iterable[Span] = ()) -> None:
        self._starts: list[int] = []
        self._sources: list[int] = []
        self._widths: list[int] = []
        pieces: list[str] = []
        length = position = 0
        for start, end, shown in _gaps(source, hidden):
            length += self._append(pieces, source, position, start, length)
            if shown:
                self._mark(length, start, end - start)
                pieces.append(BLANK)
                length += 1
            position = end
        self._append(pieces, source, position, len(source), length)
        self.text = "".join(pieces)

    def __repr__(self) -> str:
        return f"<Shadow of {len(self.text)} characters>"

    def _append(self, pieces: list[str], source: str, start: int, end: int, length: int) -> int:
        if start == end:
            return 0
        self._mark(length, start, 1)
        piece = source[start:end]
        pieces.append(folded(piece))
        return end - start

    def _mark(self, shadow_start: int, source_start: int, width: int) -> None:
        self._starts.append(shadow_start)
        self._sources.append(source_start)
        self._widths.append(width)

    def source(self, start: int, end: int) -> Span:
        """Return where the shadow's characters from `start` up to `end` stand in the source."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        return Span(
            start=self._sources[first] + (start - self._starts[first]),
            end=self._sources[last] + (end - 1 - self._starts[last]) + self._widths[last],
        )

    def place(self, source: int) -> int:
        """Return the first character of the shadow that stands at or after `source`."""
        index = bisect_right(self._sources, source) - 1
        if index < 0:
            return 0
        inside = self._starts[index] + (source - self._sources[index])
        following = self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text)
        return min(inside, following)


def _gaps(source: str, hidden: Iterable[Span]) -> Iterable[tuple[int, int, bool]]:
    """Return what the shadow leaves out or blanks, in order: start, end, whether it shows."""
    gaps = [(span.start, span.end, True) for span in hidden]
    if not _shows(source):
        gaps += _unseen_between(source, gaps)
    return sorted(gaps)


def _unseen_between(
    source: str, spans: list[tuple[int, int, bool]]
) -> Iterable[tuple[int, int, bool]]:
    position = 0
    for start, end, _ in [*sorted(spans), (len(source), len(source), True)]:
        for match in _UNSEEN.finditer(source, position, start):
            yield (*match.span(), False)
        position = end
