"""The speed of redaction: by stage, against stock Presidio, and on two processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from eval.bench.rounds import Runner, alone, in_turn, together
from eval.bench.samples import Sample, Spread, spread

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
    bars = {"characters_per_cpu_second": LEAST_SPEED, "efficiency_on_two": LEAST_EFFICIENCY}
    return {"bench": "redact", "least": bars, **asdict(result)}


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
