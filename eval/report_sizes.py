"""The parts of a comparison's page that hold sizes side by side: cost, curves, tiers, trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from eval.chart import seconds_text
from eval.compare import Comparison
from eval.curves import At, Axis, curves, distribution
from eval.records import Run
from eval.report_conduct import conduct_drawings, conduct_tables
from eval.sizes import Group, TierPlan
from eval.tables import NOT_MEASURED, Drawing, Table, interval_text
from eval.taken import Taken, Times
from eval.verdicts import money

_MEMORY, _ENERGY = "most memory, MB", "energy an answer, joules"
_SHARE = Axis(title="Right, in % of cases", text=lambda v: f"{v:.0%}", most=1.0)


def tables(comparison: Comparison) -> list[Table]:
    """Return the tables, those first that decide."""
    found = [_taken(comparison)]
    found += conduct_tables(comparison)
    found += [_tiers(plan, comparison) for plan in comparison.tiers]
    found += _groups(comparison.groups, list(comparison.runs))
    return [one for one in found if one.rows]


def drawings(comparison: Comparison) -> list[Drawing]:
    """Return the curves."""
    found = [_latency(comparison.runs)]
    if comparison.budgets:
        found += _budgets(comparison)
    found += conduct_drawings(comparison)
    found += [_escalation(plan) for plan in comparison.tiers[:1] if _escalates(plan)]
    return found


def _taken(comparison: Comparison) -> Table:
    prices = comparison.terms.prices
    currency = prices.currency if prices is not None else ""
    lines: list[tuple[str, Callable[[Taken], str]]] = [
        ("seconds an answer, middle (95 of 100 below)", lambda t: _times(t.seconds)),
        ("seconds to the first token", lambda t: _times(t.first)),
        ("tokens a second, middle", lambda t: _number(t.rate, "{:,.1f}")),
        ("tokens read an answer", lambda t: _number(t.read, "{:,.0f}")),
        ("of these known to the server already", lambda t: _number(t.cached, "{:.0%}")),
        ("tokens written an answer", lambda t: _number(t.written, "{:,.0f}")),
        (_MEMORY, lambda t: _number(t.peak_mb, "{:,.0f}")),
        (_ENERGY, lambda t: _number(t.joules, "{:,.1f}")),
    ]
    if prices is not None:
        lines.append(("cost of 1,000 answers", lambda t: _cost(t, currency)))

    def told(line: str, shown: Callable[[Taken], str], name: str) -> str:
        text = shown(comparison.taken[name])
        theirs = line in (_MEMORY, _ENERGY) and comparison.runs[name].setup.elsewhere
        return f"{text}: not our process" if theirs and text == NOT_MEASURED else text

    return Table(
        title="What answers take",
        note="Without the search, which all share. Memory is that of the model's server, or of "
        "this process where no server is asked. Energy is the whole machine's, where it tells."
        + ("" if prices is not None else " No price sheet was given, so nothing is said of cost."),
        head=("", *comparison.taken),
        rows=tuple(
            (line, *(told(line, shown, name) for name in comparison.taken)) for line, shown in lines
        ),
    )


def _tiers(plan: TierPlan, comparison: Comparison) -> Table:
    prices = comparison.terms.prices
    priced = prices is not None and all(p.cost is not None for p in plan.policies)
    rows = []
    for policy in plan.policies:
        row = [
            policy.name,
            f"{policy.escalated:.0%}",
            interval_text(policy.quality),
            seconds_text(policy.seconds),
        ]
        if priced and prices is not None and policy.cost is not None:
            row.append(money(policy.cost, prices.currency))
        rows.append(tuple(row))
    return Table(
        title=f"{plan.first} first, {plan.then} where its answer is weak",
        note="Worked out from both runs. Who goes on has paid for both.",
        head=("goes on", "share", "right", "seconds an answer", *(["1,000 answers"] * priced)),
        rows=tuple(rows),
    )


def _groups(found: Sequence[Group], names: Sequence[str]) -> list[Table]:
    tables = []
    for by in dict.fromkeys(group.by for group in found):
        rows = [
            (
                group.name,
                str(group.cases),
                *(
                    interval_text(group.right[n]) if n in group.right else NOT_MEASURED
                    for n in names
                ),
            )
            for group in found
            if group.by == by
        ]
        head = (by, "cases", *names)
        tables.append(Table(title=f"Right, by {by}", note="", head=head, rows=tuple(rows)))
    return tables


def _latency(runs: Mapping[str, Run]) -> Drawing:
    seconds = {name: [one.seconds for one in run.results] for name, run in runs.items()}
    every = [max(value, 1e-6) for values in seconds.values() for value in values]
    wide = max(every) / min(every) > 20
    axis = Axis(title="Seconds", text=lambda v: f"{v:g}", logarithmic=wide)
    share = Axis(title="Answers there, in %", text=lambda v: f"{v:.0%}", most=1.0)
    return Drawing(
        title="How long answers take",
        note="Which share of the answers was there after how many seconds. Further to the left "
        "is better.",
        chart=curves({name: distribution(values) for name, values in seconds.items()}, axis, share),
    )


def _budgets(comparison: Comparison) -> list[Drawing]:
    tokens = Axis(title="Evidence, tokens", text=lambda v: f"{v:,.0f}")
    budgets = {name: some for name, some in comparison.budgets.items() if some}
    if not budgets:
        return []
    cases = next(iter(budgets.values()))[0].cases
    right = {
        name: [At(x=b.tokens, y=b.right.mean, low=b.right.low, high=b.right.high) for b in some]
        for name, some in budgets.items()
    }
    seconds = {name: [At(x=b.tokens, y=b.seconds) for b in some] for name, some in budgets.items()}
    most = max(at.y for some in seconds.values() for at in some)
    least = max(min(at.y for some in seconds.values() for at in some), 1e-6)
    took = Axis(title="Seconds an answer", text=lambda v: f"{v:g}", logarithmic=most / least > 20)
    return [
        Drawing(
            title="Quality with more and less evidence",
            note=f"Over {cases} answerable cases, the same for every point, with 95 % intervals.",
            chart=curves(right, tokens, _SHARE),
        ),
        Drawing(
            title="Seconds with more and less evidence",
            note="The mean over the same cases.",
            chart=curves(seconds, tokens, took),
        ),
    ]


def _escalation(plan: TierPlan) -> Drawing:
    points = sorted(plan.policies, key=lambda policy: policy.escalated)
    share = Axis(title="Questions that go on, in %", text=lambda v: f"{v:.0%}", most=1.0)
    return Drawing(
        title=f"{plan.first} first, then {plan.then}",
        note="Quality by how many questions go on to the second; the last point asks it alone.",
        chart=curves(
            {
                "right": [
                    At(x=p.escalated, y=p.quality.mean, low=p.quality.low, high=p.quality.high)
                    for p in points
                ]
            },
            share,
            _SHARE,
        ),
    )


def _escalates(plan: TierPlan) -> bool:
    return len({policy.escalated for policy in plan.policies}) > 2


def _times(value: Times | None) -> str:
    if value is None:
        return NOT_MEASURED
    return f"{seconds_text(value.p50)} ({seconds_text(value.p95)})"


def _number(value: float | None, form: str) -> str:
    return NOT_MEASURED if value is None else form.format(value)


def _cost(taken: Taken, currency: str) -> str:
    if taken.cost is None:
        return NOT_MEASURED
    without = " without power" if taken.cost.power is None else ""
    return money(taken.cost.whole, currency) + without
