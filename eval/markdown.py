"""A comparison, or one run, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from eval.chart import seconds_text
from eval.compare import Comparison
from eval.judging.tables import judge_tables
from eval.meanings import SHARES
from eval.records import Metric, Run
from eval.report_sizes import tables
from eval.summary import OVERALL, SECONDS
from eval.tables import Table
from eval.verdicts import judgement, verdict


def markdown(comparison: Comparison) -> str:
    """Return the figures of a comparison, the shortfalls first, and what was run."""
    runs = comparison.runs
    lines = ["# Ringfence evaluation", "", f"**{verdict(comparison)}**", ""]
    for name in runs:
        said = judgement(comparison, name)
        lines.append(f"- **{said.name}** ({said.badge}): {said.headline}")
        lines += [f"  - {point}" for point in said.points]
    lines += ["", "Figures in brackets are 95 % intervals, n is how many cases a measure covers."]
    for table in [*tables(comparison), *judge_tables(comparison.judged)]:
        lines += ["", f"## {table.title}", "", *_table(table)]
    for corpus in runs[comparison.reference].summary:
        lines += ["", f"## {corpus}", "", *_measures(list(runs.items()), corpus)]
    lines += ["", "## What was run", "", *_facts(list(runs.items()))]
    return "\n".join([*lines, ""])


def _table(table: Table) -> Iterator[str]:
    if table.note:
        yield from (table.note, "")
    yield from _head(table.head[0], table.head[1:])
    for row in table.rows:
        yield _row(row[0], row[1:])


def _measures(runs: Sequence[tuple[str, Run]], corpus: str) -> Iterator[str]:
    names = dict.fromkeys(name for _, run in runs for name in run.summary[corpus].metrics)
    yield from _head("measure", [name for name, _ in runs])
    for name in names:
        metrics = [run.summary[corpus].metrics.get(name) for _, run in runs]
        yield _row(name, [_cell(name, metric) for metric in metrics])


def _facts(runs: Sequence[tuple[str, Run]]) -> Iterator[str]:
    yield from _head("", [name for name, _ in runs])
    yield _row("cases", [str(sum(run.summary[OVERALL].counts.values())) for _, run in runs])
    yield _row("suites", [_pairs(run.setup.suites) for _, run in runs])
    yield _row("model", [run.setup.model for _, run in runs])
    yield _row("models", [_pairs(run.setup.models) for _, run in runs])
    yield _row("prompt", [run.setup.prompt or "none" for _, run in runs])
    yield _row("settings", [run.setup.settings_hash for _, run in runs])
    yield _row("index", [run.setup.index_fingerprint for _, run in runs])
    yield _row("evidence", [run.evidence_hash for _, run in runs])
    yield _row("questions and answers", [run.cases_hash for _, run in runs])
    yield _row("code", [run.setup.code_version for _, run in runs])
    yield _row("started", [run.started for _, run in runs])


def _cell(name: str, metric: Metric | None) -> str:
    if metric is None:
        return "not measured"
    if metric.gate:
        return f"{metric.total:g} of {metric.cases} pass"
    mean, low, high = (_shown(name, end) for end in (metric.mean, metric.low, metric.high))
    return f"{mean} [{low}, {high}], n {metric.cases}"


def _shown(name: str, value: float) -> str:
    if name == SECONDS:
        return seconds_text(value)
    return f"{value:.1%}" if name in SHARES else f"{value:.3g}"


def _pairs(values: Mapping[str, str]) -> str:
    return "; ".join(f"{key} {value}" for key, value in values.items()) or "none"


def _head(first: str, names: Sequence[str]) -> Iterator[str]:
    yield _row(first, names)
    yield f"|{'---|' * (len(names) + 1)}"


def _row(first: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in (first, *cells))} |"
