"""Put the cases of a set to a retriever and score what it ranks and what it would show."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from eval.intervals import Interval, bootstrap_ratio
from eval.retrieval.cases import QuestionSet, SearchCase, Target, Unit
from eval.retrieval.metrics import Rank, ranks, score
from eval.retrieval.packing import Kept, kept
from rag.access.rows import readable
from rag.records import Evidence, Hit, Principal, Question, RedactedDocument, RedactedText
from rag.redact.ranges import to_redacted
from rag.store.filters import AllOf, Filter
from rag.store.payload import of_document

Step = Callable[[], None]


class Placed(Protocol):
    """A passage in a ranking."""

    @property
    def hit(self) -> Hit:
        """Where it stands."""


class Finder(Protocol):
    """The retriever, asked for its ranking or for the evidence it would show."""

    def ranked(self, question: Question, *, within: Filter) -> Sequence[Placed]:
        """Return passages, best first."""

    def evidence(self, question: Question, *, within: Filter) -> list[Evidence]:
        """Return what an answer may stand on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A case as it is put: the question as redacted, the targets in the text as indexed.

    A target whose document is not indexed cannot be found.
    """

    case: SearchCase
    question: Question
    targets: tuple[Target, ...]
    within: Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseScore:
    """How one case went. `seconds` are those of the ranking."""

    id: str
    cluster: str
    ranks: tuple[Rank, ...]
    scores: Mapping[str, float]
    seconds: float
    kept: Kept | None = None
    packing_seconds: float = 0.0


def ask(
    questions: QuestionSet,
    texts: Mapping[str, RedactedDocument],
    redacted: Callable[[str], RedactedText],
    principal: Principal,
) -> list[Asked]:
    """Return the cases of a set as they are put to what holds these documents."""
    rows = readable(principal)
    return [
        Asked(
            case=case,
            question=Question(text=redacted(case.question), principal=principal),
            targets=tuple(_in_index(target, texts) for target in case.targets),
            within=AllOf(parts=(rows, of_document(case.within))) if case.within else rows,
        )
        for case in questions.cases
    ]


def measure(
    finder: Finder,
    asked: Iterable[Asked],
    questions: QuestionSet,
    *,
    packed: bool = True,
    step: Step = lambda: None,
) -> tuple[CaseScore, ...]:
    """Ask every case; `packed` says whether the evidence is looked at too."""
    scores = []
    for one in asked:
        scores.append(_scored(finder, one, questions.unit, questions.metrics, packed=packed))
        step()
    return tuple(scores)


def mean(scores: Sequence[CaseScore], value: Callable[[CaseScore], float]) -> Interval | None:
    """Return the mean of a value over cases; what belongs together is drawn together."""
    return ratio([(one.cluster, value(one), 1.0) for one in scores])


def difference(
    scores: Sequence[CaseScore],
    reference: Sequence[CaseScore],
    value: Callable[[CaseScore], float],
) -> Interval | None:
    """Return by how much cases do better than the same cases of a reference, paired."""
    return ratio(
        [
            (one.cluster, value(one) - value(other), 1.0)
            for one, other in zip(scores, reference, strict=True)
        ]
    )


def ratio(rows: Iterable[tuple[str, float, float]]) -> Interval | None:
    """Return the ratio of two sums over rows of a cluster, a top and a bottom."""
    tops: dict[str, float] = {}
    bottoms: dict[str, float] = {}
    for cluster, top, bottom in rows:
        tops[cluster] = tops.get(cluster, 0.0) + top
        bottoms[cluster] = bottoms.get(cluster, 0.0) + bottom
    return bootstrap_ratio(list(tops.values()), list(bottoms.values())) if tops else None


def _scored(
    finder: Finder, one: Asked, unit: Unit, metrics: Sequence[str], *, packed: bool
) -> CaseScore:
    begun = time.perf_counter()
    found = finder.ranked(one.question, within=one.within)
    seconds = time.perf_counter() - begun
    places = [(hit.document_id, hit.start, hit.end) for hit in (each.hit for each in found)]
    at = ranks(places, one.targets, unit)
    evidence: tuple[Evidence, ...] = ()
    packing = 0.0
    if packed:
        begun = time.perf_counter()
        evidence = tuple(finder.evidence(one.question, within=one.within))
        packing = time.perf_counter() - begun
    return CaseScore(
        id=one.case.id,
        cluster=one.case.cluster,
        ranks=at,
        scores={metric: score(metric, at) for metric in metrics},
        seconds=seconds,
        kept=kept(evidence, one.targets, one.case.answers) if packed else None,
        packing_seconds=packing,
    )


def _in_index(target: Target, texts: Mapping[str, RedactedDocument]) -> Target:
    document = texts.get(target.document_id)
    if document is None:
        return target
    spans = [to_redacted(document.redactions, start, end) for start, end in target.ranges]
    first, *others = ((span.start, span.end) for span in spans)
    return replace(target, start=first[0], end=first[1], also=tuple(others))
