"""The page about a comparison: one HTML file that needs nothing else and prints well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from string import hexdigits

from eval.cases import Expect
from eval.chart import Chart, Measured, chart, seconds_text
from eval.compare import Comparison
from eval.intervals import RESAMPLES
from eval.judging.tables import judge_tables
from eval.meanings import OTHERS, SHARES
from eval.pages import environment
from eval.records import CaseResult, Metric, Run
from eval.report_sizes import drawings, tables
from eval.scorers import (
    ABSTENTION,
    CITATION,
    HIT_RATE,
    LEAKS,
    RIGHT,
)
from eval.summary import OVERALL, SECONDS, total_text
from eval.verdicts import judgement, money, verdict

SHOWN_CASES = 30
_SIZE = "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
_LONGEST_TEXT = 1_200
_HASH = 12
_TEMPLATE = "compare.html"
_BY_CORPUS = (RIGHT, HIT_RATE, CITATION, ABSTENTION, LEAKS, SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A chart of quality against something."""

    title: str
    axis: str
    note: str
    chart: Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A figure, and below it how sure it is."""

    figure: str
    spread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """A metric with its value for each generator."""

    name: str
    meaning: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusRow:
    """A corpus and a generator with the main figures."""

    corpus: str
    generator: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one generator did with a case."""

    generator: str
    verdict: str
    right: bool | None
    text: str = field(repr=False)
    cited: int
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with what every generator did with it."""

    id: str
    corpus: str
    expect: str
    question: str = field(repr=False)
    gold: str = field(repr=False)
    replies: tuple[Reply, ...]


def page(comparison: Comparison) -> str:
    """Return the page as HTML; every text in it is escaped by the template engine."""
    runs = comparison.runs
    first = runs[comparison.reference]
    shown = [_case(comparison, case_id) for case_id in _chosen(comparison)[:SHOWN_CASES]]
    return (
        environment()
        .get_template(_TEMPLATE)
        .render(
            first=first,
            names=list(runs),
            reference=comparison.reference,
            counts=_counts(first),
            started=_moment(first.started),
            corpora=[name for name in first.summary if name != OVERALL],
            verdict=verdict(comparison),
            judgements=[judgement(comparison, name) for name in runs],
            charts=_charts(comparison),
            drawings=drawings(comparison),
            tables=[*tables(comparison), *judge_tables(comparison.judged)],
            judged=bool(comparison.judged),
            metrics=_metric_rows(list(runs.values())),
            by_corpus=_corpus_rows(comparison),
            cases=shown,
            chosen=len(_chosen(comparison)),
            facts=_facts(comparison),
            closed=list(comparison.closed),
            elsewhere=[name for name, run in runs.items() if run.setup.elsewhere],
            resamples=RESAMPLES,
            seed=first.seeds["bootstrap"],
            thresholds=comparison.thresholds,
        )
    )


def _counts(run: Run) -> str:
    words = {
        Expect.ANSWER: "with an answer",
        Expect.NONE: "without one",
        Expect.FORBIDDEN: "with one that the asker may not see",
    }
    counts = run.summary[OVERALL].counts
    return ", ".join(f"{counts[kind]} {text}" for kind, text in words.items() if kind in counts)


def _moment(started: str) -> str:
    return datetime.fromisoformat(started).strftime("%Y-%m-%d, %H:%M %Z")


def _charts(comparison: Comparison) -> list[Placed]:
    """Return where the generators that have a score stand by time, and by cost if it is known."""
    shares = {
        name: right
        for name, run in comparison.runs.items()
        if (right := run.summary[OVERALL].metrics.get(RIGHT)) is not None
    }
    if not shares:
        return []
    seconds = {name: comparison.runs[name].summary[OVERALL].metrics[SECONDS] for name in shares}
    found = [
        Placed(
            title="Quality against time",
            axis="Mean time an answer after the search, in seconds",
            note="The search, which all share, is not counted.",
            chart=chart(
                [
                    _measured(name, right, (took.mean, took.low, took.high))
                    for (name, right), took in zip(shares.items(), seconds.values(), strict=True)
                ],
                seconds_text,
            ),
        )
    ]
    prices = comparison.terms.prices
    costs = {name: comparison.taken[name].cost for name in shares}
    if prices is not None and all(cost is not None for cost in costs.values()):
        currency = prices.currency
        found.append(
            Placed(
                title="Quality against cost",
                axis=f"Cost of 1,000 answers, in {currency}",
                note="By the price sheet that was given before the first question.",
                chart=chart(
                    [
                        _measured(name, shares[name], (cost.whole,) * 3)
                        for name, cost in costs.items()
                        if cost is not None
                    ],
                    lambda value: money(value, currency),
                ),
            )
        )
    return found


def _measured(name: str, right: Metric, amount: tuple[float, float, float]) -> Measured:
    return Measured(name=name, quality=(right.mean, right.low, right.high), amount=amount)


def _metric_rows(runs: Sequence[Run]) -> list[MetricRow]:
    names = {name: None for run in runs for name in run.summary[OVERALL].metrics}
    return [
        MetricRow(
            name=name.replace("_", " "),
            meaning={**SHARES, **OTHERS}.get(name, ""),
            cells=tuple(_cell(name, run.summary[OVERALL].metrics.get(name)) for run in runs),
        )
        for name in names
    ]


def _cell(name: str, metric: Metric | None) -> Cell:
    """Return a metric in its own unit."""
    if metric is None:
        return Cell(figure="not measured")
    if name == LEAKS:
        return Cell(figure=total_text(metric))
    if metric.gate:
        failed = metric.cases - metric.total
        text = f"{failed:g} of {metric.cases} fail" if failed else f"all {metric.cases} pass"
        return Cell(figure=text)
    shown = _unit(name)
    return Cell(
        figure=shown(metric.mean),
        spread=f"[{shown(metric.low)}, {shown(metric.high)}], {_SIZE}{metric.cases}",
    )


def _unit(name: str) -> Callable[[float], str]:
    """Return what writes a metric's value with its unit."""
    if name == SECONDS:
        return seconds_text
    return "{:.1%}".format if name in SHARES else "{:.3g}".format


