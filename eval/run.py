"""Puts every case to a solver, scores what comes of it, and keeps the run."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeAlias, TypeVar

from eval.cases import Case, cases_hash, refuse_duplicates
from eval.folder import refuse_existing, whole_folder, write_run
from eval.gold import gold_passage, refuse_unfit
from eval.intervals import SEED
from eval.library import Remembered
from eval.records import SOLVER, CaseResult, Crash, Run
from eval.scorers import Attempt, Score, Scorer
from eval.solver import Library, Outcome, Solver
from eval.summary import summarise
from rag.errors import ConfigurationError
from rag.records import RedactedText

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of cases done and the number of all."""

_NO_TEXT = RedactedText.joined("", ())
_T = TypeVar("_T")


def run(
    cases: Sequence[Case],
    solver: Solver,
    library: Library,
    scorers: Sequence[Scorer],
    folder: Path,
    progress: Progress,
) -> Run:
    """Evaluate, and write the run as a new folder.

    Args:
        cases: The questions; of several corpora if their ids differ.
        solver: What answers them.
        library: The documents they are about, and who asks.
        scorers: What is measured.
        folder: Where the run is kept; nothing may be there yet.
        progress: Is told after each case how many are done.

    Raises:
        ConfigurationError: The folder exists, there are no cases, or some do not fit the index.
    """
    refuse_existing(folder)
    done = execute(cases, solver, library, scorers, progress)
    with whole_folder(folder) as unfinished:
        write_run(done, unfinished)
    return done


def execute(
    cases: Sequence[Case],
    solver: Solver,
    library: Library,
    scorers: Sequence[Scorer],
    progress: Progress,
) -> Run:
    """Evaluate without keeping anything; a case that breaks is a result like any other."""
    if not cases:
        raise ConfigurationError("there are no cases to run")
    refuse_duplicates(cases)
    library = Remembered(library)
    refuse_unfit(cases, library)
    started, clock = datetime.now(UTC), time.perf_counter()
    results = []
    for number, case in enumerate(cases, start=1):
        results.append(_result(case, solver, library, scorers))
        progress(number, len(cases))
    return Run(
        setup=solver.setup,
        started=started.isoformat(timespec="seconds"),
        seconds=time.perf_counter() - clock,
        python_version=platform.python_version(),
        cases_hash=cases_hash(cases),
        evidence_hash=evidence_hash(results),
        seeds={**solver.setup.seeds, "bootstrap": SEED},
        results=tuple(results),
        summary=summarise(results),
    )


def evidence_hash(results: Sequence[CaseResult]) -> str:
    """Return a hash over what was retrieved for each case, in order."""
    rows = [
        [result.id, [[p.document_id, p.start, p.end] for p in result.outcome.retrieved]]
        for result in results
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _result(case: Case, solver: Solver, library: Library, scorers: Sequence[Scorer]) -> CaseResult:
    clock = time.perf_counter()
    solved = _guarded(SOLVER, partial(solver.solve, case))
    seconds = time.perf_counter() - clock
    crashes = []
    if isinstance(solved, Crash):
        crashes.append(solved)
        solved = Outcome(question=_NO_TEXT, retrieved=(), answer=None, error=solved.kind)
    attempt = Attempt(case=case, outcome=solved, library=library)
    scores: dict[str, Score] = {}
    for scorer in scorers:
        score = _guarded(scorer.name, partial(_finite, scorer, attempt))
        if isinstance(score, Crash):
            crashes.append(score)
        scores[scorer.name] = None if isinstance(score, Crash) else score
    gold = _guarded("gold", partial(gold_passage, case, library))
    return CaseResult(
        id=case.id,
        corpus=case.corpus,
        asker=case.asker,
        expect=case.expect,
        outcome=solved,
        gold=_NO_TEXT if gold is None or isinstance(gold, Crash) else gold.text,
        seconds=seconds,
        scores=scores,
        crashes=tuple(crashes),
    )


def _finite(scorer: Scorer, attempt: Attempt) -> Score:
    """Return a score; one that is not a number is a fault, not a figure."""
    score = scorer.score(attempt)
    if score is not None and not math.isfinite(score):
        raise ArithmeticError("the score is not a number")
    return score


def _guarded(what: str, call: Callable[[], _T]) -> _T | Crash:
    """Return what a call returns, or the record of its crash.

    The one place that catches everything: models and scorers are what is under test. The
    message of the error is left out, for it may quote a document.
    """
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - a crash is a result of the run, not its end
        return Crash(what=what, kind=type(error).__name__, place=_place(error.__traceback__))


def _place(traceback: TracebackType | None) -> str:
    """Return the module and line where it broke."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return ""
    return f"{traceback.tb_frame.f_globals.get('__name__', '')}:{traceback.tb_lineno}"
