"""A measurement in Markdown and in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from eval.intervals import Interval
from eval.retrieval.packing import MEASURES
from eval.retrieval.report import named
from eval.retrieval.results import Difference, Run, SetResult, shortfalls

# What each measure of packing counts, for reports.
KEPT = {
    "any": "questions with something of it",
    "targets": "passages, at least half of each",
    "characters": "characters",
    "answers": "answers' own words",
}


def summary(run: Run) -> str:
    """Return the whole measurement as Markdown."""
    lines = [
        "# How well search finds what answers",
        "",
        f"Measured {run.started[:16].replace('T', ' ')} UTC, part {run.part}.",
        "Figures in brackets are 95 % bootstrap intervals.",
    ]
    for name, result in zip(named(run.results), run.results, strict=True):
        lines += ["", f"## {name}", "", *_set(result)]
    return "\n".join([*lines, ""])


def headline(result: SetResult) -> str:
    """Return a set's figures in one line."""
    metrics = ", ".join(f"{name} {shown(value)}" for name, value in result.metrics.items())
    return f"{metrics}; {result.milliseconds:.1f} ms"


def shown(value: Interval | None, *, signed: bool = False) -> str:
    """Return a figure with its interval."""
    if value is None:
        return "–"
    form = "+.3f" if signed else ".3f"
    return f"{value.mean:{form}} [{value.low:{form}}, {value.high:{form}}]"


def _set(result: SetResult) -> Iterator[str]:
    questions, index = result.questions, result.index
    yield (
        f"{len(questions.cases)} questions; wanted is {questions.about}. {index.documents} "
        f"documents, {index.passages} passages."
    )
    for note in index.notes:
        yield f"{note[0].upper()}{note[1:]}."
    for point in shortfalls(result):
        yield f"**Falls short:** {point}."
    yield ""
    yield from _table(
        ["metric", "value"], ([name, shown(value)] for name, value in result.metrics.items())
    )
    yield ""
    yield from _table(
        ["configuration", questions.metrics[0], "change", "evidence kept", "change", "ms", "p95"],
        [
            ["as configured", shown(result.metrics[questions.metrics[0]]), "",
             shown(result.packing.packed[questions.kept]), "",
             f"{result.milliseconds:.1f}", f"{result.slowest:.1f}"],
            *(_row(one, questions.metrics[0]) for one in result.ablation),
        ],
    )  # fmt: skip
    yield ""
    yield from _table(
        ["evidence kept", f"packed ({result.packing.packed_tokens:.0f} tokens)",
         f"whole passages ({result.packing.whole_tokens:.0f} tokens)", "share"],
        ([KEPT[name], shown(result.packing.packed[name]), shown(result.packing.whole[name]),
          shown(result.packing.share[name])]
         for name in MEASURES if result.packing.whole[name] is not None),
    )  # fmt: skip
    if result.kinds:
        yield ""
        yield from _table(
            ["of kind", "questions", questions.metrics[0]],
            ([kind, str(one.cases), shown(one.value)] for kind, one in result.kinds.items()),
        )
    yield from _cost(result)


def _row(one: Difference, first: str) -> list[str]:
    return [
        one.configuration.name,
        shown(one.metrics[first]),
        shown(one.change, signed=True),
        shown(one.kept),
        shown(one.kept_change, signed=True),
        f"{one.milliseconds:.1f}",
        f"{one.slowest:.1f}",
    ]


def _cost(result: SetResult) -> Iterator[str]:
    cost = result.cost
    if cost is None:
        return
    yield ""
    yield (
        f"Redacted, {cost.metric} is {shown(cost.redacted)} instead of {shown(cost.plain)}: "
        f"{shown(cost.change, signed=True)}; {cost.losing} questions lose, {cost.gaining} gain"
        f"; {cost.failed} documents could not be redacted."
    )
    if not cost.losing:
        return
    yield ""
    yield from _table(
        ["kind", "in", "questions", "of these lose", "mean change", "share of the loss"],
        (
            [row.kind, row.where, str(row.cases), str(row.losing),
             shown(row.change, signed=True), f"{row.loss:.0%}"]
            for row in cost.kinds if row.losing
        ),
    )  # fmt: skip


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
