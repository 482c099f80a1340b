"""Codes, amounts and dates in their several spellings, and what a question asks for exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

import regex

from rag.redact.dates import DATE, normal_date
from rag.redact.tokens import PSEUDONYM

_DATE = regex.compile(rf"(?<![\w/.-])(?:{DATE})(?![\w/-])", regex.IGNORECASE)
# Letters and digits of which at least one is a digit, in one piece or in several.
_CODE = re.compile(
    r"(?<![\w$.,-])(?=[\w./-]*\d)(?=[\w./-]*[A-Za-z])[A-Za-z0-9]+(?:[-_/.][A-Za-z0-9]+)*(?![\w-])"
)
_NUMBER = re.compile(r"(?<![\w.,/-])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w/-])|\d+\.\d+%?(?!\w))")
_SCALED = re.compile(
    r"(?<![\w.,])(\d+(?:\.\d+)?)\s?(thousand|million|billion|k|m|mn|bn)\b", re.IGNORECASE
)
_SCALES = {"thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "billion": 9, "bn": 9}
_QUOTED = re.compile(r"\"([^\"\n]{3,200})\"|\u201c([^\u201d\n]{3,200})\u201d")
_SEPARATORS = re.compile(r"[-_/.]")
_SHORTEST_CODE = 4

Match: TypeAlias = "re.Match[str] | Any"  # of either library
Spelled: TypeAlias = tuple[str, list[str]]
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """Something that a question asks for to the letter, in the spellings that say the same.

    Who is meant, a document says once: what is `of_document` need not stand in the passage.
    """

    spellings: tuple[str, ...] = field(repr=False)
    of_document: bool = False


def exact_parts(text: str) -> list[Exact]:
    """Return the quoted phrases, pseudonyms, codes, amounts and dates of a question."""
    parts: dict[str, Exact] = {}
    for found, others in _found(text):
        spellings = tuple(dict.fromkeys([plain(found), *map(plain, others)]))
        named = PSEUDONYM.fullmatch(found) is not None
        parts.setdefault(spellings[0], Exact(spellings=spellings, of_document=named))
    return list(parts.values())


def other_spellings(text: str) -> list[str]:
    """Return how else the codes, amounts and dates of a question may be written."""
    others = [other for _, spellings in _found(text) for other in spellings]
    return list(dict.fromkeys(others))


def share_within(parts: Sequence[Exact], passage: str, document: str) -> float:
    """Return the share of what is asked for exactly that stands in a passage of a document."""
    if not parts:
        return 0.0
    text, whole = plain(passage), plain(document) if any(p.of_document for p in parts) else ""
    held = sum(
        any(_stands(s, whole if part.of_document else text) for s in part.spellings)
        for part in parts
    )
    return held / len(parts)


def plain(text: str) -> str:
    """Return text without case and with single spaces, to be looked up in."""
    return _SPACE.sub(" ", text).strip().casefold()


def _found(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what is exact in a text, each place once, with its other spellings."""
    taken: list[tuple[int, int]] = []
    for pattern, spell in _KINDS:
        for match in pattern.finditer(text):
            begin, finish = match.span()
            found = spell(match)
            if found is not None and not any(begin < e and s < finish for s, e in taken):
                taken.append((begin, finish))
                yield found


def _quote(match: Match) -> Spelled:
    return match.group(1) or match.group(2), []


def _pseudonym(match: Match) -> Spelled:
    return match.group(), []


def _date(match: Match) -> Spelled | None:
    day = _day(match.group())
    return None if day is None else (match.group(), _dates(day))


def _scaled(match: Match) -> Spelled:
    return match.group(), _unscaled(match.group(1), match.group(2))


def _number(match: Match) -> Spelled:
    bare = match.group().replace(",", "")
    return match.group(), [bare] if bare != match.group() else []


def _code(match: Match) -> Spelled | None:
    return (match.group(), _codes(match.group())) if len(match.group()) >= _SHORTEST_CODE else None


# In this order: what one has found is not found again by another.
_KINDS: tuple[tuple[re.Pattern[str] | regex.Pattern[str], Callable[[Match], Spelled | None]], ...]
_KINDS = (
    (_QUOTED, _quote),
    (PSEUDONYM, _pseudonym),
    (_DATE, _date),
    (_SCALED, _scaled),
    (_NUMBER, _number),
    (_CODE, _code),
)


def _day(written: str) -> date | None:
    """Return the day of a date that can be read in one way only."""
    try:
        return date.fromisoformat(normal_date(written))
    except ValueError:
        return None


def _dates(day: date) -> list[str]:
    month = day.strftime("%B")
    return [
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.month:02}/{day.day:02}/{day.year}",
    ]


def _unscaled(number: str, scale: str) -> list[str]:
    """Return `1.2 million` as 1,200,000 and as 1200000."""
    value = float(number) * 10 ** _SCALES[scale.casefold()]
    if not value.is_integer():
        return []
    return [f"{int(value):,}", str(int(value))]


def _codes(code: str) -> list[str]:
    """Return a code without its separators, or with them where letters meet digits."""
    joined = _SEPARATORS.sub("", code)
    if joined != code:
        return [joined, _SEPARATORS.sub(" ", code)]
    split = re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", "-", code)
    return [split, split.replace("-", " ")] if split != code else []


def _stands(wanted: str, text: str) -> bool:
    """Whether a text holds something as a whole: no letter or digit goes on at either end."""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not (_goes_on(text, at - 1, wanted[0]) or _goes_on(text, end, wanted[-1])):
            return True
        at = text.find(wanted, at + 1)
    return False


def _goes_on(text: str, at: int, edge: str) -> bool:
    return 0 <= at < len(text) and text[at].isalnum() and edge.isalnum()
