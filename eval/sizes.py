"""What runs of several generators over the same cases say when they are held side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.intervals import Interval, share_interval
from eval.paired import NonInferiority, non_inferiority
from eval.prices import Prices
from eval.records import CaseResult, Run
from eval.scorers.base import RIGHT
from eval.taken import cost_of
from eval.tiering import Policy, Tried, policies
from rag.records import Verdict

EXTRACTIVE = "extractive"
BY_CORPUS, BY_KIND, BY_EXPECT = "corpus", "kind of question", "what is expected"
_GROUPS: Mapping[str, Callable[[CaseResult], str]] = {
    BY_CORPUS: lambda one: one.corpus,
    BY_KIND: lambda one: one.kind,
    BY_EXPECT: lambda one: str(one.expect),
}
_FEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """How often each generator is right in some of the cases."""

    by: str
    name: str
    cases: int
    right: Mapping[str, Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How often answers with a verdict are right: what the verdict is worth."""

    verdict: str
    cases: int
    right: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How a generator does with so many tokens of evidence, over the cases of the curves."""

    tokens: int
    cases: int
    right: Interval
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPlan:
    """What it would come to if one generator went first and the reference answered the rest."""

    first: str
    then: str
    policies: tuple[Policy, ...]


def standings(runs: Mapping[str, Run], reference: str, margin: float) -> dict[str, NonInferiority]:
    """Say of each but the reference whether it is right less often by more than the margin."""
    found = {}
    for name, run in runs.items():
        differences, clusters = paired_scores(run, runs[reference], RIGHT)
        if name != reference and differences:
            found[name] = non_inferiority(differences, margin, clusters)
    return found


def paired_scores(run: Run, reference: Run, name: str) -> tuple[list[float], list[str]]:
    """Return the differences of a score over the cases that both have one for, and the clusters."""
    theirs = {result.id: result.scores.get(name) for result in reference.results}
    differences, clusters = [], []
    for mine in run.results:
        a, b = mine.scores.get(name), theirs.get(mine.id)
        if a is not None and b is not None:
            differences.append(float(a) - float(b))
            clusters.append(mine.cluster or mine.id)
    return differences, clusters


def groups(runs: Mapping[str, Run]) -> tuple[Group, ...]:
    """Return how often each is right by corpus, by kind of question and by what is expected.

    A way to group that does not part the cases is left out, and so are groups of a few cases.
    """
    first = next(iter(runs.values()))
    found = []
    for by, of in _GROUPS.items():
        names = sorted({of(one) for one in first.results})
        if len(names) < 2:
            continue
        for name in names:
            shares = {
                who: [one for one in run.results if of(one) == name] for who, run in runs.items()
            }
            right = {who: share for who, some in shares.items() if (share := right_share(some))}
            cases = len(next(iter(shares.values())))
            if cases >= _FEWEST and right:
                found.append(Group(by=by, name=name or "not stated", cases=cases, right=right))
    return tuple(found)


def trust(run: Run) -> tuple[Trust, ...]:
    """Return how often answers are right by their verdict."""
    found = []
    for verdict in Verdict:
        some = [one for one in run.results if _verdict(one) is verdict]
        right = right_share(some)
        if right is not None:
            found.append(Trust(verdict=str(verdict), cases=len(some), right=right))
    return tuple(found)


def tier_plans(
    runs: Mapping[str, Run], reference: str, prices: Prices | None
) -> tuple[TierPlan, ...]:
    """Return for each other generator what it would come to with the reference behind it."""
    quoted = runs.get(EXTRACTIVE)
    found = []
    for name, run in runs.items():
        if name == reference:
            continue
        small, large = _tried(name, run, prices), _tried(reference, runs[reference], prices)
        both = small.keys() & large.keys()
        if both:
            agree = _agreeing(run, quoted) if quoted is not None and quoted is not run else None
            drawn = policies(
                {case: one for case, one in small.items() if case in both},
                {case: large[case] for case in small if case in both},
                agree,
            )
            found.append(TierPlan(first=name, then=reference, policies=drawn))
    return tuple(found)


def right_share(results: Sequence[CaseResult]) -> Interval | None:
    """Return how often some results are right; None where none is scored."""
    scored = [
        (float(score), one.cluster or one.id)
        for one in results
        if (score := one.scores.get(RIGHT)) is not None
    ]
    if not scored:
        return None
    return share_interval([score for score, _ in scored], [cluster for _, cluster in scored])


def _tried(name: str, run: Run, prices: Prices | None) -> dict[str, Tried]:
    sheet = prices.sheet(name) if prices is not None else None
    return {
        one.id: Tried(
            right=float(score),
            verdict=_verdict(one) or Verdict.ABSTAINED,
            seconds=one.seconds,
            cost=cost_of(one, sheet).whole if sheet is not None else None,
        )
        for one in run.results
        if (score := one.scores.get(RIGHT)) is not None
    }


def _agreeing(run: Run, quoted: Run) -> Callable[[str], bool]:
    """Return what says whether two runs cite a common place in a case."""
    ours, theirs = _places(run), _places(quoted)

    def agree(case: str) -> bool:
        return any(
            document == other and start < until and since < end
            for document, start, end in ours[case]
            for other, since, until in theirs[case]
        )

    return agree


def _places(run: Run) -> dict[str, list[tuple[str, int, int]]]:
    return {
        one.id: [(c.document, c.start, c.end) for c in one.outcome.answer.citations]
        if one.outcome.answer
        else []
        for one in run.results
    }


def _verdict(result: CaseResult) -> Verdict | None:
    return result.outcome.answer.verdict if result.outcome.answer is not None else None
