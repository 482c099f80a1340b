"""The speed of redaction: by stage, against stock Presidio, and on two processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from eval.bench.bars import Bar, at_least
from eval.bench.page import Figure, Section, Table
from eval.bench.rounds import Runner, alone, in_turn, together
from eval.bench.samples import Sample, Spread, spread
from eval.bench.shares import shares

KIND = "redact"
LEAST_SPEED = 60_000
LEAST_EFFICIENCY = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactBench:
    """What was measured. `ratio` and the efficiencies are taken round by round."""

    documents: int
    characters: int
    ours: Spread
    stock: Spread
    ratio: Spread
    stages: dict[str, Spread]
    pace_efficiency: Spread
    cpu_efficiency: Spread
    our_peak_mb: float
    stock_peak_mb: float


def bench_redact(
    ours: Runner, second: Runner, stock: Runner, *, documents: int, seconds: float
) -> RedactBench:
    """Measure ours alone, stock Presidio alone, and two of ours at the same time, in turn."""
    for runner in (ours, second, stock):
        alone(runner)  # the first pass fills caches
    single, rival, double = in_turn(
        [lambda: [alone(ours)], lambda: [alone(stock)], lambda: together([ours, second])],
        seconds,
    )
    mine = [samples[0] for samples in single]
    theirs = [samples[0] for samples in rival]
    names = list(dict.fromkeys(name for sample in mine for name in sample.stages))
    pairs = list(zip(mine, double, strict=True))
    return RedactBench(
        documents=documents,
        characters=mine[0].characters,
        ours=spread([sample.speed for sample in mine]),
        stock=spread([sample.speed for sample in theirs]),
        ratio=spread([a.speed / b.speed for a, b in zip(mine, theirs, strict=True)]),
        stages={
            name: spread([sample.stages.get(name, 0.0) / sample.cpu for sample in mine])
            for name in names
        },
        pace_efficiency=spread([_pace(two) / (2 * one.pace) for one, two in pairs]),
        cpu_efficiency=spread([_speed(two) / one.speed for one, two in pairs]),
        our_peak_mb=max(sample.peak_mb for sample in mine),
        stock_peak_mb=max(sample.peak_mb for sample in theirs),
    )


def facts(result: RedactBench) -> dict[str, object]:
    """Return everything measured, for a file."""
    return {"bench": KIND, "bars": [asdict(bar) for bar in bars(result)], **asdict(result)}


def bars(result: RedactBench) -> list[Bar]:
    """Return what was promised, held or missed."""
    efficiency = result.pace_efficiency
    return [
        at_least("characters a CPU-second", result.ours, LEAST_SPEED, "{:,.0f}"),
        at_least("two processes, of linear by clock", efficiency, LEAST_EFFICIENCY, "{:.1%}"),
    ]


def table(result: RedactBench) -> list[tuple[str, str, str]]:
    """Return the figures as rows under headings."""
    rows = [
        ("redaction", "median", "range"),
        ("characters a CPU-second", *_thousands(result.ours)),
        ("stock Presidio, no model", *_thousands(result.stock)),
        ("ours against stock", *_times(result.ratio)),
    ]
    rows += [(f"share of {name}", *_percent(share)) for name, share in result.stages.items()]
    rows += [
        ("two processes, of linear, by clock", *_percent(result.pace_efficiency)),
        ("two processes, of linear, by CPU", *_percent(result.cpu_efficiency)),
        ("peak memory, MB", f"{result.our_peak_mb:.0f}", f"stock {result.stock_peak_mb:.0f}"),
    ]
    return rows


def section(result: RedactBench, about: Mapping[str, object]) -> Section:
    """Return what the page says."""
    parts = {name: 100 * share.median for name, share in result.stages.items()}
    return Section(
        kind=KIND,
        title="Redaction: characters a second",
        bars=bars(result),
        tables=[Table(title="Speed", rows=table(result))],
        figures=[
            Figure(
                title="Where the CPU time of redaction goes",
                note="Medians of each stage's share of the CPU time, in percent.",
                shares=shares({"share of CPU time": parts}, "% of the CPU time"),
            )
        ],
        method=[
            (
                f"{result.documents} documents with {result.characters:,} characters, as parsed, "
                "the whole engine with its name model and the installation's policy, one thread a "
                "process."
            ),
            (
                "Ours, stock Presidio and two of ours at the same time are measured in turn, "
                f"{result.ours.count} rounds, each in the other direction; ratios are taken round "
                "by round. The first pass of each is not counted."
            ),
        ],
        limits=[
            (
                "Stock Presidio only finds; it has no name model here, replaces nothing and keeps "
                "no pseudonyms, so it does less."
            ),
            "CPU-seconds leave out waiting; what else runs here still slows memory and caches.",
        ],
        about=about,
    )


def _pace(samples: Sequence[Sample]) -> float:
    """Return the characters a second of passes done at the same time."""
    return sum(sample.characters for sample in samples) / max(sample.wall for sample in samples)


def _speed(samples: Sequence[Sample]) -> float:
    return sum(sample.characters for sample in samples) / sum(sample.cpu for sample in samples)


def _thousands(values: Spread) -> tuple[str, str]:
    return f"{values.median:,.0f}", f"{values.low:,.0f} to {values.high:,.0f}"


def _times(values: Spread) -> tuple[str, str]:
    return f"{values.median:.2f}", f"{values.low:.2f} to {values.high:.2f}"


def _percent(values: Spread) -> tuple[str, str]:
    return f"{values.median:.1%}", f"{values.low:.1%} to {values.high:.1%}"
