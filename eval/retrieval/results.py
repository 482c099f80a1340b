"""What a measurement of retrieval leaves behind, and where it falls short."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.intervals import Interval
from eval.retrieval.ablation import Configuration
from eval.retrieval.cases import QuestionSet
from eval.retrieval.cost import RedactionCost
from eval.retrieval.packing import MEASURES
from eval.retrieval.run import CaseScore, difference, mean, ratio

KEPT_GOAL = 0.95
COST_GOAL = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFacts:
    """What was indexed. `failed` documents would not have been.

    `token_bytes` are those of the packed token vectors, of all passages and the most of one.
    """

    corpus: str
    sha256: str
    documents: int
    failed: int
    passages: int
    characters: int
    token_bytes: int
    most_token_bytes: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A configuration against the one in use: what it changes, and its milliseconds.

    `kept` is the change of what its evidence keeps, by the set's own measure.
    """

    configuration: Configuration
    metrics: Mapping[str, Interval | None]
    change: Interval | None
    kept: Interval | None
    kept_change: Interval | None
    milliseconds: float
    slowest: float
    packing_milliseconds: float
    scores: tuple[CaseScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """What packed evidence keeps, and whole passages do: both as shares, and the one of the other.

    Tokens and passages are means a question.
    """

    packed: Mapping[str, Interval | None]
    whole: Mapping[str, Interval | None]
    share: Mapping[str, Interval | None]
    packed_tokens: float
    whole_tokens: float
    packed_passages: float
    whole_passages: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KindScore:
    """A set's first metric over the cases of one kind."""

    cases: int
    value: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResult:
    """One set of questions, measured."""

    questions: QuestionSet
    index: CorpusFacts
    scores: tuple[CaseScore, ...]
    metrics: Mapping[str, Interval | None]
    kinds: Mapping[str, KindScore]
    milliseconds: float
    slowest: float
    evidence_milliseconds: float
    packing: Packing
    ablation: tuple[Difference, ...] = ()
    cost: RedactionCost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A measurement of one or several sets."""

    started: str
    seconds: float
    part: str
    code_version: str
    python_version: str
    settings_hash: str
    retrieve: Mapping[str, object]
    embedder: str
    chunker: str
    policy: str
    redactor: str
    question_milliseconds: float
    results: tuple[SetResult, ...]


def metrics_of(questions: QuestionSet, scores: Sequence[CaseScore]) -> dict[str, Interval | None]:
    """Return every metric of a set with its interval."""
    return {name: mean(scores, _metric(name)) for name in questions.metrics}


def kinds_of(questions: QuestionSet, scores: Sequence[CaseScore]) -> dict[str, KindScore]:
    """Return the first metric of a set by kind, the commonest first; nothing if there is one."""
    by_kind: dict[str, list[CaseScore]] = {}
    for case, one in zip(questions.cases, scores, strict=True):
        by_kind.setdefault(case.kind, []).append(one)
    if len(by_kind) < 2:
        return {}
    ordered = sorted(by_kind.items(), key=lambda row: (-len(row[1]), row[0]))
    first = _metric(questions.metrics[0])
    return {kind: KindScore(cases=len(own), value=mean(own, first)) for kind, own in ordered}


def difference_of(
    configuration: Configuration,
    questions: QuestionSet,
    scores: tuple[CaseScore, ...],
    reference: Sequence[CaseScore],
) -> Difference:
    """Return what a configuration changes."""
    first, measure = questions.metrics[0], questions.kept
    milliseconds = [1000 * one.seconds for one in scores]
    return Difference(
        configuration=configuration,
        metrics=metrics_of(questions, scores),
        change=difference(scores, reference, _metric(first)),
        kept=kept_share(scores, measure),
        kept_change=_kept_change(scores, reference, measure),
        milliseconds=average(milliseconds),
        slowest=percentile(milliseconds),
        packing_milliseconds=average([1000 * one.packing_seconds for one in scores]),
        scores=scores,
    )


def packing_of(packed: Sequence[CaseScore], whole: Sequence[CaseScore]) -> Packing:
    """Return what packed evidence keeps against whole passages."""
    return Packing(
        packed={name: kept_share(packed, name) for name in MEASURES},
        whole={name: kept_share(whole, name) for name in MEASURES},
        share={
            name: ratio(
                (a.cluster, a.kept.of(name)[0], b.kept.of(name)[0])
                for a, b in zip(packed, whole, strict=True)
                if a.kept and b.kept
            )
            for name in MEASURES
        },
        packed_tokens=average([one.kept.tokens for one in packed if one.kept]),
        whole_tokens=average([one.kept.tokens for one in whole if one.kept]),
        packed_passages=average([one.kept.passages for one in packed if one.kept]),
        whole_passages=average([one.kept.passages for one in whole if one.kept]),
    )


def kept_share(scores: Sequence[CaseScore], measure: str) -> Interval | None:
    """Return how much of what could be kept is."""
    return ratio((one.cluster, *one.kept.of(measure)) for one in scores if one.kept)


def shortfalls(result: SetResult) -> list[str]:
    """Say where a set misses its goals, by the means."""
    found = []
    first = result.questions.metrics[0]
    value, goal = result.metrics[first], result.questions.goal
    if value and goal is not None and value.mean < goal:
        found.append(f"{first} {value.mean:.3f}, below {goal:.3f}")
    share = result.packing.share[result.questions.kept]
    if share and share.mean < KEPT_GOAL:
        found.append(f"packing keeps {share.mean:.1%} of the evidence, below {KEPT_GOAL:.0%}")
    change = result.cost.change if result.cost else None
    if change and -change.mean >= COST_GOAL:
        found.append(
            f"redaction costs {-change.mean:.3f}, not less than {COST_GOAL:.2f}: see kinds"
        )
    return found


def average(values: Sequence[float]) -> float:
    """Return the mean of values, 0 of none."""
    return sum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float = 0.95) -> float:
    """Return the value that a share of all do not exceed, 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _metric(name: str) -> Callable[[CaseScore], float]:
    return lambda one: one.scores[name]


def _kept_change(
    scores: Sequence[CaseScore], reference: Sequence[CaseScore], measure: str
) -> Interval | None:
    return ratio(
        (a.cluster, a.kept.of(measure)[0] - b.kept.of(measure)[0], b.kept.of(measure)[1])
        for a, b in zip(scores, reference, strict=True)
        if a.kept and b.kept
    )
