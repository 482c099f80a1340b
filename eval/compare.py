"""Several generators on the same cases and the same evidence, held side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from eval.bought import Bought, bought
from eval.calibration import Calibrated, calibrated
from eval.folder import run_facts
from eval.judging.told import Told
from eval.paired import NonInferiority
from eval.prices import Prices, cost_facts
from eval.records import CaseResult, Run
from eval.scorers.base import RIGHT
from eval.sizes import Budget, Group, TierPlan, Trust, groups, standings, tier_plans, trust
from eval.solver import Frozen
from eval.taken import Taken, taken
from eval.thresholds import Thresholds, shortfalls
from rag.errors import ConfigurationError

_LISTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the machine told of a generator while it answered; None is not measured."""

    peak_mb: float | None = None
    joules: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is settled before the first question: how much worse is good enough, and prices."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    prices: Prices | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The runs of every generator by name, and how each stands to the reference and the bar.

    `differing` are the ids of the cases that the generators did not treat alike, those first
    in which one is right and another is not. `closed` are the runs of models that were asked
    without evidence, by the generator's name; `left_out` says of others why they were not.
    """

    runs: Mapping[str, Run]
    reference: str
    standings: Mapping[str, NonInferiority]
    taken: Mapping[str, Taken]
    groups: tuple[Group, ...]
    trust: Mapping[str, tuple[Trust, ...]]
    calibrated: Mapping[str, tuple[Calibrated, ...]]
    tiers: tuple[TierPlan, ...]
    budgets: Mapping[str, tuple[Budget, ...]]
    differing: tuple[str, ...]
    terms: Terms
    shortfalls: Mapping[str, tuple[str, ...]]
    closed: Mapping[str, Run]
    left_out: Mapping[str, str]
    bought: tuple[Bought, ...]
    judged: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)

    @property
    def thresholds(self) -> Thresholds:
        """What a run has to reach to pass."""
        return self.terms.thresholds


def compare_runs(
    runs: Mapping[str, Run],
    terms: Terms | None = None,
    *,
    machine: Mapping[str, Machine] | None = None,
    budgets: Mapping[str, tuple[Budget, ...]] | None = None,
    closed: Mapping[str, Run] | None = None,
    left_out: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare runs over the same cases; the first is the reference.

    Args:
        runs: The runs, by the name that each has in the report.
        terms: What was settled before.
        machine: What the machine told of each.
        budgets: How each does with more and less evidence.
        closed: The runs of those that were asked without any, too.
        left_out: Why others were not.

    Raises:
        ConfigurationError: They are not over the same cases, or not on the same evidence.
    """
    refuse_unlike(runs)
    terms, machine = terms or Terms(), machine or {}
    prices = terms.prices
    reference = next(iter(runs))
    return Comparison(
        runs=runs,
        reference=reference,
        standings=standings(runs, reference, terms.thresholds.margin),
        taken={
            name: taken(
                run,
                sheet=prices.sheet(name) if prices is not None else None,
                peak_mb=machine.get(name, Machine()).peak_mb,
                joules=machine.get(name, Machine()).joules,
            )
            for name, run in runs.items()
        },
        groups=groups(runs),
        trust={name: trust(run) for name, run in runs.items()},
        calibrated={name: calibrated(run) for name, run in runs.items()},
        tiers=tier_plans(runs, reference, prices),
        budgets=budgets or {},
        differing=_differing(list(runs.values())),
        terms=terms,
        shortfalls={name: shortfalls(run, terms.thresholds) for name, run in runs.items()},
        closed=closed or {},
        left_out=left_out or {},
        bought=bought(runs, closed or {}),
    )


def comparison_facts(comparison: Comparison) -> dict[str, object]:
    """Return what `compare.json` holds: the runs' facts and all that was made of them."""
    return {
        "reference": comparison.reference,
        **terms_facts(comparison.terms),
        "shortfalls": {name: list(found) for name, found in comparison.shortfalls.items()},
        "standings": {name: asdict(value) for name, value in comparison.standings.items()},
        "taken": {name: _taken_facts(value) for name, value in comparison.taken.items()},
        "groups": [asdict(group) for group in comparison.groups],
        "trust": {name: [asdict(t) for t in some] for name, some in comparison.trust.items()},
        "calibrated": {
            name: [asdict(one) for one in some] for name, some in comparison.calibrated.items()
        },
        "bought": [asdict(one) for one in comparison.bought],
        "asked_with_evidence_alone": dict(comparison.left_out),
        "tiers": [asdict(plan) for plan in comparison.tiers],
        "budgets": {name: [asdict(b) for b in some] for name, some in comparison.budgets.items()},
        "differing": list(comparison.differing),
        "judged": {name: [asdict(one) for one in some] for name, some in comparison.judged.items()},
        "runs": {name: run_facts(run) for name, run in comparison.runs.items()},
        "closed": {name: run_facts(run) for name, run in comparison.closed.items()},
    }


def terms_facts(terms: Terms) -> dict[str, object]:
    """Return what was settled, for a file."""
    prices = None if terms.prices is None else terms.prices.model_dump()
    return {"thresholds": asdict(terms.thresholds), "prices": prices}


def _taken_facts(value: Taken) -> dict[str, object]:
    cost = None if value.cost is None else cost_facts(value.cost)
    return {**asdict(value), "cost": cost}


def refuse_unlike(runs: Mapping[str, Run]) -> None:
    """Refuse runs over other cases or other evidence: to compare these would say nothing."""
    blind = [name for name, run in runs.items() if run.setup.closed_book]
    if blind:
        raise ConfigurationError(
            f"`{blind[0]}` was asked without evidence: it stands only beside its own run, in the"
            " comparison that both were made in"
        )
    (first_name, first), *others = runs.items()
    for name, run in others:
        if run.plan.cases != first.plan.cases:
            raise ConfigurationError(f"`{name}` and `{first_name}` are not over the same cases")
        seen = {result.id: _evidence(result) for result in run.results}
        other = [r.id for r in first.results if seen[r.id] != _evidence(r)]
        if other:
            raise ConfigurationError(
                f"`{name}` saw other evidence than `{first_name}` in {len(other)} cases"
                f" ({', '.join(other[:_LISTED])}): freeze the evidence to compare generators"
            )


def _evidence(result: CaseResult) -> Frozen:
    """Return what was found, without how long it took."""
    return replace(result.outcome.found, seconds=0.0)


def _differing(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the cases that were not treated alike, those that differ in being right first."""
    by_case = list(zip(*(run.results for run in runs), strict=True))
    ranked = [(_unlikeness(results), results[0].id) for results in by_case]
    return tuple(case_id for degree, case_id in sorted(ranked, key=lambda pair: -pair[0]) if degree)


def _unlikeness(results: Sequence[CaseResult]) -> int:
    """Return 3 if one is right and another not, 2 for other verdicts, 1 for other words."""
    answers = [result.outcome.answer for result in results]
    if len({result.scores.get(RIGHT) for result in results}) > 1:
        return 3
    if len({answer.verdict if answer else None for answer in answers}) > 1:
        return 2
    return int(len({answer.answer if answer else None for answer in answers}) > 1)
