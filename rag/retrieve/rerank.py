"""Candidates in a better order: by how well each word of the question is met by some word there.

Late interaction: the vectors of a question's tokens against those of a passage's, kept since
ingest, so that no model runs for it. What the two searches found counts beside it. And what is
like the best candidates gains, where these agree with one another more than with the rest: several
documents that say the same are more likely meant. Tables are all alike, and gain nothing by it.
The weights are chosen on one half of public questions (medicine, annual reports, contracts).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.embed.packing import directions, similarities
from rag.records import QueryVectors, Vector
from rag.retrieve.ranked import Candidate

MEANING_WEIGHT = 0.3
WORDS_WEIGHT = 0.6
LIKENESS_WEIGHT = 0.8
_LEADERS = 3
_FUSED_WEIGHT = 0.6


def by_tokens(query: QueryVectors, candidates: Sequence[Candidate]) -> list[float]:
    """Return a score for each candidate; comparable within one question alone."""
    scores = _searched(candidates)
    if query.tokens is None or any(candidate.tokens is None for candidate in candidates):
        return [float(score) for score in scores]  # of an encoder whose tokens cannot be read
    passages = [candidate.tokens for candidate in candidates if candidate.tokens is not None]
    likeness = similarities(query.tokens, passages)
    met = np.array([met_by(found) for found in likeness], dtype=np.float32)
    scores = scores + even(met)
    about = directions(passages, query.tokens.shape[1])
    return [float(score) for score in scores + _likeness(scores, about)]


def _likeness(scores: Vector, about: Vector) -> Vector:
    """Return what each candidate gains by being like the best, as far as the best agree."""
    leaders = np.argsort(-scores, kind="stable")[:_LEADERS]
    shares = np.exp(scores[leaders] - scores[leaders[0]])
    meant = shares @ about[leaders]
    meant /= max(float(np.linalg.norm(meant)), 1e-9)
    gains: Vector = LIKENESS_WEIGHT * _agreement(about, leaders) * even(about @ meant)
    return gains


def _agreement(about: Vector, leaders: NDArray[np.intp]) -> float:
    """Return from 0 to 1 how much more the leaders are like one another than like the rest."""
    if len(leaders) < _LEADERS:
        return 0.0
    among = about[leaders] @ about[leaders].T
    close = float(among[~np.eye(len(leaders), dtype=np.bool_)].mean())
    likeness = about @ about[leaders].T
    spread = max(float(likeness[:, 0].std()), 1e-6)
    return float(np.clip(((close - float(likeness.mean())) / spread - 0.8) / 1.2, 0.0, 1.0))


def met_by(found: Vector) -> float:
    """Return how well the tokens of a question are met, given how like they are to a passage's."""
    return float(found.max(axis=1).mean()) if found.size else 0.0


def even(values: Vector) -> Vector:
    """Return values with mean 0 and spread 1, so that they can be added up; equals as 0."""
    spread = float(values.std())
    centred: Vector = values - values.mean()
    return centred / spread if spread > 1e-6 else centred * 0.0


def _searched(candidates: Sequence[Candidate]) -> Vector:
    """Return what the two searches say of each; what one did not find is its last."""
    meaning = _filled([candidate.hit.meaning for candidate in candidates])
    words = _filled([candidate.hit.words for candidate in candidates])
    if meaning is None and words is None:
        return _FUSED_WEIGHT * even(np.array([c.hit.score for c in candidates], dtype=np.float32))
    scores = np.zeros(len(candidates), dtype=np.float32)
    for weight, values in ((MEANING_WEIGHT, meaning), (WORDS_WEIGHT, words)):
        if values is not None:
            scores = scores + weight * even(values)
    return scores


def _filled(values: Sequence[float | None]) -> Vector | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    last = min(known)
    return np.array([last if v is None else v for v in values], dtype=np.float32)
