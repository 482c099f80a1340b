"""The speed of ingest: by stage, as the amount grows, and beside frameworks that do less.

What is kept of a run are its passes; every figure is worked out from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from eval.bench.bars import Bar, at_most, ranged
from eval.bench.samples import Spread, spread

KIND = "ingest"
OURS = "ringfence"
FETCH, PARSE, REDACT, CHUNK, EMBED, STORE = STAGES = (
    "fetch",
    "parse",
    "redact",
    "chunk",
    "embed",
    "store",
)
OVERHEAD = "overhead"
# What every system does with a text; before it they differ.
_ALIKE = (CHUNK, EMBED, STORE)
# A second ingest of unchanged documents, as a share of the first.
MOST_AGAIN = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One ingest of some documents by one system, in a process of its own.

    `wall` is all of it, `stages` are its parts, `again` is the same ingest once more, where
    nothing has changed; 0 where it was not measured.
    """

    system: str
    amount: int
    turn: int
    documents: int
    failed: int
    bytes: int
    characters: int
    passages: int
    wall: float
    stages: Mapping[str, float]
    peak_mb: float
    again: float = 0.0

    @property
    def overhead(self) -> float:
        """Seconds that no stage accounts for."""
        return max(0.0, self.wall - sum(self.stages.values()))

    @property
    def after_parsing(self) -> float:
        """Seconds without what frameworks are given for nothing: texts that are parsed."""
        return self.wall - self.stages.get(FETCH, 0.0) - self.stages.get(PARSE, 0.0)

    @property
    def alike(self) -> float:
        """Seconds of what every system does: cutting, embedding, storing."""
        return sum(self.stages.get(name, 0.0) for name in _ALIKE)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestBench:
    """Everything that was measured. `peers` say what was compared, and in which version."""

    passes: tuple[Pass, ...]
    peers: Mapping[str, str]
    listed: int
    listing_seconds: float

    @property
    def amounts(self) -> list[int]:
        """How many documents were ingested at a time."""
        return sorted({one.amount for one in self.passes})

    def of(self, system: str, amount: int) -> list[Pass]:
        """Return the passes of a system with an amount, in the order of the rounds."""
        found = [one for one in self.passes if (one.system, one.amount) == (system, amount)]
        return sorted(found, key=lambda one: one.turn)

    def ratio(self, peer: str, amount: int, taken: Callable[[Pass], float]) -> Spread:
        """Return how many times as long ours takes for a character, round by round."""
        pairs = zip(self.of(OURS, amount), self.of(peer, amount), strict=True)
        return spread(
            [taken(a) / a.characters * b.characters / max(taken(b), 1e-9) for a, b in pairs]
        )


def facts(result: IngestBench) -> dict[str, object]:
    """Return everything measured, for a file, with what is worked out of it."""
    return {
        "bench": KIND,
        "bars": [asdict(bar) for bar in bars(result)],
        "summary": {
            str(amount): {
                "documents_a_second": asdict(_spread(ours, _documents_rate)),
                "megabytes_a_second": asdict(_spread(ours, _megabytes_rate)),
                "characters_a_second": asdict(_spread(ours, _characters_rate)),
                "overhead": asdict(_spread(ours, _overhead_share)),
                "peak_mb": max(one.peak_mb for one in ours),
                "stages": {name: asdict(_stage_share(ours, name)) for name in STAGES},
            }
            for amount in result.amounts
            for ours in [result.of(OURS, amount)]
        },
        **asdict(result),
    }


def bars(result: IngestBench) -> list[Bar]:
    """Return what was promised, held or missed."""
    ours = result.of(OURS, result.amounts[-1])
    share = _spread(ours, lambda one: one.again / one.wall)
    what = f"{ours[0].amount} unchanged documents once more, of the first time"
    return [at_most(what, share, MOST_AGAIN, "{:.1%}")]


def table(result: IngestBench) -> list[tuple[str, ...]]:
    """Return how fast ours is at each amount, as rows under headings."""
    head = (
        "documents",
        "passages",
        "documents/s",
        "MB/s",
        "characters/s",
        "overhead",
        "peak MB",
        "failed",
    )
    rows = []
    for amount in result.amounts:
        ours = result.of(OURS, amount)
        rows.append(
            (
                f"{amount:,}",
                f"{ours[0].passages:,}",
                ranged(_spread(ours, _documents_rate), "{:,.2f}"),
                ranged(_spread(ours, _megabytes_rate), "{:,.3f}"),
                ranged(_spread(ours, _characters_rate), "{:,.0f}"),
                ranged(_spread(ours, _overhead_share), "{:.1%}"),
                f"{max(one.peak_mb for one in ours):,.0f}",
                f"{ours[0].failed:,}",
            )
        )
    return [head, *rows]


def table_of_stages(result: IngestBench) -> list[tuple[str, ...]]:
    """Return the share of the wall time of each stage, as rows under headings."""
    names = (*STAGES, OVERHEAD)
    rows = [
        (
            f"{amount:,}",
            *(
                ranged(_stage_share(ours, name), "{:.1%}")
                if name != OVERHEAD
                else ranged(_spread(ours, _overhead_share), "{:.1%}")
                for name in names
            ),
        )
        for amount in result.amounts
        for ours in [result.of(OURS, amount)]
    ]
    return [("documents", *names), *rows]


def table_of_peers(result: IngestBench) -> list[tuple[str, ...]]:
    """Return how many times as long ours takes as each peer, as rows under headings."""
    head = (
        "documents",
        "peer",
        "passages",
        "characters/s",
        "peak MB",
        "ours takes, all after parsing",
        "ours takes, what all do",
    )
    rows = []
    for amount in result.amounts:
        for peer in result.peers:
            theirs = result.of(peer, amount)
            rows.append(
                (
                    f"{amount:,}",
                    peer,
                    f"{theirs[0].passages:,}",
                    ranged(_spread(theirs, _characters_rate), "{:,.0f}"),
                    f"{max(one.peak_mb for one in theirs):,.0f}",
                    ranged(result.ratio(peer, amount, _after_parsing), "{:.2f}") + " times",
                    ranged(result.ratio(peer, amount, _alike), "{:.2f}") + " times",
                )
            )
    return [head, *rows]


def _after_parsing(one: Pass) -> float:
    return one.after_parsing


def _alike(one: Pass) -> float:
    return one.alike


def _documents_rate(one: Pass) -> float:
    return one.documents / one.wall


def _megabytes_rate(one: Pass) -> float:
    return one.bytes / 1e6 / one.wall


def _characters_rate(one: Pass) -> float:
    return one.characters / one.wall


def _overhead_share(one: Pass) -> float:
    return one.overhead / one.wall


def _stage_share(passes: Sequence[Pass], name: str) -> Spread:
    return spread([one.stages.get(name, 0.0) / one.wall for one in passes])


def _spread(passes: Sequence[Pass], figure: Callable[[Pass], float]) -> Spread:
    return spread([figure(one) for one in passes])
