"""The speed and the size of an index as it grows, under filters that let more or less through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from eval.bench.bars import Bar, at_least, at_most
from eval.bench.growth import growth
from eval.bench.page import Figure, Section, Table
from eval.bench.samples import spread
from eval.bench.timing import Timing

KIND = "search"
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
    return {"bench": KIND, "bars": [asdict(bar) for bar in bars(result)], **asdict(result)}


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


def bars(result: SearchBench) -> list[Bar]:
    """Return what was promised of the sizes that were measured, held or missed."""
    return [bar for size in result.sizes for bar in _bars(size)]


def section(result: SearchBench, about: Mapping[str, object]) -> Section:
    """Return what the page says."""
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
    memory = {"memory": [(size.points, size.anonymous_mb) for size in result.sizes]}
    peers = ", ".join(f"{name} {version}" for name, version in result.peers.items())
    compared = [f"Peers, in the same process on the same vectors under the same filter: {peers}."]
    return Section(
        kind=KIND,
        title="Search",
        bars=bars(result),
        tables=[
            Table(
                title="Milliseconds a search, by what the asker may read",
                rows=table(result),
                note="Times ours: the median over questions, then over rounds, with its range.",
            ),
            Table(title="What the index takes", rows=table_of_sizes(result)),
        ],
        figures=[
            Figure(
                title="Search as the index grows",
                note="95th percentile of ours, under the permission filter; by logarithms.",
                lines=growth(curves, x_name="passages", y_name="milliseconds, p95"),
            ),
            Figure(
                title="Memory as the index grows",
                note="What no file stands behind, of the process that searches; by logarithms.",
                lines=growth(memory, x_name="passages", y_name="anonymous MB"),
            ),
        ],
        method=[
            (
                "Synthetic passages of 384 dimensions and about sixty terms; questions of about "
                "eight terms; every search under a permission filter that lets a share of them "
                "through."
            ),
            (
                "Each size in a process of its own; operations side by side, in rounds of "
                "alternating order, the first of which is not counted."
            ),
            *(compared if peers else ()),
        ],
        limits=[
            "Embedding the question, choosing sentences and answering are not part of it.",
            "Plain LlamaIndex and plain Haystack search by meaning alone.",
        ],
        about=about,
        unbarred="What was promised is promised at 100,000 and 1,000,000 passages.",
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


def _bars(size: Size) -> list[Bar]:
    found: list[Bar] = []
    at = f"at {size.points:,} passages"
    for asker in size.askers:
        whose = f"{at}, {asker.share:.0%} readable"
        for name, most in ((OURS, MOST_MS), (RERANKED, MOST_RERANKED_MS)):
            for which, limit in most.get(size.points, {}).items():
                timing = asker.named(name)
                value = timing.p50 if which == "p50" else timing.p95
                found.append(at_most(f"{whose}, {name}, {which}", value, limit, "{:,.1f} ms"))
        if size.points in MOST_MS:
            engine = asker.named(ENGINE).against
            over = spread([1 / share - 1 for share in (engine.low, engine.median, engine.high)])
            what = f"{whose}, over the engine's own call"
            found.append(at_most(what, over, MOST_OVERHEAD, "{:.0%}"))
    most_mb = MOST_ANONYMOUS_MB.get(size.points)
    if most_mb is not None:
        found.append(at_most(f"{at}, anonymous memory", size.anonymous_mb, most_mb, "{:,.0f} MB"))
    if size.points == min(MOST_MS):
        what, rate = f"{at}, passages written a second", size.ingested.rate
        found.append(at_least(what, rate, LEAST_INGESTED, "{:,.0f}"))
    return found
