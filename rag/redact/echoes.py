"""Further places where an identifier that was found stands without its label.

"MRN 00482913" is found by its label. The bare 00482913 in a table, a heading or the file name is
the same identifier and must go as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import regex

from rag.records import Finding
from rag.redact.shadow import plain

_RUN = regex.compile(r"[^\W_]+")
_AMOUNT_BEFORE = regex.compile(r"\d[.,]$|[$€£]\s?$")
_AMOUNT_AFTER = regex.compile(r"[.,]\d|\s?%")
# What may stand between the pieces of a number that is written in groups, or over a line end.
_NEXT_PIECE = regex.compile(
    r"(?:[-./_][ \t]?(?:\r?\n[ \t]{0,8})?|[ \t]?\r?\n[ \t]{0,8}|[ \t])([^\W_]+)"
)
_ZIP_PLUS_FOUR = regex.compile(r"(?<=(?<!\d)\d{5})-\d{4}(?![^\W_])")
_DIGIT = regex.compile(r"\d")

# Names that may be words as well: they count where they begin with a capital, as they were found.
_NAMES = frozenset({"PERSON", "ORGANIZATION", "PUBLIC_BODY", "LOCATION", "DEMOGRAPHIC"})
# Their numbers mean something else with other separators.
_QUANTITIES = frozenset({"AMOUNT", "AGE", "AGE_OVER_89", "DATE", "DURATION"})

# A shorter value would be found in every second line.
MINIMUM_LENGTH = 5

# Numbers that are found with other separators too.
_SHORTEST_NUMBER = 6
_LONGEST_NUMBER = 40
_FEWEST_DIGITS = 4
_MOST_PIECES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """An identifier as it was found: looked for in one document, then forgotten."""

    kind: str
    score: float
    capital: bool


class Echoes:
    """The values found in a document.

    Of values that begin alike (ten thousand telephone numbers of one area) only their lengths
    are tried, so that the time does not grow with the square of their number.
    """

    __slots__ = ("_beginnings", "_joined", "_outlines", "_seen", "_values")

    def __init__(self) -> None:
        self._values: dict[str, _Value] = {}
        # By the first run of letters and digits: where that stands in a value, and its length.
        self._outlines: dict[str, set[tuple[int, int]]] = {}
        # Numbers without their separators, and all that one may begin with.
        self._joined: dict[str, _Value] = {}
        self._beginnings: set[str] = set()
        self._seen: set[str] = set()

    def __repr__(self) -> str:
        return f"<Echoes of {len(self._values)} values>"

    def learn(self, text: str, findings: Iterable[Finding]) -> None:
        """Remember what was found in `text`; of one value the first kind is kept."""
        for finding in findings:
            written = text[finding.start : finding.end]
            if written in self._seen:
                continue
            self._seen.add(written)
            value = _folded(plain(written))
            run = _RUN.search(value)
            telling = sum(map(str.isalnum, value)) >= MINIMUM_LENGTH
            capital = finding.kind in _NAMES and written[0].isupper()
            known = self._values.get(value)
            if run is None or not telling or (known is not None and capital >= known.capital):
                continue
            if known is not None:  # it was found without its capital as well
                self._values[value] = replace(known, capital=False)
                continue
            made = self._values[value] = _Value(
                kind=finding.kind, score=finding.score, capital=capital
            )
            self._outlines.setdefault(run[0], set()).add((run.start(), len(value)))
            if finding.kind not in _QUANTITIES | _NAMES:
                self._join(value, made)

    def _join(self, value: str, made: _Value) -> None:
        joined = "".join(_RUN.findall(value))
        digits = len(_DIGIT.findall(joined))
        if _SHORTEST_NUMBER <= len(joined) <= _LONGEST_NUMBER and digits >= _FEWEST_DIGITS:
            self._joined.setdefault(joined, made)
            self._beginnings.update(joined[:end] for end in range(1, len(joined) + 1))

    def find(self, text: str) -> list[Finding]:
        """Return where a remembered value stands in `text`, as a whole word or words.

        `text` is a shadow: what does not show is left out of it, look-alikes are folded.
        """
        if not self._values:
            return []
        folded = _folded(text)
        found = []
        for run in _RUN.finditer(folded):
            places = [
                (run.start() - first, run.start() - first + length)
                for first, length in self._outlines.get(run[0], ())
            ]
            exact = [
                Finding(kind=value.kind, start=start, end=end, score=value.score)
                for start, end in places
                if 0 <= start < end <= len(folded)
                and (value := self._values.get(folded[start:end])) is not None
                and _apart(folded, start, end)
                and not (value.capital and text[start].islower())
            ]
            found += [_with_all_of_a_zip(folded, one) for one in exact]
            if not exact and run[0] in self._beginnings:
                found += self._pieced(folded, run)
        return found

    def _pieced(self, folded: str, run: regex.Match[str]) -> list[Finding]:
        """Return the number that begins with `run`, whatever stands between its pieces."""
        joined, end = run[0], run.end()
        found = []
        for _ in range(_MOST_PIECES):
            value = self._joined.get(joined)
            if value is not None and _apart(folded, run.start(), end):
                found = [Finding(kind=value.kind, start=run.start(), end=end, score=value.score)]
            following = _NEXT_PIECE.match(folded, end)
            if following is None or (joined := joined + following[1]) not in self._beginnings:
                break
            end = following.end()
        return found


def _with_all_of_a_zip(folded: str, finding: Finding) -> Finding:
    """Return a finding with the four digits that a postal code may have elsewhere."""
    more = _ZIP_PLUS_FOUR.match(folded, finding.end) if finding.kind == "POSTAL_CODE" else None
    return finding if more is None else replace(finding, end=more.end())


def _folded(text: str) -> str:
    """Return `text` without case, each character in its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := one.lower()) == 1 else one for one in text)


def _apart(text: str, start: int, end: int) -> bool:
    """Say whether a range is not a part of a longer word, number or amount of money."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:].isalnum() or after[:1].isalnum():
        return False
    if not (text[start].isdigit() and text[end - 1].isdigit()):
        return True
    return not _AMOUNT_BEFORE.search(before) and not _AMOUNT_AFTER.match(after)