def _corpus_rows(comparison: Comparison) -> list[CorpusRow]:
    rows = []
    for corpus in comparison.runs[comparison.reference].summary:
        if corpus == OVERALL:
            continue
        for name, run in comparison.runs.items():
            summary = run.summary[corpus]
            cells = [_cell(metric, summary.metrics.get(metric)) for metric in _BY_CORPUS]
            count = Cell(figure=str(sum(summary.counts.values())))
            rows.append(CorpusRow(corpus=corpus, generator=name, cells=(count, *cells)))
    return rows


def _chosen(comparison: Comparison) -> tuple[str, ...]:
    """Return the cases to show: those that differ, or those a single generator got wrong."""
    if len(comparison.runs) > 1:
        return comparison.differing
    results = comparison.runs[comparison.reference].results
    return tuple(result.id for result in results if result.scores.get(RIGHT) != 1)


def _case(comparison: Comparison, case_id: str) -> CaseView:
    results = {
        name: next(result for result in run.results if result.id == case_id)
        for name, run in comparison.runs.items()
    }
    first = results[comparison.reference]
    asked = next((r.outcome.question for r in results.values() if r.outcome.question), None)
    return CaseView(
        id=case_id,
        corpus=first.corpus,
        expect=first.expect,
        question=asked or "(the question was never asked: every generator failed before)",
        gold=_gold(first),
        replies=tuple(_reply(name, result) for name, result in results.items()),
    )


def _gold(result: CaseResult) -> str:
    """Return what would be right; a passage that the asker may not see is not quoted."""
    if result.expect is Expect.NONE:
        return "No document answers this: to abstain is right."
    if result.expect is Expect.FORBIDDEN:
        return "The asker may not see the answer: to refuse or to abstain is right."
    return _shortened(result.gold)


def _reply(name: str, result: CaseResult) -> Reply:
    answer, score = result.outcome.answer, result.scores.get(RIGHT)
    return Reply(
        generator=name,
        verdict=answer.verdict if answer else f"failed: {result.outcome.error}",
        right=None if score is None else bool(score),
        text=_shortened(answer.answer) if answer else "",
        cited=len(answer.citations) if answer else 0,
        time=seconds_text(result.seconds),
    )


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_TEXT:
        return text
    return f"{text[:_LONGEST_TEXT]} … ({len(text) - _LONGEST_TEXT} more characters)"


def _facts(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    """Return what tells the runs apart, a line each, with a value for each generator."""
    runs = list(comparison.runs.values())
    return [
        ("answered by", tuple(run.setup.model for run in runs)),
        ("models", tuple(_models(run) for run in runs)),
        ("prompt", tuple(run.setup.prompt or "none" for run in runs)),
        ("settings", tuple(run.setup.settings_hash for run in runs)),
        ("index", tuple(run.setup.index_fingerprint for run in runs)),
        ("evidence", tuple(run.evidence_hash for run in runs)),
        ("cases", tuple(run.cases_hash for run in runs)),
        ("code", tuple(run.setup.code_version for run in runs)),
        ("Python", tuple(run.python_version for run in runs)),
        ("seeds", tuple(", ".join(f"{k} {v}" for k, v in run.seeds.items()) for run in runs)),
        ("started", tuple(run.started for run in runs)),
        ("took", tuple(seconds_text(run.seconds) for run in runs)),
    ]


def _models(run: Run) -> str:
    """Return what answers by name, with as much of its hash as tells it from others."""
    told = {n: one[:_HASH] if _is_hash(one) else one for n, one in run.setup.models.items()}
    return "; ".join(f"{name} {one}" for name, one in told.items())


def _is_hash(told: str) -> bool:
    return len(told) == 64 and not set(told) - set(hexdigits)
