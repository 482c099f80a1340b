"""Whether a stretch of evidence supports a sentence: facts first, then words, then meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from rag.chunk.sentences import sentence_spans
from rag.ground.align import NOTHING, WORDING, Alignment, align, align_within, places, windows
from rag.ground.rows import Row, plainly, readings, rows
from rag.ground.thresholds import Thresholds
from rag.ground.tokens import Token, same, tokens
from rag.records import Evidence

# A sentence that begins so speaks of what the one before named.
_LEANS = re.compile(
    r"(?:it|its|they|their|he|she|his|her|this|these|that|those|such|which|"
    r"the (?:latter|former))\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[;,]|\b(?:and|but|while|whereas)\b")
# What a model puts before what it says, and says nothing by.
_OPENING = re.compile(
    r"(?:(?:according to|based on|as (?:stated|noted|shown) in) (?:the |these |this )?"
    r"(?:provided |given |available )?(?:documents?|evidence|sources?|passages?|text|context)"
    r"|(?:the )?(?:documents?|evidence|sources?|passages?|text|context) (?:say|state|show|"
    r"indicate)s? that|overall|in short|in summary|in total|in addition|however|moreover|"
    r"furthermore|therefore|thus"
    r"|finally|additionally|yes)\s*,?\s+",
    re.IGNORECASE,
)
_LONGEST_SUBJECT = 6
_FEWEST = 2
# What may speak against a sentence only because its evidence goes on about other things.
_OF_OTHER_PARTS = ("turn", "all", "beside", "order", WORDING)


class Meaning(Protocol):
    """Says how near two texts are in meaning: the encoder of the index, for one."""

    def near(self, said: str, written: Sequence[str]) -> Sequence[float]:
        """Return for each text its cosine with what is said."""


class Entailment(Protocol):
    """Says how surely one text follows from another."""

    def follows(self, said: str, written: Sequence[str]) -> Sequence[float]:
        """Return for each text the probability that what is said follows from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A sentence or a row of a passage, read once."""

    start: int
    end: int
    leans: bool
    tokens: tuple[Token, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A passage of evidence, read once for all sentences that cite it."""

    evidence: Evidence
    units: tuple[Unit, ...] = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a sentence's support stands in its passage, and how good it is."""

    read: Read
    start: int
    end: int
    share: float
    clash: str = ""


def read(evidence: Evidence) -> Read:
    """Read a passage."""
    text = evidence.text
    units = tuple(
        Unit(
            start=span.start,
            end=span.end,
            leans=bool(_LEANS.match(text, span.start)),
            tokens=tuple(tokens(text[span.start : span.end])),
        )
        for span in sentence_spans(text)
    )
    table = "|" in text
    return Read(evidence=evidence, units=units, rows=tuple(rows(evidence)) if table else ())


class Judge:
    """Finds the best support of a sentence in passages."""

    def __init__(
        self,
        floors: Thresholds,
        meaning: Meaning | None = None,
        entailment: Entailment | None = None,
    ) -> None:
        self._floors = floors
        self._meaning = meaning
        self._entailment = entailment

    def best(self, text: str, passages: Sequence[Read]) -> Found | None:
        """Return where a sentence is supported, or None."""
        opening = _OPENING.match(text)
        text = text[opening.end() :] if opening else text
        said = tokens(text)
        found = [*self._candidates(text, said, passages)]
        enough = [one for one in found if not one.clash and one.share >= self._floors.words]
        if enough:
            return max(enough, key=lambda one: one.share)
        near = [one for one in found if one.share >= self._floors.words_and_meaning]
        return self._by_meaning(text, near)

    def _candidates(
        self, text: str, said: Sequence[Token], passages: Sequence[Read]
    ) -> Iterator[Found]:
        """Yield stretches that no fact speaks against, single sentences first."""
        whole = False
        for passage in passages:
            for found in _single(said, passage, self._floors.words_and_meaning):
                whole = whole or (not found.clash and found.share >= self._floors.words)
                yield found
        if whole:
            return
        for passage in passages:
            yield from _in_rows(said, passage)
            yield from self._in_two(text, said, passage)

    def _in_two(self, text: str, said: Sequence[Token], passage: Read) -> Iterator[Found]:
        """Yield pairs of neighbouring sentences that together say it."""
        hard = [token for token in said if token.hard]
        for first, second in pairwise(passage.units):
            if not _may_hold(said, hard, [*first.tokens, *second.tokens], self._floors.words):
                continue
            held = _leaning(said, first, second) if second.leans else NOTHING
            if held.clash:
                held = self._by_parts(text, said, first, second)
            if not held.clash:
                yield Found(read=passage, start=first.start, end=second.end, share=held.share)

    def _by_parts(self, text: str, said: Sequence[Token], first: Unit, second: Unit) -> Alignment:
        """Each sentence supports a part of what is said, its own subject included."""
        for cut in _PARTS.finditer(text):
            left = [token for token in said if token.start < cut.start()]
            right = [token for token in said if token.start >= cut.end()]
            if min(len(left), len(right)) < _FEWEST:
                continue
            for one, other in ((first, second), (second, first)):
                here, there = align(left, one.tokens), align(right, other.tokens)
                least = min(here.share, there.share)
                begins = other.leans or _begins(right, other)
                fine = not here.clash and not there.clash and begins
                if fine and _begins(left, one) and least >= self._floors.words:
                    return Alignment(share=least)
        return NOTHING

    def _by_meaning(self, text: str, near: Sequence[Found]) -> Found | None:
        """Return the candidate that a model of meaning takes for what is said, if any."""
        if not near:
            return None
        texts = [one.read.evidence.text[one.start : one.end] for one in near]
        agreeing = [n for n, one in enumerate(near) if not one.clash]
        if self._meaning is not None and agreeing:
            scores = self._meaning.near(text, [texts[n] for n in agreeing])
            score, at = max(zip(scores, agreeing, strict=True))
            if score >= self._floors.meaning:
                return near[at]
        if self._entailment is not None:
            sure = self._entailment.follows(text, texts)
            at = max(range(len(near)), key=lambda n: sure[n])
            if sure[at] >= self._floors.entailment:
                return near[at]
        return None


