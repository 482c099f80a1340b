"""The speed and the size of an index as it grows, under filters that let more or less through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from eval.bench.timing import Timing
from eval.pages import environment

if TYPE_CHECKING:
    from pathlib import Path

OURS, ENGINE, RERANKED = "ours", "engine alone", "ours, ranked again"
# Passages up to which token vectors are written too: 9 KB each.
MOST_RERANKED = 100_000
# Milliseconds at this many passages, by clock, on two cores; and what the rest must be.
MOST_MS = {100_000: {"p50": 15.0, "p95": 30.0}, 1_000_000: {"p95": 300.0}}
MOST_RERANKED_MS = {100_000: {"p95": 120.0}}
MOST_OVERHEAD = 0.30
MOST_ANONYMOUS_MB = {1_000_000: 1_000.0}
LEAST_INGESTED = 10_000.0  # passages a second, without embedding


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What writing an index up to a size took; `rate` is of the passages that were added."""

    added: int
    rate: float
    optimize_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How long searches took for an asker who may read a share of the index."""

    share: float
    timings: tuple[Timing, ...]

    def named(self, name: str) -> Timing:
        """Return what one operation took."""
        return next(timing for timing in self.timings if timing.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What was measured of an index of one size."""

    points: int
    ingested: Ingested
    quantised: bool
    anonymous_mb: float
    disk_mb: float
    open_seconds: float
    askers: tuple[Searched, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBench:
    """Everything that was measured. `peers` say what was compared, and in which version."""

    sizes: tuple[Size, ...]
    peers: Mapping[str, str]


def facts(result: SearchBench) -> dict[str, object]:
    """Return everything measured, for a file."""
    bars = {
        "most_ms": MOST_MS,
        "most_reranked_ms": MOST_RERANKED_MS,
        "most_overhead": MOST_OVERHEAD,
        "most_anonymous_mb": MOST_ANONYMOUS_MB,
        "least_ingested_a_second": LEAST_INGESTED,
    }
    return {"bench": "search", "bars": bars, **asdict(result)}


def table(result: SearchBench) -> list[tuple[str, ...]]:
    """Return the figures as rows under headings."""
    head = ("passages", "readable", "what", "p50 ms", "p95 ms", "times ours")
    return [head, *(row for size in result.sizes for row in _rows(size))]


def table_of_sizes(result: SearchBench) -> list[tuple[str, ...]]:
    """Return what the index takes as it grows, as rows under headings."""
    head = ("passages", "ingested a second", "anonymous MB", "on disk MB", "open s", "optimize s")
    rows = [
        (
            f"{size.points:,}",
            f"{size.ingested.rate:,.0f}",
            f"{size.anonymous_mb:,.0f}",
            f"{size.disk_mb:,.0f}",
            f"{size.open_seconds:.1f}",
            f"{size.ingested.optimize_seconds:.1f}",
        )
        for size in result.sizes
    ]
    return [head, *rows]


def shortfalls(result: SearchBench) -> list[str]:
    """Return what misses its bar, in words."""
    return [text for size in result.sizes for text in _shortfalls(size)]


def write_page(result: SearchBench, about: Mapping[str, object], file: Path) -> None:
    """Write the figures and their growth as one page that needs nothing else."""
    from eval.bench.growth import growth

    shares = sorted({asker.share for size in result.sizes for asker in size.askers})
    curves = {
        f"{share:.0%} readable": [
            (size.points, asker.named(OURS).p95)
            for size in result.sizes
            for asker in size.askers
            if asker.share == share
        ]
        for share in shares
    }
    page = environment().get_template("search_bench.html")
    file.write_text(
        page.render(
            about=about,
            charts=[
                ("Search, 95th percentile, milliseconds", growth(curves)),
                (
                    "Anonymous memory of the process, MB",
                    growth({"memory": [(size.points, size.anonymous_mb) for size in result.sizes]}),
                ),
            ],
            tables=[table(result), table_of_sizes(result)],
            shortfalls=shortfalls(result),
            peers=result.peers,
        ),
        encoding="utf-8",
    )


def _rows(size: Size) -> list[tuple[str, ...]]:
    return [
        (
            f"{size.points:,}",
            f"{asker.share:.0%}",
            timing.name,
            f"{timing.p50:,.1f}",
            f"{timing.p95:,.1f}",
            _times(timing),
        )
        for asker in size.askers
        for timing in asker.timings
    ]


def _times(timing: Timing) -> str:
    spread = timing.against
    return f"{spread.median:.2f} ({spread.low:.2f} to {spread.high:.2f})"


def _shortfalls(size: Size) -> list[str]:
    found: list[str] = []
    at = f"at {size.points:,} passages"
    for asker in size.askers:
        whose = f"{at}, {asker.share:.0%} readable"
        for name, bars in ((OURS, MOST_MS), (RERANKED, MOST_RERANKED_MS)):
            for which, most in bars.get(size.points, {}).items():
                timing = asker.named(name)
                value = timing.p50 if which == "p50" else timing.p95
                if value > most:
                    found.append(f"{whose}, {name}: {which} {value:.1f} ms is above {most:g}")
        found += _overheads(asker, size.points, at)
    most_mb = MOST_ANONYMOUS_MB.get(size.points)
    if most_mb is not None and size.anonymous_mb > most_mb:
        found.append(f"{at}: {size.anonymous_mb:,.0f} MB of anonymous memory is above {most_mb:g}")
    if size.points == min(MOST_MS) and size.ingested.rate < LEAST_INGESTED:
        found.append(f"{at}: {size.ingested.rate:,.0f} passages a second is below the bar")
    return found


def _overheads(asker: Searched, points: int, at: str) -> Sequence[str]:
    if points not in MOST_MS:
        return []
    overhead = 1 / asker.named(ENGINE).against.median - 1
    if overhead <= MOST_OVERHEAD:
        return []
    return [f"{at}, {asker.share:.0%} readable: {overhead:.0%} over the engine's own call"]
