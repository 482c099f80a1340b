"""Text as the tagger reads it: words, numbers, line ends and single signs, each with its place.

What a word looks like is turned into a few numbers, once a distinct word: its pieces in the
encoder's vocabulary, and hashes of its lower-case form, its ends and its shape.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from rag.redact.shadow import BLANK

# Letters with their marks, digits, a line end (with the white space around it), or another sign,
# however often it is repeated. White space is read from its beginning alone: else a line of blanks
# would be read again from each of them.
_TOKEN = regex.compile(r"[^\W\d_]+|\d+|(?<![ \t\r\f\v])[ \t\r\f\v]*\n\s*|([^\s\w]|_)\1*")

# Tables of the tagger, in the order their rows stand in it.
FORMS, STARTS, ENDS, SHAPES = 32_768, 8_192, 8_192, 2_048
PIECES_OF_A_WORD = 4
HASHES = 5  # form, start, end of three, end of two, shape
COLUMNS = HASHES + PIECES_OF_A_WORD

LINE_END = "\n"

# A gap as wide as this parts columns.
_WIDE = 3
_LONGEST_SHAPE = 4
_LONGEST_NUMBER = 4
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a text; `spaced` says how much white space stands before each: 0, 1 or 2."""

    forms: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    spaced: Sequence[int]


def split(text: str) -> Words:
    """Return the words of a text in order."""
    forms: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    spaced: list[int] = []
    last = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        form = match[0]
        if LINE_END in form:
            form = LINE_END if form.count(LINE_END) == 1 else "\n\n"
        forms.append(form)
        starts.append(start)
        ends.append(end)
        spaced.append((start > last) + (start - last >= _WIDE))
        last = end
    return Words(forms=forms, starts=starts, ends=ends, spaced=spaced)


def _shape(word: str) -> str:
    """Return the word's outline: `Xxxx`, `XX`, `dddd`, `.`."""
    outline: list[str] = []
    for character in word[:_LONGEST_WORD]:
        if character.isupper():
            sign = "X"
        elif character.isalpha():
            sign = "x"
        elif character.isdigit():
            sign = "d"
        else:
            sign = character
        if len(outline) < _LONGEST_SHAPE or outline[-1] != sign:
            outline.append(sign)
    return "".join(outline)


def _number_form(digits: str) -> str:
    """Return what kind of number it is: its value says more than its digits."""
    if len(digits) > _LONGEST_NUMBER:
        return f"<{min(len(digits), 20)} digits>"
    value = int(digits)
    if len(digits) == _LONGEST_NUMBER:
        return "<year>" if 1800 <= value <= 2099 else "<4 digits>"
    bounds = ((12, "month"), (31, "day"), (99, "two"), (999, "three"))
    name = next(name for bound, name in bounds if value <= bound)
    return f"<{name} {len(digits)}>"


def _hash(text: str, rows: int) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % rows


class Vocabulary:
    """Turns words into rows of the tagger's table; remembers the words it has met."""

    __slots__ = ("_known", "_pieces", "rows")

    # More words than a tenant's week of documents; then it starts anew, so that memory is bounded.
    _MOST = 200_000

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = {piece: row for row, piece in enumerate(pieces)}
        self._known: dict[str, tuple[int, ...]] = {}
        # One more row stands for "no piece here" and is always zero.
        self.rows = FORMS + STARTS + 2 * ENDS + SHAPES + len(self._pieces) + 1

    @property
    def nothing(self) -> int:
        """The row that stands for nothing."""
        return self.rows - 1

    def numbers(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """Return the rows of each word."""
        known = self._known
        if len(known) > self._MOST:
            known.clear()
        found = []
        for word in words:
            rows = known.get(word)
            if rows is None:
                rows = known[word] = self._look_up(word)
            found.append(rows)
        return found

    def _look_up(self, word: str) -> tuple[int, ...]:
        lower = word.casefold()
        if word.isdecimal():
            lower = _number_form(word)
        elif word[0] == BLANK:
            lower = "<blank>"
        elif len(word) > 1 and not word[0].isalnum() and not word.isspace():
            lower = f"<{word[0]} run>"
        rows = [
            _hash(lower, FORMS),
            FORMS + _hash(f"<{lower[:3]}", STARTS),
            FORMS + STARTS + _hash(f"{lower[-3:]}>", ENDS),
            FORMS + STARTS + ENDS + _hash(f"{lower[-2:]}>", ENDS),
            FORMS + STARTS + 2 * ENDS + _hash(_shape(word), SHAPES),
        ]
        base = FORMS + STARTS + 2 * ENDS + SHAPES
        pieces = [base + row for row in self._cut(lower)[:PIECES_OF_A_WORD]]
        rows += pieces + [self.nothing] * (PIECES_OF_A_WORD - len(pieces))
        return tuple(rows)

    def _cut(self, lower: str) -> list[int]:
        """Return the longest pieces that make up the word; letters without a piece are left out."""
        decomposed = unicodedata.normalize("NFD", lower[:_LONGEST_WORD])
        plain = "".join(one for one in decomposed if unicodedata.category(one) != "Mn")
        plain = plain.replace("ı", "i").replace("ł", "l")
        rows: list[int] = []
        start = 0
        while start < len(plain):
            mark = "##" if start else ""
            for end in range(len(plain), start, -1):
                row = self._pieces.get(mark + plain[start:end])
                if row is not None:
                    rows.append(row)
                    start = end
                    break
            else:
                start += 1
        return rows
