"""Puts every case to a solver, scores what comes of it, and keeps the run."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, TypeAlias, TypeVar

from eval.cases import Case, case_hash, question_hash, refuse_duplicates
from eval.expected import as_indexed, kept
from eval.folder import evidence_hash, refuse_existing
from eval.gold import gold_passages, refuse_unfit
from eval.intervals import SEED
from eval.journal import opened
from eval.library import Remembered
from eval.limit import TimeIsUp, within
from eval.records import SOLVER, Attempted, CaseResult, Crash, Plan, Run
from eval.scorers import answer_scorers
from eval.scorers.base import AnyScorer, Attempt, RunScorer, Score, Scorer
from eval.solver import TIMEOUT, Frozen, Library, Outcome, Restarting, Setup, Solver
from eval.summary import summarise
from rag.errors import ConfigurationError
from rag.records import RedactedText

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of cases done and the number of all."""

_NO_TEXT = RedactedText.joined("", ())
_T = TypeVar("_T")


class Keeping(Protocol):
    """Where what was found and given is kept, and read of a run that was stopped."""

    found: dict[str, Frozen]
    given: dict[str, Attempted]

    def find(self, case_id: str, found: Frozen) -> Frozen:
        """Keep what was found for a case."""

    def give(self, case_id: str, attempted: Attempted) -> None:
        """Keep what a solver gave for a case."""


class InMemory:
    """Keeps a run's answers until it ends, on evidence that may have been found before."""

    def __init__(self, found: Mapping[str, Frozen] | None = None) -> None:
        self.found = dict(found or {})
        self.given: dict[str, Attempted] = {}

    def find(self, case_id: str, found: Frozen) -> Frozen:
        """Keep what was found for a case."""
        self.found[case_id] = found
        return found

    def give(self, case_id: str, attempted: Attempted) -> None:
        """Keep what a solver gave for a case."""
        self.given[case_id] = attempted


def run(
    cases: Sequence[Case],
    solver: Solver,
    library: Library,
    scorers: Sequence[AnyScorer],
    folder: Path,
    progress: Progress,
    *,
    resume: bool = False,
    found: Mapping[str, Frozen] | None = None,
) -> Run:
    """Evaluate, and keep everything in a folder while it goes on.

    Args:
        cases: The questions; of several corpora if their ids differ.
        solver: What answers them.
        library: The documents they are about, and who asks.
        scorers: What is measured.
        folder: Where the run is kept; nothing may be there yet, unless it is resumed.
        progress: Is told after each case how many are done.
        resume: Whether to go on with a run that was stopped.
        found: Evidence by case that another solver was given.

    Raises:
        ConfigurationError: The folder exists or cannot be resumed, there are no cases, or some
            do not fit the index.
    """
    if not resume:
        refuse_existing(folder)
    library = checked(cases, library)
    with opened(folder, plan_of(cases, solver.setup), resume=resume) as journal:
        for case in cases:
            if found is not None and case.id not in journal.found:
                journal.find(case.id, found[case.id])
        attempt_all(cases, solver, journal, progress)
        done = scored(journal.plan, cases, journal.given, library, scorers)
        journal.finish(done)
    return done


def execute(
    cases: Sequence[Case],
    solver: Solver,
    library: Library,
    scorers: Sequence[AnyScorer],
    progress: Progress,
    *,
    found: Mapping[str, Frozen] | None = None,
) -> Run:
    """Evaluate without keeping anything; a case that breaks is a result like any other.

    `found` is evidence by case that another solver was given.
    """
    library = checked(cases, library)
    keeping = InMemory(found)
    plan = plan_of(cases, solver.setup)
    attempt_all(cases, solver, keeping, progress)
    return scored(plan, cases, keeping.given, library, scorers)


def checked(cases: Sequence[Case], library: Library) -> Library:
    """Refuse cases that cannot be run, and return the library as it is read from here on."""
    if not cases:
        raise ConfigurationError("there are no cases to run")
    refuse_duplicates(cases)
    library = Remembered(library)
    refuse_unfit(cases, library)
    return library


def plan_of(cases: Sequence[Case], setup: Setup) -> Plan:
    """Return what a run over these cases sets out to do."""
    return Plan(
        setup=setup,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        python_version=platform.python_version(),
        questions={case.id: question_hash(case) for case in cases},
        cases={case.id: case_hash(case) for case in cases},
    )


def attempt_all(
    cases: Sequence[Case], solver: Solver, keeping: Keeping, progress: Progress
) -> None:
    """Search for every case that has no evidence yet, then answer every one that has no answer.

    All searches come first: what they take is not in the time of any answer.
    """
    for case in cases:
        if case.id not in keeping.found:
            keeping.find(case.id, _found(case, solver))
    for number, case in enumerate(cases, start=1):
        if case.id not in keeping.given:
            keeping.give(case.id, _attempted(case, solver, keeping.found[case.id]))
        progress(number, len(cases))


