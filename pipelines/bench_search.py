"""The benchmark of search: an index that grows, measured at every size.

Every step runs in a process of its own, on synthetic passages in a folder that is removed.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.bench.samples import Spread
from eval.bench.search import Ingested, SearchBench, Searched, Size, facts, write_page
from eval.bench.timing import Timing
from eval.folder import refuse_existing, whole_folder, write_json
from pipelines.report import Progress
from rag.errors import ConfigurationError, RetryError
from rag.settings import environment

FIGURES_FILE, PAGE_FILE = "bench.json", "bench.html"
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
    about = _about(questions, rounds, quantise_above)
    folder.parent.mkdir(parents=True, exist_ok=True)
    progress.total(2 * len(sizes))
    measured, compared, before = [], {}, 0
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=folder.parent) as place:
        index = str(Path(place) / "index")
        for points in sizes:
            grown = _step(
                "grow",
                folder=index,
                before=before,
                points=points,
                quantise_above=quantise_above,
            )
            progress.step()
            found = _step(
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
        write_json({**about, **facts(result)}, unfinished / FIGURES_FILE)
        write_page(result, about, unfinished / PAGE_FILE)
    return MeasuredSearch(result=result, file=folder / FIGURES_FILE, page=folder / PAGE_FILE)


def _step(what: str, **given: object) -> dict[str, Any]:
    """Do one step in a process of its own."""
    done = subprocess.run(  # noqa: S603 our own module
        [sys.executable, "-m", "pipelines.bench_search_worker", what],
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=environment(),
        check=False,
    )
    answer: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    if "error" in answer:
        raise ConfigurationError(str(answer["error"]))
    if done.returncode or not answer:
        raise RetryError("a process of the benchmark ended early: is there enough memory?")
    return answer


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


def _about(questions: int, rounds: int, quantise_above: int) -> dict[str, object]:
    """Return what figures of two runs must share to be compared."""
    return {
        "format": 1,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "questions": questions,
        "rounds": rounds,
        "quantise_above": quantise_above,
        "code_version": version("ringfence"),
        "engine_version": version("qdrant-edge-py"),
        "python_version": platform.python_version(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
    }
