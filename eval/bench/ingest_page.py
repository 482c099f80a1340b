"""What the page says of the speed of ingest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from eval.bench.growth import growth
from eval.bench.ingest import (
    KIND,
    OURS,
    OVERHEAD,
    IngestBench,
    Pass,
    bars,
    table,
    table_of_peers,
    table_of_stages,
)
from eval.bench.page import Figure, Section, Table
from eval.bench.shares import shares


def section(result: IngestBench, about: Mapping[str, object]) -> Section:
    """Return tables, charts, method and limits."""
    compared = Table(
        title="Beside others, on the same texts",
        rows=table_of_peers(result),
        note="For the same characters, round by round; above 1, ours takes longer.",
    )
    tables = [
        Table(title="Speed of the whole ingest", rows=table(result), note="Medians and ranges."),
        Table(title="Share of the wall time", rows=table_of_stages(result)),
        *([compared] if result.peers else []),
    ]
    return Section(
        kind=KIND,
        title="Ingest",
        bars=bars(result),
        tables=tables,
        figures=_figures(result),
        method=_method(result),
        limits=_limits(result),
        about=about,
    )


def _figures(result: IngestBench) -> list[Figure]:
    systems = [OURS, *result.peers]
    found = {
        system: [(amount, result.of(system, amount)) for amount in result.amounts]
        for system in systems
    }
    curves = {
        system: [(float(amount), median(one.wall for one in passes)) for amount, passes in rows]
        for system, rows in found.items()
    }
    ranges = {
        system: [(min(_walls(passes)), max(_walls(passes))) for _, passes in rows]
        for system, rows in found.items()
    }
    most = result.amounts[-1]
    return [
        Figure(
            title="Ingest as the work grows",
            note="Seconds of wall-clock time: medians, with the range over the rounds."
            + (" Others are given texts that are parsed." if result.peers else ""),
            lines=growth(curves, x_name="documents", y_name="seconds", plain=True, ranges=ranges),
        ),
        Figure(
            title="Where the time of a document goes",
            note=f"Milliseconds a document, medians of each stage, with {most} documents.",
            shares=shares(
                {system: _parts(result.of(system, most)) for system in systems},
                "milliseconds a document",
            ),
        ),
    ]


def _walls(passes: Sequence[Pass]) -> list[float]:
    return [one.wall for one in passes]


def _parts(passes: Sequence[Pass]) -> dict[str, float]:
    """Return the milliseconds a document of each stage, and of what is none."""
    each = 1000 / max(1, passes[0].documents)
    parts = {name: each * median(one.stages[name] for one in passes) for name in passes[0].stages}
    return {**parts, OVERHEAD: each * median(one.overhead for one in passes)}


def _method(result: IngestBench) -> list[str]:
    turns = 1 + max(one.turn for one in result.passes)
    rounds = f"{turns} rounds in alternating order" if turns > 1 else "one round"
    return [
        (
            "The real ingest with this installation's settings, into an installation of its own "
            "with keys of its own that are never written, embedded index and SQLite; removed "
            "afterwards."
        ),
        (
            f"The first documents of {result.listed:,} by a hash of their place, the smaller "
            f"amounts within the larger; {rounds}, each pass in a "
            "process of its own. A document of each format is ingested first, which is not counted."
        ),
        (
            "Overhead is the wall time that no stage accounts for: comparing with what is known, "
            "the register, permissions, the audit log. Listing the source is not in it: it took "
            f"{result.listing_seconds:.2f} s for all {result.listed:,}."
        ),
        (
            "Megabytes are those of the files, characters those of the parsed text; peak memory is "
            "the process's, with its libraries and models."
        ),
    ]


def _limits(result: IngestBench) -> list[str]:
    alone = [
        "A server as index, or PostgreSQL, is not measured: the index here is the embedded one.",
    ]
    if not result.peers:
        return alone
    named = ", ".join(f"{name} {version}" for name, version in result.peers.items())
    return [
        (
            f"Peers ({named}) get texts that are parsed and put them into a Qdrant in memory, all "
            "at once, with the same encoder in the same precision, in passages of as many words as "
            "ours."
        ),
        (
            "LlamaIndex redacts nothing. Haystack's cleaner runs stock Presidio without a name "
            "model: patterns alone, no pseudonyms, and names stay in the text."
        ),
        (
            "Neither keeps permissions, the place of every character, words for word search, token "
            "vectors for ranking, versions or an audit log, nor is anything of theirs on a disk."
        ),
        *alone,
    ]
