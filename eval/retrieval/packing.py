"""How much of what is known to answer is in the evidence that an answer would stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.retrieval.cases import Target
from eval.retrieval.wording import stands_in
from rag.chunk.sections import count_tokens
from rag.records import Evidence

# The evidence that packing is held against: whole passages up to so many tokens.
WHOLE_TOKENS = 2_000
WHOLE_PASSAGES = 200
# A target counts as kept with this share of its characters.
_ENOUGH = 0.5

MEASURES = ("any", "targets", "characters", "answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What evidence keeps of a case, each a pair: how much, and of how much.

    `any`: whether it touches a target. `targets`: those of which it has half. `characters`: of
    the targets. `answers`: items of which a wording stands in evidence from a target's document.
    """

    any: tuple[float, float]
    targets: tuple[float, float]
    characters: tuple[float, float]
    answers: tuple[float, float]
    tokens: int
    passages: int

    def of(self, measure: str) -> tuple[float, float]:
        """Return one of `MEASURES`."""
        pair: tuple[float, float] = getattr(self, measure)
        return pair


def kept(
    evidence: Sequence[Evidence],
    targets: Sequence[Target],
    answers: Sequence[Sequence[str]],
) -> Kept:
    """Return what evidence keeps of the targets and answers of a case."""
    covered = [_covered(target, evidence) for target in targets]
    sizes = [target.end - target.start for target in targets]
    documents = {target.document_id for target in targets}
    texts = [one.text for one in evidence if one.document_id in documents]
    enough = sum(c >= _ENOUGH * size for c, size in zip(covered, sizes, strict=True))
    answered = sum(
        any(stands_in(wording, text) for wording in group for text in texts) for group in answers
    )
    return Kept(
        any=(float(any(covered)), 1.0),
        targets=(float(enough), float(len(targets))),
        characters=(float(sum(covered)), float(sum(sizes))),
        answers=(float(answered), float(len(answers))),
        tokens=sum(len(count_tokens(one.text)) for one in evidence),
        passages=len(evidence),
    )


def whole_passages(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the first passages, as many as fit into `WHOLE_TOKENS`, and at least one."""
    chosen: list[Evidence] = []
    used = 0
    for one in evidence:
        used += len(count_tokens(one.text))
        if chosen and used > WHOLE_TOKENS:
            break
        chosen.append(one)
    return chosen


def _covered(target: Target, evidence: Sequence[Evidence]) -> int:
    """Return how many characters of a target stand in evidence, where most of it does."""
    own = [one for one in evidence if one.document_id == target.document_id]
    return max(_covered_of(*place, own) for place in target.ranges)


def _covered_of(first: int, last: int, evidence: Sequence[Evidence]) -> int:
    """Return how many characters of a range stand in evidence, each counted once."""
    covered, reached = 0, first
    for one in sorted(evidence, key=lambda one: one.start):
        start, end = max(one.start, reached), min(one.end, last)
        covered += max(0, end - start)
        reached = max(reached, end)
    return covered
