"""What is known of each sentence that might answer: a row of numbers for it.

Meaning alone prefers the sentence that repeats the question. So it also counts whether the kind of
thing stands there that is asked for, what the sentences before it say, which row of a table is
meant, and which year. Nothing of a document's subject is known here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.generate import cues
from rag.records import RedactedText, Vector
from rag.retrieve.rerank import even
from rag.retrieve.roots import roots
from rag.retrieve.rows import is_row, row_meant

NAMES = (
    "meaning",  # the cosine of sentence and question
    "passage",  # the best cosine in its passage
    "words",  # the share of the question's words it holds; those above it count half
    "words before",  # the same, those of the sentence before it count half too
    "words near",  # the share of the best neighbour
    "kind",  # the kind of thing stands there that is asked for
    "counted",  # a number of what is counted
    "row",  # a row of a table
    "row meant",  # a row whose first cell the question names
    "year",  # 1: of the year that is asked for, -1: of others alone
    "nothing new",  # hardly a word that is not the question's
)
# Those are compared within one question; the others count as they are.
_EVENED = slice(0, 5)

_MEANING_SHARE = 0.6
_NEW = 2
_REACH = ((1, 0.6), (2, 0.4))
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence of the evidence or a row of a table, with the headings above it."""

    n: int
    order: int
    text: RedactedText = field(repr=False)
    context: RedactedText = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of candidates: of each a row of `NAMES`, and how near it comes on its own."""

    features: Vector = field(repr=False)
    support: Vector = field(repr=False)

    @property
    def other_year(self) -> NDArray[np.bool_]:
        """Of each candidate whether it is of other years alone than are asked for."""
        found: NDArray[np.bool_] = self.features[:, NAMES.index("year")] < 0
        return found


def known(question: str, candidates: Sequence[Candidate], meaning: Vector) -> Known:
    """Return what is known of candidates, given the cosine of each and the question."""
    passages = np.asarray([one.n for one in candidates])
    texts = [str(one.text) for one in candidates]
    asked = list(dict.fromkeys(roots(question)))
    own = [frozenset(roots(text)) for text in texts]
    above = [frozenset(roots(one.context)) for one in candidates]
    before = [
        above[at] | own[at - 1] if at and passages[at - 1] == passages[at] else above[at]
        for at in range(len(own))
    ]
    words, with_before = _held(asked, own, above), _held(asked, own, before)
    columns = [
        meaning,
        np.asarray([meaning[passages == n].max() for n in passages]),
        words,
        with_before,
        _near(words, passages),
        np.asarray(list(cues.shown(question, texts))),
        np.asarray(_counted(question, texts)),
        np.asarray([is_row(text) for text in texts]),
        np.asarray([row_meant(text, frozenset(asked)) for text in texts]),
        _years(question, candidates),
        np.asarray([len(one.difference(asked)) <= _NEW for one in own]),
    ]
    features = np.stack(columns, axis=1).astype(np.float32)
    features[:, _EVENED] = np.stack([even(one) for one in features[:, _EVENED].T], axis=1)
    nearness = _MEANING_SHARE * np.clip(meaning, 0.0, 1.0) + (1 - _MEANING_SHARE) * with_before
    return Known(features=features, support=nearness.astype(np.float32))


def _held(
    asked: Sequence[str], own: Sequence[frozenset[str]], around: Sequence[frozenset[str]]
) -> NDArray[np.float64]:
    """Return the share of the question's words each candidate holds, rare words weighing more.

    A word around it counts half. A word that no candidate holds weighs most: without it the
    evidence speaks of something else.
    """
    total = len(own)
    rarity = {
        word: math.log(1 + total / (0.5 + sum(word in words for words in own))) for word in asked
    }
    whole = sum(rarity.values()) or 1.0
    return np.asarray(
        [
            sum(w if word in words else w / 2 if word in near else 0 for word, w in rarity.items())
            / whole
            for words, near in zip(own, around, strict=True)
        ]
    )


def _near(words: NDArray[np.float64], passages: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return for each the best share of a neighbour in its passage, less if it is further off."""
    best = np.zeros(len(words))
    for distance, share in _REACH:
        same = passages[distance:] == passages[:-distance]
        best[distance:] = np.maximum(best[distance:], same * share * words[:-distance])
        best[:-distance] = np.maximum(best[:-distance], same * share * words[distance:])
    return best


def _counted(question: str, texts: Sequence[str]) -> list[bool]:
    wanted = frozenset(roots(cues.counted(question)))
    return [
        any(not wanted.isdisjoint(roots(after)) for after in cues.numbered(text)) and bool(wanted)
        for text in texts
    ]


def _years(question: str, candidates: Sequence[Candidate]) -> NDArray[np.int_]:
    """Return 1 for candidates of a year that is asked for, -1 for those of others alone."""
    asked = frozenset(_YEAR.findall(question))
    found = np.zeros(len(candidates), dtype=np.int_)
    if asked:
        for at, one in enumerate(candidates):
            own = {*_YEAR.findall(one.text), *_YEAR.findall(one.context)}
            found[at] = 1 if own & asked else -1 if own else 0
    return found
