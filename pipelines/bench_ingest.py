"""The benchmark of ingest: amounts that grow, in turns, each pass in a process of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench.ingest import OURS, IngestBench, Pass, facts
from eval.bench.ingest_page import section
from eval.bench.page import PAGE_FILE, write_page
from eval.bench.reading import FIGURES_FILE
from eval.bench.rounds import there_and_back
from eval.folder import refuse_existing, whole_folder, write_json
from pipelines.bench_about import about
from pipelines.bench_step import step
from pipelines.build import Installation, settings_hash
from pipelines.report import Progress
from pipelines.workroom import workroom
from rag.errors import ConfigurationError

_WORKER = "pipelines.bench_ingest_worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredIngest:
    """A finished benchmark and where its figures are."""

    result: IngestBench
    file: Path
    page: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    system: str
    amount: int


def measure_ingest(
    inst: Installation,
    data: Path | None,
    amounts: Sequence[int],
    folder: Path,
    progress: Progress,
    *,
    rounds: int,
    peers: bool,
) -> MeasuredIngest:
    """Ingest more and more documents of a source, beside what is installed if `peers`."""
    if not amounts or sorted(set(amounts)) != list(amounts) or amounts[0] < 1:
        raise ConfigurationError("--amounts takes numbers that grow, such as 12,24,48")
    refuse_existing(folder)
    compared = _peers() if peers else {}
    facts_of_run = about(
        data="sample corpora" if data is None else "own documents",
        rounds=rounds,
        policy=inst.settings.redact.policy,
        settings=settings_hash(inst.settings),
    )
    given = {"data": str(data or ""), "amount": amounts[-1]}
    found = step(_WORKER, "list", **given)
    turns = [_Turn(system=name, amount=n) for n in amounts for name in (OURS, *compared)]
    progress.total(rounds * len(turns))
    folder.parent.mkdir(parents=True, exist_ok=True)
    passes = []
    for number, turn in there_and_back(turns, rounds):
        passes.append(_taken(turn, number, given["data"], amounts[-1], folder.parent))
        progress.step()
    result = IngestBench(
        passes=tuple(passes),
        peers=compared,
        listed=int(found["listed"]),
        listing_seconds=float(found["seconds"]),
    )
    with whole_folder(folder) as unfinished:
        write_json({**facts_of_run, **facts(result)}, unfinished / FIGURES_FILE)
        write_page([section(result, facts_of_run)], unfinished / PAGE_FILE)
    return MeasuredIngest(result=result, file=folder / FIGURES_FILE, page=folder / PAGE_FILE)


def _taken(turn: _Turn, number: int, data: object, most: int, beside: Path) -> Pass:
    """Take one turn, in a folder that is removed."""
    given = {"data": data, "amount": turn.amount, "most": most}
    if turn.system == OURS:
        with workroom(beside, "bench") as place:
            found = step(_WORKER, "ours", place=str(place), **given)
    else:
        found = step(_WORKER, "peer", name=turn.system, **given)
    return Pass(system=turn.system, amount=turn.amount, turn=number, **found)


def _peers() -> dict[str, str]:
    from pipelines.bench_ingest_peers import present

    found = present()
    if not found:
        raise ConfigurationError(
            "no peer is installed: the extra `bench` brings them, in a virtual environment of its "
            "own; or leave --peers out"
        )
    return found
