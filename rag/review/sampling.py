"""Which documents people look at: drawn by source, half of them at random and half by risk.

Those at random tell how many documents of a source hold a miss; those by risk find misses. The
same documents, history, count and seed give the same sample, in whatever order they come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from rag.review.records import Drawn, Facts, History, How
from rag.review.risk import peers_of, risk_of, signs_of

_LEAST_WEIGHT = 0.01
_NEVER = History()


def draw(
    candidates: Sequence[Facts],
    *,
    every: Sequence[Facts],
    history: Mapping[str, History],
    count: int,
    seed: int,
) -> list[Drawn]:
    """Draw documents to be looked at.

    Args:
        candidates: Those that may be drawn.
        every: All documents of their sources, which say what is usual there.
        history: What was checked before, by source.
        count: How many.
        seed: Decides which.
    """
    by_source = _by_source(candidates)
    usual = {source: peers_of(group) for source, group in _by_source(every).items()}
    sizes = {source: len(group) for source, group in by_source.items()}
    drawn: list[Drawn] = []
    for source, number in _shares(sizes, history, count, seed).items():
        peers, past = usual[source], history.get(source, _NEVER)
        signs = {one.document_id: signs_of(one, peers, past) for one in by_source[source]}
        risks = {document: risk_of(found) for document, found in signs.items()}
        at_random, by_risk = _picked(by_source[source], risks, number, seed)
        for how, group in ((How.RANDOM, at_random), (How.RISK, by_risk)):
            drawn += (
                Drawn(
                    facts=one,
                    how=how,
                    risk=round(risks[one.document_id], 4),
                    signs={k: round(v, 4) for k, v in signs[one.document_id].items()},
                )
                for one in group
            )
    return drawn


def chance(seed: int, *about: str) -> float:
    """Return a number from 0 up to 1 that only the seed and what it is about decide."""
    content = "\0".join((str(seed), *about)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(content).digest()[:8], "big") / 2**64


def _by_source(documents: Sequence[Facts]) -> dict[str, list[Facts]]:
    groups: dict[str, list[Facts]] = {}
    for one in sorted(documents, key=lambda one: one.document_id):
        groups.setdefault(one.source, []).append(one)
    return groups


def _shares(
    sizes: Mapping[str, int], history: Mapping[str, History], count: int, seed: int
) -> dict[str, int]:
    """Share a count among sources: one each, those never checked first, the rest by size."""
    order = sorted(
        sizes, key=lambda source: (source in history, chance(seed, "source", source), source)
    )
    shares = dict.fromkeys(order[:count], 1)
    left = min(count, sum(sizes.values())) - len(shares)
    while left > 0:
        # The source that has least for its size; as fair as can be, one document at a time.
        open_ones = [source for source in shares if shares[source] < sizes[source]]
        hungriest = min(open_ones, key=lambda source: (shares[source] / sizes[source], source))
        shares[hungriest] += 1
        left -= 1
    return shares


def _picked(
    documents: Sequence[Facts], risks: Mapping[str, float], number: int, seed: int
) -> tuple[list[Facts], list[Facts]]:
    """Pick some at random and some by risk; of an odd number, chance says which gets one more."""
    odd_to_random = chance(seed, "odd", documents[0].source) < 0.5
    half = (number + odd_to_random) // 2
    order = sorted(documents, key=lambda one: chance(seed, "random", one.document_id))
    at_random, rest = order[:half], order[half:]

    def key(one: Facts) -> float:
        """Weighted drawing without replacement, by Efraimidis and Spirakis."""
        weight = max(_LEAST_WEIGHT, risks[one.document_id])
        luck: float = chance(seed, "risk", one.document_id) ** (1 / weight)
        return luck

    return at_random, sorted(rest, key=key, reverse=True)[: number - half]
