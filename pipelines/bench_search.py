"""The benchmark of search: an index that grows, measured at every size.

Every step runs in a process of its own, on synthetic passages in a folder that is removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.bench.page import PAGE_FILE, write_page
from eval.bench.reading import FIGURES_FILE
from eval.bench.samples import Spread
from eval.bench.search import Ingested, SearchBench, Searched, Size, facts, section
from eval.bench.timing import Timing
from eval.folder import refuse_existing, whole_folder, write_json
from pipelines.bench_about import about
from pipelines.bench_step import step
from pipelines.report import Progress
from pipelines.workroom import workroom
from rag.errors import ConfigurationError

_WORKER = "pipelines.bench_search_worker"
_MOST_FOR_PEERS = 20_000  # passages; beyond, one of them takes half a minute a question


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSearch:
    """A finished benchmark and where its figures are."""

    result: SearchBench
    file: Path
    page: Path


def measure_search(
    sizes: Sequence[int],
    folder: Path,
    progress: Progress,
    *,
    peers: bool,
    quantise_above: int,
    questions: int = 40,
    rounds: int = 5,
) -> MeasuredSearch:
    """Grow an index through the sizes, and measure writing and searching at each."""
    if not sizes or sorted(set(sizes)) != list(sizes) or sizes[0] < 1:
        raise ConfigurationError("--points takes sizes that grow, such as 10000,100000")
    refuse_existing(folder)
    facts_of_run = about(questions=questions, rounds=rounds, quantise_above=quantise_above)
    folder.parent.mkdir(parents=True, exist_ok=True)
    progress.total(2 * len(sizes))
    measured, compared, before = [], {}, 0
    with workroom(folder.parent, "bench") as place:
        index = str(place / "index")
        for points in sizes:
            grown = step(
                _WORKER,
                "grow",
                folder=index,
                before=before,
                points=points,
                quantise_above=quantise_above,
            )
            progress.step()
            found = step(
                _WORKER,
                "measure",
                folder=index,
                points=points,
                questions=questions,
                rounds=rounds,
                peers=peers and points <= _MOST_FOR_PEERS,
            )
            progress.step()
            measured.append(_size(points, grown, found))
            compared.update(found.get("peers", {}))
            before = points
    result = SearchBench(sizes=tuple(measured), peers=compared)
    with whole_folder(folder) as unfinished:
        write_json({**facts_of_run, **facts(result)}, unfinished / FIGURES_FILE)
        write_page([section(result, facts_of_run)], unfinished / PAGE_FILE)
    return MeasuredSearch(result=result, file=folder / FIGURES_FILE, page=folder / PAGE_FILE)


def _size(points: int, grown: dict[str, Any], found: dict[str, Any]) -> Size:
    return Size(
        points=points,
        ingested=Ingested(**grown),
        quantised=bool(found["quantised"]),
        anonymous_mb=found["anonymous_mb"],
        disk_mb=found["disk_mb"],
        open_seconds=found["open_seconds"],
        askers=tuple(
            Searched(
                share=asker["share"],
                timings=tuple(
                    Timing(**{**timing, "against": Spread(**timing["against"])})
                    for timing in asker["timings"]
                ),
            )
            for asker in found["askers"]
        ),
    )
