"""Further places where an identifier that was found stands without its label.

"MRN 00482913" is found by its label. The bare 00482913 in a table, a heading or the file name is
the same identifier and must go as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import regex

from rag.records import Finding

_RUN = regex.compile(r"[^\W_]+")
_AMOUNT_BEFORE = regex.compile(r"\d[.,]$|[$€£]\s?$")
_AMOUNT_AFTER = regex.compile(r"[.,]\d|\s?%")

# Names that may be words as well: they count where they begin with a capital, as they were found.
_NAMES = frozenset({"PERSON", "ORGANIZATION", "PUBLIC_BODY", "LOCATION", "DEMOGRAPHIC"})

# A shorter value would be found in every second line.
MINIMUM_LENGTH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """An identifier as it was found: looked for in one document, then forgotten."""

    text: str = field(repr=False)
    first_run: int
    kind: str
    score: float
    capital: bool


class Echoes:
    """The values found in a document, by the first run of letters and digits in each."""

    __slots__ = ("_by_run", "_seen")

    def __init__(self) -> None:
        self._by_run: dict[str, list[_Value]] = {}
        self._seen: set[str] = set()

    def __repr__(self) -> str:
        return f"<Echoes of {len(self._seen)} values>"

    def learn(self, text: str, findings: Iterable[Finding]) -> None:
        """Remember what was found in `text`; of one value the first kind is kept."""
        for finding in findings:
            value = _folded(text[finding.start : finding.end])
            run = _RUN.search(value)
            telling = sum(map(str.isalnum, value)) >= MINIMUM_LENGTH
            if run is None or not telling or value in self._seen:
                continue
            self._seen.add(value)
            self._by_run.setdefault(run[0], []).append(
                _Value(
                    text=value,
                    first_run=run.start(),
                    kind=finding.kind,
                    score=finding.score,
                    capital=finding.kind in _NAMES and text[finding.start].isupper(),
                )
            )

    def find(self, text: str) -> list[Finding]:
        """Return where a remembered value stands in `text`, as a whole word or words."""
        if not self._by_run:
            return []
        folded = _folded(text)
        found = []
        for run in _RUN.finditer(folded):
            for value in self._by_run.get(run[0], ()):
                start = run.start() - value.first_run
                end = start + len(value.text)
                if (
                    start >= 0
                    and folded.startswith(value.text, start)
                    and _apart(folded, start, end)
                    and not (value.capital and text[start].islower())
                ):
                    found.append(Finding(kind=value.kind, start=start, end=end, score=value.score))
        return found


def _folded(text: str) -> str:
    """Return `text` without case, each character in its place."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def _apart(text: str, start: int, end: int) -> bool:
    """Say whether a range is not a part of a longer word, number or amount of money."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:].isalnum() or after[:1].isalnum():
        return False
    if not (text[start].isdigit() and text[end - 1].isdigit()):
        return True
    return not _AMOUNT_BEFORE.search(before) and not _AMOUNT_AFTER.match(after)