def scored(
    plan: Plan,
    cases: Sequence[Case],
    given: Mapping[str, Attempted],
    library: Library,
    scorers: Sequence[AnyScorer],
) -> Run:
    """Return the run with its figures, from what a solver gave: now, or long ago."""
    if plan.setup.closed_book:
        scorers = answer_scorers(scorers)
    attempts = [
        Attempt(case=_indexed(c, library), outcome=given[c.id].outcome, library=library)
        for c in cases
    ]
    columns = {scorer.name: _scores(scorer, attempts) for scorer in scorers}
    results = tuple(
        _result(one, given[one.case.id], {name: column[at] for name, column in columns.items()})
        for at, one in enumerate(attempts)
    )
    seconds = sum(one.seconds + one.outcome.found.seconds for one in results)
    return Run(
        plan=plan,
        seconds=seconds,
        evidence_hash=evidence_hash(results),
        seeds={**plan.setup.seeds, "bootstrap": SEED},
        results=results,
        summary=summarise(results),
    )


def _found(case: Case, solver: Solver) -> Frozen:
    clock = time.perf_counter()
    found = _limited(solver, partial(solver.find, case))
    if isinstance(found, Crash):
        seconds = time.perf_counter() - clock
        return Frozen(question=_NO_TEXT, error=found.kind, seconds=seconds)
    return found


def _attempted(case: Case, solver: Solver, found: Frozen) -> Attempted:
    if found.error:
        outcome = Outcome(found=found, answer=None, error=found.error)
        return Attempted(outcome=outcome, seconds=0.0)
    clock = time.perf_counter()
    solved = _limited(solver, partial(solver.solve, case, found))
    seconds = time.perf_counter() - clock
    _restart_late(solver, solved)
    if isinstance(solved, Crash):
        outcome = Outcome(found=found, answer=None, error=solved.kind)
        return Attempted(outcome=outcome, seconds=seconds, crash=solved)
    return Attempted(outcome=solved, seconds=seconds)


def _limited(solver: Solver, call: Callable[[], _T]) -> _T | Crash:
    """Return what a call returns, or the record of its crash; one that takes too long has one."""
    try:
        with within(solver.setup.seconds_a_case):
            return guarded(SOLVER, call)
    except TimeIsUp as error:
        return Crash(what=SOLVER, kind=TIMEOUT, place=error.place)


def _restart_late(solver: Solver, solved: Outcome | Crash) -> None:
    """Have a server that may still hang started again, so that the next case is not its victim."""
    kind = solved.kind if isinstance(solved, Crash) else solved.error
    if kind == TIMEOUT and isinstance(solver, Restarting):
        guarded(SOLVER, solver.restart)


def _indexed(case: Case, library: Library) -> Case:
    """Return a case as its answers read in the index; scorers say what is wrong with one."""
    found = guarded("gold", partial(as_indexed, case, library))
    return case if isinstance(found, Crash) else found


def _scores(scorer: AnyScorer, attempts: Sequence[Attempt]) -> list[Score | Crash]:
    """Return a score for each case, or how the scorer broke on it."""
    if not isinstance(scorer, RunScorer):
        return [guarded(scorer.name, partial(_of_one, scorer, attempt)) for attempt in attempts]
    scores = guarded(scorer.name, partial(scorer.score_all, attempts))
    if isinstance(scores, Crash):
        return [scores] * len(attempts)
    return [
        guarded(scorer.name, partial(_finite, scores.get(attempt.case.id))) for attempt in attempts
    ]


def _of_one(scorer: Scorer, attempt: Attempt) -> Score:
    return _finite(scorer.score(attempt))


def _finite(score: Score) -> Score:
    """Return a score; one that is not a number is a fault, not a figure."""
    if score is not None and not math.isfinite(score):
        raise ArithmeticError("the score is not a number")
    return score


def _result(
    attempt: Attempt, attempted: Attempted, scores: Mapping[str, Score | Crash]
) -> CaseResult:
    case = attempt.case
    broken = [score for score in scores.values() if isinstance(score, Crash)]
    gold = guarded("gold", partial(gold_passages, case, attempt.library))
    expected = guarded("gold", partial(kept, case, attempt.library))
    texts = () if isinstance(gold, Crash) else tuple(one.text for one in gold)
    return CaseResult(
        id=case.id,
        corpus=case.corpus,
        asker=case.asker,
        expect=case.expect,
        kind=case.kind,
        cluster=case.cluster,
        expected=() if isinstance(expected, Crash) else expected,
        outcome=attempted.outcome,
        gold=RedactedText.joined(" … ", texts),
        seconds=attempted.seconds,
        scores={
            name: None if isinstance(score, Crash) else score for name, score in scores.items()
        },
        crashes=(*([attempted.crash] if attempted.crash else []), *broken),
    )


def guarded(what: str, call: Callable[[], _T]) -> _T | Crash:
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
