"""The benchmark of answers: a model's server by itself, then questions on their whole way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.bench.answer import AnswerBench, Asked, Server, facts
from eval.bench.answer_page import section
from eval.bench.page import PAGE_FILE, write_page
from eval.bench.reading import FIGURES_FILE
from eval.bench.samples import Spread
from eval.bench.wire import FirstToken, Overhead
from eval.folder import refuse_existing, whole_folder, write_json
from pipelines.bench_about import about
from pipelines.bench_answer_cases import measured_model
from pipelines.bench_step import step
from pipelines.build import Installation, settings_hash
from pipelines.report import Progress
from pipelines.suites import sample_installation
from pipelines.workroom import workroom

_WORKER = "pipelines.bench_answer_worker"
_PROMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredAnswer:
    """A finished benchmark and where its figures are."""

    result: AnswerBench
    file: Path
    page: Path


def measure_answer(
    inst: Installation,
    model: str,
    folder: Path,
    progress: Progress,
    *,
    corpora: Sequence[str],
    questions: int,
    rounds: int,
) -> MeasuredAnswer:
    """Measure a model, by its file or its name; the shipped reader if none is named."""
    refuse_existing(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    progress.total(3)
    with workroom(folder.parent, "bench") as room:
        measured = measured_model(inst, model, room)
        facts_of_run = about(
            model=measured.name,
            questions=questions,
            rounds=rounds,
            corpora=", ".join(corpora),
            settings=settings_hash(inst.settings),
        )
        sample_installation(inst, corpora)
        progress.step()
        given = {"model": asdict(measured), "corpora": list(corpora)}
        prompts = min(questions, _PROMPTS)
        server = step(_WORKER, "server", questions=prompts, rounds=rounds, **given)
        progress.step()
        way = step(_WORKER, "way", questions=questions, **given)
        progress.step()
    result = AnswerBench(
        model=measured.name,
        server=_server(server),
        asked=tuple(Asked(**one) for one in way["asked"]),
        peak_mb=way["peak_mb"],
    )
    with whole_folder(folder) as unfinished:
        write_json({**facts_of_run, **facts(result)}, unfinished / FIGURES_FILE)
        write_page([section(result, facts_of_run)], unfinished / PAGE_FILE)
    return MeasuredAnswer(result=result, file=folder / FIGURES_FILE, page=folder / PAGE_FILE)


def _server(found: dict[str, Any]) -> Server:
    def overhead(of: dict[str, Any]) -> Overhead:
        return Overhead(**{**of, "share": Spread(**of["share"])})

    first = found["first"]
    return Server(
        **{
            **found,
            "whole": overhead(found["whole"]),
            "streamed": overhead(found["streamed"]),
            "first": FirstToken(**{**first, "ratio": Spread(**first["ratio"])}),
            "first_times": Spread(**found["first_times"]),
        }
    )
