"""How the two searches of one question become one ranking.

Weighted reciprocal rank fusion as Qdrant defines it: a passage at rank 1, 2, ... of a search of
weight w earns ``1 / (rank / w + RRF_K - 1)`` from it, and its score is the sum. The engines could
compute it themselves, but then what each search made of a passage would be lost, which ranking
again needs; so both searches are asked in one call, and fused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.records import Hit

# Measured on 820 questions of two public sets with a weight of one half: 5 to 10 is best, and 60,
# the usual value, finds about .5 % less. (A weight below 1 also makes the ranks of its search
# differ more from one another; that is how Qdrant has it.)
RRF_K = 10
_DENSE_WEIGHT = 1.0
# Quantised vectors choose this many times the candidates; the vectors themselves rank them.
OVERSAMPLING = 3.0
# The engines add in single precision, in an order of their own.
_DECIMALS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """How many candidates each search brings, and what word search weighs against meaning."""

    candidates: int
    bm25_weight: float

    def fetched(self, limit: int) -> int:
        """Return how many candidates each search has to bring for `limit` results."""
        return max(self.candidates, limit)

    def weights(self, *, words: bool) -> list[float]:
        """Return the weight of each search; the second one is made only if `words` are asked."""
        return [_DENSE_WEIGHT, self.bm25_weight] if words else [_DENSE_WEIGHT]


def fuse(rankings: Sequence[Sequence[str]], weights: Sequence[float]) -> list[tuple[str, float]]:
    """Return the ids of all rankings with their scores, best first, equal scores by id."""
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, point in enumerate(ranking, start=1):
            scores[point] = scores.get(point, 0.0) + 1.0 / (rank / weight + RRF_K - 1)
    return sorted(scores.items(), key=lambda item: (-round(item[1], _DECIMALS), item[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """A passage that was found, with what each search gave it, if it did."""

    id: str
    score: float
    meaning: float | None
    words: float | None


def together(
    meaning: Mapping[str, float], words: Mapping[str, float], fusion: Fusion, limit: int
) -> list[Fused]:
    """Return the best of what two searches found, by id and score, as one ranking."""
    searches = [meaning, words] if words else [meaning]
    rankings = [_steadily(found) for found in searches]
    fused = fuse(rankings, fusion.weights(words=len(searches) > 1))
    return [
        Fused(id=point, score=score, meaning=meaning.get(point), words=words.get(point))
        for point, score in fused[:limit]
    ]


def _steadily(scores: Mapping[str, float]) -> list[str]:
    """Return ids best first, equal scores by id, as `steady` does."""
    return sorted(scores, key=lambda point: (-round(scores[point], _DECIMALS), point))


def steady(hits: Iterable[Hit]) -> list[Hit]:
    """Return hits best first, equal scores by id.

    The engines return equals in an order of their own, not always the same: an answer must not
    depend on it.
    """
    return sorted(hits, key=lambda hit: (-round(hit.score, _DECIMALS), hit.chunk_id))


def one_version(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """Keep of each document the version of its best hit.

    While a served index changes from one version to the next, both are live for an instant.
    """
    versions: dict[str, str] = {}
    kept = [
        hit
        for hit in hits
        if versions.setdefault(hit.document_id, hit.document_version) == hit.document_version
    ]
    return kept[:limit]
