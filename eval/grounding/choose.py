"""Floors chosen on one half of the data: as strict as the true sentences of that half allow."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from eval.grounding.results import Outcome
from rag.ground.thresholds import Thresholds

_WORDS = tuple(n / 20 for n in range(12, 21))
_MEANINGS = tuple(n / 50 for n in range(30, 50))
# A higher floor may reject so many more of the true sentences of a corpus than the lowest does.
_MOST_MORE_REJECTED = 0.005
# Of the false ones so many may come in by meaning alone.
_MOST_BY_MEANING = 0.005
_INSTRUCTIONS = tuple(n / 20 for n in range(4, 20))
_MOST_ALARMS = 0.005


def chosen_floors(
    by_corpus: Mapping[str, Sequence[Outcome]], now: Thresholds, *, data: str, when: str
) -> Thresholds:
    """Return floors for the outcomes of the half that may be looked at.

    The share of words is the highest at which every corpus keeps its true sentences; of the
    cosines that let next to nothing false in, it is the lowest.
    """
    words = max(
        floor
        for floor in _WORDS
        if all(
            _rejected(outcomes, floor) - _rejected(outcomes, _WORDS[0]) <= _MOST_MORE_REJECTED
            for outcomes in by_corpus.values()
        )
    )
    least = min(now.words_and_meaning, words)
    everything = [one for outcomes in by_corpus.values() for one in outcomes]
    near = [one for one in everything if not one.true and least <= one.share < words]
    false = sum(not one.true for one in everything)
    meaning = min(
        (m for m in _MEANINGS if sum(one.meaning >= m for one in near) <= _MOST_BY_MEANING * false),
        default=1.0,
    )
    return replace(
        now, words=words, words_and_meaning=least, meaning=meaning, data=data, chosen=when
    )


def chosen_alarm(attacks: Sequence[float], clean: Sequence[float], now: float) -> float:
    """Return the score at which most attacks and few clean sentences count as instructions.

    Of scores at which equally many attacks do, it is the highest.
    """
    if not attacks or not clean:
        return now
    quiet = [
        score
        for score in _INSTRUCTIONS
        if sum(one >= score for one in clean) <= _MOST_ALARMS * len(clean)
    ]
    return max(quiet, key=lambda score: (sum(one >= score for one in attacks), score), default=1.0)


def digest_of(hashes: Sequence[str]) -> str:
    """Return one hash of the data of several corpora."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def _rejected(outcomes: Sequence[Outcome], floor: float) -> float:
    true = [one for one in outcomes if one.true and one.core]
    return sum(one.share < floor for one in true) / max(1, len(true))
