"""A sentence as what it states: words, names, numbers, dates and negations, each in one form."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from rag.embed.bm25 import STOP_WORDS
from rag.ground.lexicon import (
    CUT_DOUBTING,
    DOUBTING,
    LIGHT,
    OPENING,
    ROLES,
    TURNING,
    WHOLE,
    root,
)
from rag.ground.quantities import Day, Quantity, days, marked, quantities


class Kind(StrEnum):
    """What a token is. All but words must stand in the evidence."""

    WORD = "word"
    NAME = "name"
    NUMBER = "number"
    DATE = "date"
    TURN = "turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One part of a sentence.

    `form` is what is compared; `role` the preposition before it, if it is one that tells parts
    apart; `opens` says that a part which may stand elsewhere in the sentence begins here,
    `breaks` that one which stands for itself does, `bracketed` that it stands in brackets.
    """

    kind: Kind
    start: int
    end: int
    form: str = field(repr=False)
    light: bool = False
    role: str = ""
    opens: bool = False
    breaks: bool = False
    bracketed: bool = False
    quantity: Quantity | None = field(default=None, repr=False)
    day: Day | None = field(default=None, repr=False)

    @property
    def hard(self) -> bool:
        """Whether nothing else can stand for it."""
        return self.kind is not Kind.WORD

    @property
    def measure(self) -> str:
        """What it can be mistaken for: numbers of one unit, dates, names."""
        if self.quantity is not None:
            return "date" if self.quantity.year else f"number {self.quantity.unit}"
        return self.kind.value


