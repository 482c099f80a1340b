"""The page about a measurement of search: verdict first, then what each step buys and costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.intervals import RESAMPLES, SEED, Interval
from eval.pages import environment
from eval.retrieval.cost import KindCost
from eval.retrieval.packing import MEASURES, WHOLE_TOKENS
from eval.retrieval.report import named
from eval.retrieval.results import COST_GOAL, KEPT_GOAL, Difference, Run, SetResult, shortfalls
from eval.retrieval.summary import KEPT, headline, shown

_TEMPLATE = "retrieval.html"
_KINDS = 15
# The chart is never drawn to a finer scale than this: noise shall not look like an effect.
_LEAST_REACH = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure in words, its interval below it."""

    text: str
    spread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A change as a bar from zero in the middle of a track; places in per cent of its width."""

    left: float
    width: float
    low: float
    reach: float
    worse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A configuration: its figures, and the bar of what it changes, if it is not the reference."""

    name: str
    value: Figure
    change: Figure
    bar: Bar | None
    kept: Figure
    kept_change: Figure
    milliseconds: str
    slowest: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingRow:
    """One measure of what evidence keeps."""

    name: str
    judged: bool
    packed: Figure
    whole: Figure
    share: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """What a kind goes with."""

    cost: KindCost
    change: Figure
    loss: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView:
    """One set on the page."""

    name: str
    result: SetResult
    headline: str
    points: tuple[str, ...]
    metrics: tuple[tuple[str, Figure], ...]
    steps: tuple[StepRow, ...]
    reach: float
    packing: tuple[PackingRow, ...]
    by_kind: tuple[tuple[str, int, Figure], ...]
    kinds: tuple[KindRow, ...]
    cost: str


def page(run: Run) -> str:
    """Return the page as HTML; every text in it is escaped by the template engine."""
    views = [
        _view(name, result) for name, result in zip(named(run.results), run.results, strict=True)
    ]
    return (
        environment()
        .get_template(_TEMPLATE)
        .render(
            run=run,
            started=run.started[:16].replace("T", ", "),
            views=views,
            resamples=RESAMPLES,
            seed=SEED,
            kept_goal=KEPT_GOAL,
            cost_goal=COST_GOAL,
            whole_tokens=WHOLE_TOKENS,
        )
    )


def _view(name: str, result: SetResult) -> SetView:
    reach = _reach([one.change for one in result.ablation])
    cost = result.cost
    return SetView(
        name=name,
        result=result,
        headline=headline(result),
        points=tuple(shortfalls(result)),
        metrics=tuple((metric, _figure(value)) for metric, value in result.metrics.items()),
        steps=(_reference(result), *(_step(one, result, reach) for one in result.ablation)),
        reach=reach,
        packing=tuple(
            PackingRow(
                name=KEPT[measure],
                judged=measure == result.questions.kept,
                packed=_figure(result.packing.packed[measure]),
                whole=_figure(result.packing.whole[measure]),
                share=_percent(result.packing.share[measure]),
            )
            for measure in MEASURES
            if result.packing.whole[measure] is not None
        ),
        by_kind=tuple((kind, one.cases, _figure(one.value)) for kind, one in result.kinds.items()),
        kinds=tuple(
            KindRow(cost=row, change=_figure(row.change, signed=True), loss=f"{row.loss:.0%}")
            for row in (cost.kinds if cost else ())[:_KINDS]
            if row.losing
        ),
        cost=f"{shown(cost.change, signed=True)}" if cost else "",
    )


def _reference(result: SetResult) -> StepRow:
    packing = result.packing
    return StepRow(
        name="as configured",
        value=_figure(result.metrics[result.questions.metrics[0]]),
        change=Figure(text=""),
        bar=None,
        kept=_figure(packing.packed[result.questions.kept]),
        kept_change=Figure(text=""),
        milliseconds=f"{result.milliseconds:.1f}",
        slowest=f"{result.slowest:.1f}",
        evidence=f"{result.evidence_milliseconds:.1f}",
    )


def _step(one: Difference, result: SetResult, reach: float) -> StepRow:
    return StepRow(
        name=one.configuration.name,
        value=_figure(one.metrics[result.questions.metrics[0]]),
        change=_figure(one.change, signed=True),
        bar=_bar(one.change, reach),
        kept=_figure(one.kept),
        kept_change=_figure(one.kept_change, signed=True),
        milliseconds=f"{one.milliseconds:.1f}",
        slowest=f"{one.slowest:.1f}",
        evidence=f"{one.packing_milliseconds:.1f}",
    )


def _reach(changes: Sequence[Interval | None]) -> float:
    """Return the largest change that the chart must show."""
    ends = [abs(end) for one in changes if one for end in (one.low, one.high)]
    return max([*ends, _LEAST_REACH])


def _bar(change: Interval | None, reach: float) -> Bar | None:
    if change is None:
        return None

    def at(value: float) -> float:
        return round(50 + 50 * value / reach, 2)

    left, right = sorted((at(0), at(change.mean)))
    return Bar(
        left=left,
        width=round(right - left, 2),
        low=at(change.low),
        reach=round(at(change.high) - at(change.low), 2),
        worse=change.mean < 0,
    )


def _figure(value: Interval | None, *, signed: bool = False) -> Figure:
    if value is None:
        return Figure(text="–")
    text, _, spread = shown(value, signed=signed).partition(" ")
    return Figure(text=text, spread=spread)


def _percent(value: Interval | None) -> Figure:
    if value is None:
        return Figure(text="–")
    return Figure(text=f"{value.mean:.1%}", spread=f"[{value.low:.1%}, {value.high:.1%}]")
