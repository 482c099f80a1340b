"""Finished runs scored again, and parts of one put together, without asking any model again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eval.cases import Case, case_hash, question_hash
from eval.folder import evidence_hash, read_run, refuse_existing, whole_folder, write_run
from eval.records import Run
from eval.run import checked, scored
from eval.scorers.base import AnyScorer
from eval.solver import Library
from eval.summary import summarise
from rag.errors import ConfigurationError

_LISTED = 5


def score_again(
    folder: Path, cases: Sequence[Case], library: Library, scorers: Sequence[AnyScorer], new: Path
) -> Run:
    """Score what was answered in a run anew and keep it as a run of its own.

    What is right may have changed since, the questions may not.

    Raises:
        ConfigurationError: Some cases were not asked then, or were asked otherwise; or the run's
            documents are not those of now.
    """
    refuse_existing(new)
    kept = read_run(folder)
    other = [case.id for case in cases if kept.plan.questions.get(case.id) != question_hash(case)]
    if other:
        raise ConfigurationError(
            f"{len(other)} cases were not asked, or asked otherwise, in {folder}: {_listed(other)}"
        )
    library = checked(cases, library)
    plan = replace(
        kept.plan,
        questions={case.id: question_hash(case) for case in cases},
        cases={case.id: case_hash(case) for case in cases},
    )
    given = {result.id: result.attempted for result in kept.results}
    done = scored(plan, cases, given, library, scorers)
    with whole_folder(new) as unfinished:
        write_run(done, unfinished)
    return done


def merge(folders: Sequence[Path], new: Path) -> Run:
    """Put runs over different cases with one setup together as a run of its own.

    Raises:
        ConfigurationError: They are not of one setup, or a case is in two of them.
    """
    refuse_existing(new)
    runs = [read_run(folder) for folder in folders]
    if not runs:
        raise ConfigurationError("there is no run to merge")
    for run, folder in zip(runs, folders, strict=True):
        if run.setup != runs[0].setup or run.seeds != runs[0].seeds:
            raise ConfigurationError(f"{folder} was made with another setup than {folders[0]}")
    results = tuple(result for run in runs for result in run.results)
    ids = [result.id for result in results]
    twice = sorted({one for one in ids if ids.count(one) > 1}) if len(set(ids)) < len(ids) else []
    if twice:
        raise ConfigurationError(f"{len(twice)} cases are in two runs: {_listed(twice)}")
    done = Run(
        plan=replace(
            runs[0].plan,
            questions={key: value for run in runs for key, value in run.plan.questions.items()},
            cases={key: value for run in runs for key, value in run.plan.cases.items()},
        ),
        seconds=sum(run.seconds for run in runs),
        evidence_hash=evidence_hash(results),
        seeds=runs[0].seeds,
        results=results,
        summary=summarise(results),
    )
    with whole_folder(new) as unfinished:
        write_run(done, unfinished)
    return done


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_LISTED]) + (", …" if len(ids) > _LISTED else "")