_NOT = re.compile(r"\b(\w+?)(n['’]t)\b|\bcannot\b", re.IGNORECASE)
_PSEUDONYM = re.compile(r"\[[A-Z][A-Z_0-9]*(?:[:=][0-9A-Za-z*+-]+)?\]")
_CITED = re.compile(r"\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]")
_CODE = re.compile(
    r"(?<![\w-])(?=[\w‐‑-]*[^\W\d_])[^\W\d_]+[‐‑-]?\d[^\W_]*(?:[‐‑-][^\W_]+)*(?![\w])"
    r"|(?<![\w.,-])\d+[‐‑-][A-Z]{1,4}\b(?![-\w])"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_BREAK = re.compile(r"[;:]|,(?=\s+(?:but|while|whereas|although|though|however|and|or|yet)\b)")
_TO = re.compile(r"\s+to\b")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NEVER_NAMES = STOP_WORDS | frozenset(["we", "she", "he", "they", "may", "must", "if", "no", "not"])


def tokens(text: str) -> list[Token]:
    """Return the tokens of a sentence in order; words that carry nothing are left out."""
    plain, shifts = _plain(text)
    return [_moved(token, shifts) for token in _Reader(plain).tokens()]


class _Reader:
    """Reads one normalised sentence."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[Token] = []
        cited = [match.span() for match in _CITED.finditer(text)]
        self._taken = marked(cited, len(text))
        self._bracketed = marked((m.span() for m in _BRACKETS.finditer(text)), len(text))

    def tokens(self) -> list[Token]:
        text = self._text
        for match in _PSEUDONYM.finditer(text):
            self._add(Kind.NAME, match.start(), match.end(), match.group())
        for day in days(text):
            if self._free(day.start, day.end):
                self._add(Kind.DATE, day.start, day.end, "date", day=day)
        for match in _CODE.finditer(text):
            if self._free(*match.span()):
                form = re.sub(r"[‐‑-]", "", match.group()).casefold()
                self._add(Kind.NAME, match.start(), match.end(), form)
        for quantity in quantities(text, bytes(self._taken)):
            if self._free(quantity.start, quantity.end):
                self._add(Kind.NUMBER, quantity.start, quantity.end, "number", quantity=quantity)
        self._words()
        self._found.sort(key=lambda token: token.start)
        return [self._placed(n, token) for n, token in enumerate(self._found)]

    def _free(self, start: int, end: int) -> bool:
        return self._taken.find(1, start, end) < 0

    def _add(
        self,
        kind: Kind,
        start: int,
        end: int,
        form: str,
        *,
        light: bool = False,
        quantity: Quantity | None = None,
        day: Day | None = None,
    ) -> None:
        self._taken[start:end] = b"\1" * (end - start)
        self._found.append(
            Token(
                kind=kind, start=start, end=end, form=form, light=light, quantity=quantity, day=day
            )
        )

    def _words(self) -> None:
        for match in _WORD.finditer(self._text):
            if self._free(*match.span()):
                self._word(match.start(), match.end(), match.group())

    def _word(self, start: int, end: int, written: str) -> None:
        word = written.casefold().replace("’", "'").removesuffix("'s")
        capital = any(c.isupper() for c in written)
        if word == "may" and written == "May" and start > 0:  # the month
            self._found.append(Token(kind=Kind.NAME, start=start, end=end, form=word))
            return
        if word in TURNING:
            form = "not" if word == "cannot" else word
            self._found.append(Token(kind=Kind.TURN, start=start, end=end, form=form))
            return
        if word in DOUBTING:
            self._found.append(Token(kind=Kind.TURN, start=start, end=end, form=word))
            return
        if word in STOP_WORDS and word not in WHOLE:
            return
        if word == "prior" and _TO.match(self._text, end):
            self._found.append(Token(kind=Kind.TURN, start=start, end=end, form="before"))
            return
        form = root(word)
        if form in CUT_DOUBTING:
            self._found.append(Token(kind=Kind.TURN, start=start, end=end, form=form))
            return
        light = word in LIGHT
        named = capital and word not in _NEVER_NAMES and (not light or start > 0)
        light = light and not named
        self._found.append(
            Token(
                kind=Kind.NAME if named else Kind.WORD, start=start, end=end, form=form, light=light
            )
        )

    def _placed(self, at: int, token: Token) -> Token:
        """Return a token with what stands between it and the one before."""
        before = self._found[at - 1].end if at else 0
        between = self._text[before : token.start]
        words = [word.strip("(,;:").casefold() for word in between.split()]
        own = self._text[token.start : token.end].casefold()
        return Token(
            kind=token.kind,
            start=token.start,
            end=token.end,
            form=token.form,
            light=token.light,
            role=_role(between),
            opens=any(word in OPENING for word in (*words, own)),
            breaks=bool(_BREAK.search(self._text[before : token.end])) and at > 0,
            bracketed=bool(self._bracketed[token.start]),
            quantity=token.quantity,
            day=token.day,
        )


def _role(between: str) -> str:
    """Return the last preposition before a token that tells parts apart, articles skipped."""
    for word in reversed(between.casefold().split()):
        if word in ROLES:
            return ROLES[word]
        if word not in ("the", "a", "an", "its", "their", "his", "her", "this", "that", "these"):
            return ""
    return ""


def same(first: Token, second: Token) -> bool:
    """Say whether a token of a sentence states what one of its evidence does."""
    if first.day is not None:
        return second.day is not None and _same_day(first.day, second.day)
    if first.quantity is not None:
        if second.day is not None:
            return first.quantity.year and first.quantity.value == Decimal(second.day.year)
        return second.quantity is not None and _same_number(first.quantity, second.quantity)
    if first.kind is Kind.TURN or second.kind is Kind.TURN:
        return first.kind is second.kind and first.form == second.form
    return second.quantity is None and second.day is None and first.form == second.form


def _same_day(said: Day, written: Day) -> bool:
    """A date may say less than its evidence, not more and not other things."""
    if said.literal or written.literal:
        return said.literal == written.literal
    pairs = ((said.year, written.year), (said.month, written.month), (said.day, written.day))
    return all(a in (0, b) for a, b in pairs)


def _same_number(said: Quantity, written: Quantity) -> bool:
    if said.literal or written.literal:
        return (said.literal, said.comparator) == (written.literal, written.comparator)
    hedged = said.comparator == "~" and written.comparator == ""
    return (
        said.value == written.value
        and said.unit == written.unit
        and said.ordinal == written.ordinal
        and (hedged or said.comparator == written.comparator)
    )


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text with contracted `not` written out, and from where on it is how much longer."""
    normal = text
    if not text.isascii():
        folded = unicodedata.normalize("NFKC", text)
        normal = folded if len(folded) == len(text) else text
    pieces, shifts, at, longer = [], [], 0, 0
    for match in _NOT.finditer(normal):
        stem = {"ca": "can", "wo": "will", "sha": "shall"}.get(
            (match[1] or "").casefold(), match[1] or "can"
        )
        written = f"{stem} not"
        pieces += [normal[at : match.start()], written]
        at = match.end()
        longer += len(written) - len(match.group())
        shifts.append((match.end() + longer, longer))
    pieces.append(normal[at:])
    return "".join(pieces), shifts


def _moved(token: Token, shifts: list[tuple[int, int]]) -> Token:
    """Return a token with its place in the text as it was given, near enough to be shown."""
    if not shifts:
        return token
    by = max((longer for place, longer in shifts if place <= token.start), default=0)
    return Token(
        kind=token.kind,
        start=token.start - by,
        end=token.end - by,
        form=token.form,
        light=token.light,
        role=token.role,
        opens=token.opens,
        breaks=token.breaks,
        bracketed=token.bracketed,
        quantity=token.quantity,
        day=token.day,
    )
