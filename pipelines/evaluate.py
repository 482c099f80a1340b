"""Suites put to the whole system: run, resumed, scored again, compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from eval.again import score_again
from eval.folder import read_run
from eval.records import Run
from eval.run import run
from pipelines.build import Installation
from pipelines.contenders import configured
from pipelines.eval_retrieval import Bar
from pipelines.suites import Chosen, prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A finished run and where it is kept."""

    run: Run
    folder: Path


def run_evaluation(
    inst: Installation,
    asked: Chosen,
    bar: Bar,
    *,
    folder: Path | None = None,
    resume: bool = False,
) -> Evaluation:
    """Evaluate the configured generator and keep the run."""
    folder = folder or new_folder(inst.home.runs)
    with prepared(inst, asked, [configured(inst)], bar) as ready:
        [solver] = ready.solvers.values()
        done = run(
            ready.cases,
            solver,
            ready.library,
            ready.scorers,
            folder,
            progress_of(bar),
            resume=resume,
        )
    return Evaluation(run=done, folder=folder)


def score_evaluation(
    inst: Installation, folder: Path, asked: Chosen, bar: Bar, new: Path | None = None
) -> Evaluation:
    """Score a finished run again with the questions and scorers of now."""
    questions = read_run(folder).plan.questions
    new = new or new_folder(inst.home.runs, "-scored")
    with prepared(inst, asked, [configured(inst)], bar) as ready:
        cases = [case for case in ready.cases if case.id in questions]
        done = score_again(folder, cases, ready.library, ready.scorers, new)
    return Evaluation(run=done, folder=new)


def limited(inst: Installation, seconds: float | None) -> Installation:
    """Return an installation whose evaluations give a case so many seconds; None: its own."""
    if seconds is None:
        return inst
    evaluate = inst.settings.evaluate.model_copy(update={"seconds_a_case": seconds})
    return replace(inst, settings=inst.settings.model_copy(update={"evaluate": evaluate}))


def new_folder(runs: Path, suffix: str = "") -> Path:
    """Return where a run is kept if nobody says."""
    return runs / (datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f") + suffix)


def progress_of(bar: Bar) -> Callable[[int, int], None]:
    """Return what moves a bar by the cases that are done."""

    def show(done: int, total: int) -> None:
        if done == 1:
            bar.total(total)
        bar.step()

    return show