def _single(said: Sequence[Token], passage: Read, least: float) -> Iterator[Found]:
    hard = [token for token in said if token.hard]
    for unit in passage.units:
        if not _may_hold(said, hard, unit.tokens, least):
            continue
        at = places(said, unit.tokens)
        whole = align_within(said, unit.tokens, at, 0, len(unit.tokens))
        best = whole
        for start, end in windows(unit.tokens) if whole.clash in _OF_OTHER_PARTS else ():
            if best.clash and (start or end < len(unit.tokens)):
                held = align_within(said, unit.tokens, at, start, end)
                # A part of the evidence supports what stands in that part alone.
                best = held if held.share >= whole.share and not held.clash else best
        if best.clash in ("", WORDING):
            yield Found(
                read=passage, start=unit.start, end=unit.end, share=best.share, clash=best.clash
            )


def _may_hold(
    said: Sequence[Token], hard: Sequence[Token], written: Sequence[Token], least: float
) -> bool:
    """Whether evidence has all facts and so many words of a sentence, in whatever order."""
    forms = {token.form for token in written}
    words = [token.form for token in said if not token.light]
    if sum(form in forms for form in words) < least * len(words) - 1:
        return False
    return all(
        any(same(token, other) for other in written)
        if token.quantity or token.day
        else token.form in forms
        for token in hard
    )


def _in_rows(said: Sequence[Token], passage: Read) -> Iterator[Found]:
    said = plainly(said)
    for row in passage.rows:
        shares = [found.share for found in _aligned(said, row) if not found.clash]
        best = max(shares, default=0.0)
        if best:
            yield Found(read=passage, start=row.start, end=row.end, share=best)


def _aligned(said: Sequence[Token], row: Row) -> Iterator[Alignment]:
    if _inverted(said, row):
        return
    for reading in readings(row, said):
        if reading:
            yield align(said, reading)


def _inverted(said: Sequence[Token], row: Row) -> bool:
    """Whether a sentence has the value where the column belongs: `for 5 it was 2019`."""
    for cell in row.cells:
        values = [t for t in said if any(v.hard and same(t, v) for v in cell.value)]
        names = [t for t in said if any(n.hard and same(t, n) for n in cell.name)]
        if any(t.opens for t in values) and names and not any(t.opens for t in names):
            return True
    return False


def _leaning(said: Sequence[Token], first: Unit, second: Unit) -> Alignment:
    """Lay a sentence against the second of two, whose pronoun stands for what opens the first."""
    best = NOTHING
    for length in range(1, min(_LONGEST_SUBJECT, len(first.tokens)) + 1):
        subject = first.tokens[:length]
        if len(said) <= length or not all(same(a, b) for a, b in zip(said, subject, strict=False)):
            break
        held = align(said[length:], second.tokens)
        if not held.clash and (best.clash or held.share > best.share):
            best = held
    return best


def _begins(part: Sequence[Token], unit: Unit) -> bool:
    """Whether a part of a sentence begins with what the evidence begins with."""
    opening = [token for token in unit.tokens if not token.light][:1]
    ours = [token for token in part if not token.light][:1]
    return bool(opening and ours) and same(ours[0], opening[0])
