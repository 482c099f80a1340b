"""The same cases put to several generators, one after the other, everything kept meanwhile.

    terms.json      what was settled before the first question
    runs/NAME       the run of each generator: see `eval.folder`
    budgets/N/NAME  the same over some of the cases with N tokens of evidence
    closed/NAME     the run of a model that is asked without any evidence, too
    machine.json    what the machine told of each
    compare.json    all figures; written last, with the page and its text

A folder without `compare.json` is a comparison that was stopped; it can be resumed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from shutil import rmtree
from statistics import fmean
from typing import Protocol, runtime_checkable

from eval.bought import PREFIX, ClosedBooks
from eval.cases import Case, Expect
from eval.compare import Comparison, Machine, Terms, compare_runs, terms_facts
from eval.energy import EnergyMeter, Spent
from eval.folder import (
    PLAN_FILE,
    RUN_FILE,
    load_json,
    read_run,
    refuse_existing,
    write_json,
)
from eval.records import Run
from eval.run import Progress, checked, run
from eval.scorers.base import AnyScorer
from eval.sizes import Budget, right_share
from eval.solver import Frozen, Library, Solver
from eval.writing import FACTS_FILE, write_pages
from rag.errors import ConfigurationError

TERMS_FILE, MACHINE_FILE = "terms.json", "machine.json"
RUNS_FOLDER, BUDGETS_FOLDER, CLOSED_FOLDER = "runs", "budgets", "closed"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Finder(Protocol):
    """Searches as a case's asker, with a budget of its own for evidence."""

    def find(self, case: Case) -> Frozen:
        """Return what is found."""


@runtime_checkable
class Releasing(Protocol):
    """A solver that holds something, a model's server for one."""

    def release(self) -> float | None:
        """Let go of it, and return the most memory that what answers has had, in MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """More and less evidence: what finds it by its tokens, and on how many cases.

    `tokens` is what the comparison itself is made with.
    """

    tokens: int
    finders: Mapping[int, Finder] = field(default_factory=dict)
    cases: int = 60


def compare(
    cases: Sequence[Case],
    solvers: Mapping[str, Solver],
    library: Library,
    scorers: Sequence[AnyScorer],
    folder: Path,
    progress: Progress,
    *,
    terms: Terms | None = None,
    curve: Curve | None = None,
    closed: ClosedBooks | None = None,
    meter: EnergyMeter | None = None,
    resume: bool = False,
) -> Comparison:
    """Put the same cases to every solver; write the runs and one page about them.

    Args:
        cases: The questions.
        solvers: What answers them, by the name it has in the report; the first is the one that
            the others are compared with. One alone is well.
        library: The documents they are about, and who asks.
        scorers: What is measured.
        folder: Where everything is kept; nothing may be there yet, unless it is resumed.
        progress: Is told after each answer how many are done, of all solvers together.
        terms: What is settled before.
        curve: What is asked with more and with less evidence.
        closed: Who is asked without any, once all have answered with it.
        meter: Reads what the machine draws.
        resume: Whether to go on with a comparison that was stopped.

    Raises:
        ConfigurationError: The folder exists or cannot be resumed, or the cases or names do not
            fit.
    """
    terms, curve, closed = terms or Terms(), curve or Curve(tokens=0), closed or ClosedBooks()
    _refuse_unfit(solvers)
    checked(cases, library)
    _begin(folder, _settled(cases, solvers, terms, curve, closed), resume=resume)
    contest = _Contest(cases, library, scorers, folder, progress, curve, meter)
    contest.total = len(solvers) * (len(cases) + len(contest.few) * len(curve.finders))
    contest.total += len(closed.solvers) * len(contest.once)
    runs = {name: contest.run(name, solver) for name, solver in solvers.items()}
    blind = {name: contest.blind(name, one, runs[name]) for name, one in closed.solvers.items()}
    found = compare_runs(
        runs,
        terms,
        machine=contest.machine,
        budgets=contest.budgets(runs) if curve.finders else {},
        closed=blind,
        left_out=closed.left_out,
    )
    write_pages(found, folder)
    return found


class _Contest:
    """One comparison on its way."""

    def __init__(
        self,
        cases: Sequence[Case],
        library: Library,
        scorers: Sequence[AnyScorer],
        folder: Path,
        progress: Progress,
        curve: Curve,
        meter: EnergyMeter | None,
    ) -> None:
        self.total = 0
        self.once = [case for case in cases if not case.repeats]
        self.few = _some(self.once, curve.cases) if curve.finders else []
        self.machine = _told(folder)
        self._cases = cases
        self._library = library
        self._scorers = scorers
        self._folder = folder
        self._progress = progress
        self._curve = curve
        self._meter = meter
        self._done = 0
        self._found: dict[int, Mapping[str, Frozen]] = {}
        self._budgets: dict[str, dict[int, Run]] = {}

    def run(self, name: str, solver: Solver) -> Run:
        """Have one generator answer everything, then let go of it."""
        measured = self._meter.measured() if self._meter else nullcontext(Spent())
        begun = self._at(RUNS_FOLDER, name).exists()
        with measured as spent:
            done = self._with(self._at(RUNS_FOLDER, name), self._cases, solver, self._curve.tokens)
        self._budgets[name] = {
            tokens: self._with(
                self._at(BUDGETS_FOLDER, str(tokens), name), self.few, solver, tokens
            )
            for tokens in self._curve.finders
        }
        peak = solver.release() if isinstance(solver, Releasing) else None
        if name not in self.machine:
            # Of a run that was stopped a part of the energy is not known, of a server that is not
            # ours nothing is.
            joules = None if begun or solver.setup.elsewhere else spent.joules
            self.machine[name] = Machine(peak_mb=peak, joules=joules)
            told = {who: asdict(one) for who, one in self.machine.items()}
            write_json(told, self._folder / MACHINE_FILE)
        return done

    def blind(self, name: str, solver: Solver, run: Run) -> Run:
        """Have a model answer the questions of its run without what was found for them."""
        asked = {
            one.id: Frozen(question=one.outcome.question, error=one.outcome.found.error)
            for one in run.results
        }
        folder = self._at(CLOSED_FOLDER, name)
        try:
            return self._kept(folder, self.once, solver, lambda: asked)
        finally:
            if isinstance(solver, Releasing):
                solver.release()

    def budgets(self, runs: Mapping[str, Run]) -> dict[str, tuple[Budget, ...]]:
        """Return the curve of every generator, over the cases that all its points share."""
        few = frozenset(case.id for case in self.few)
        return {
            name: tuple(
                budget
                for tokens, done in sorted(
                    {**self._budgets[name], self._curve.tokens: whole}.items()
                )
                if (budget := _budget(tokens, done, few)) is not None
            )
            for name, whole in runs.items()
        }

    def _with(self, folder: Path, cases: Sequence[Case], solver: Solver, tokens: int) -> Run:
        """Have cases answered with so many tokens of evidence, the same for all."""
        done = self._kept(folder, cases, solver, lambda: self._evidence(cases, tokens))
        self._found.setdefault(tokens, {one.id: one.outcome.found for one in done.results})
        return done

    def _kept(
        self,
        folder: Path,
        cases: Sequence[Case],
        solver: Solver,
        evidence: Callable[[], Mapping[str, Frozen] | None],
    ) -> Run:
        """Run, go on with a run, or read one that is finished."""
        before = self._done

        def report(done: int, _: int) -> None:
            self._done = before + done
            self._progress(self._done, self.total)

        if (folder / RUN_FILE).exists():
            done = read_run(folder)
            report(len(cases), len(cases))
        else:
            found = evidence()
            begun = (folder / PLAN_FILE).exists()
            if not begun:  # killed before its plan was written, nothing is in it
                rmtree(folder, ignore_errors=True)
            done = run(
                cases,
                solver,
                self._library,
                self._scorers,
                folder,
                report,
                resume=begun,
                found=found,
            )
        return done

    def _evidence(self, cases: Sequence[Case], tokens: int) -> Mapping[str, Frozen] | None:
        """Return what was found before, or is found now for a budget of its own."""
        finder = self._curve.finders.get(tokens)
        if tokens not in self._found and finder is not None:
            self._found[tokens] = {case.id: finder.find(case) for case in cases}
        return self._found.get(tokens)

    def _at(self, *parts: str) -> Path:
        return self._folder.joinpath(*parts)


def _some(cases: Sequence[Case], most: int) -> list[Case]:
    """Return the answerable cases that the curves are drawn from: the same for equal cases."""
    answerable = [case for case in cases if case.expect is Expect.ANSWER]
    order = sorted(answerable, key=lambda case: hashlib.sha256(case.id.encode()).digest())
    chosen = {case.id for case in order[:most]}
    return [case for case in answerable if case.id in chosen]


def _budget(tokens: int, done: Run, few: frozenset[str]) -> Budget | None:
    results = [one for one in done.results if one.id in few]
    right = right_share(results)
    if right is None:
        return None
    seconds = fmean(one.seconds for one in results)
    return Budget(tokens=tokens, cases=len(results), right=right, seconds=seconds)


def _settled(
    cases: Sequence[Case],
    solvers: Mapping[str, Solver],
    terms: Terms,
    curve: Curve,
    closed: ClosedBooks,
) -> dict[str, object]:
    setups = {name: asdict(solver.setup) for name, solver in solvers.items()}
    setups |= {f"{PREFIX}{name}": asdict(one.setup) for name, one in closed.solvers.items()}
    return {
        **terms_facts(terms),
        "generators": setups,
        "cases": len(cases),
        "evidence_tokens": [curve.tokens, *curve.finders],
        "cases_of_curves": curve.cases if curve.finders else 0,
    }


def _begin(folder: Path, settled: Mapping[str, object], *, resume: bool) -> None:
    """Write down what is settled, or see that it is what was."""
    file = folder / TERMS_FILE
    if resume:
        if not file.is_file() or (folder / FACTS_FILE).exists():
            raise ConfigurationError(f"{folder} is no comparison that could be resumed")
        if load_json(file) != json.loads(json.dumps(settled)):
            raise ConfigurationError(f"{folder} was begun on other terms: see {file.name} in it")
        return
    refuse_existing(folder)
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written: {error.strerror}") from error
    write_json(settled, file)


def _told(folder: Path) -> dict[str, Machine]:
    file = folder / MACHINE_FILE
    if not file.is_file():
        return {}
    return {name: Machine(**one) for name, one in load_json(file).items()}


def _refuse_unfit(solvers: Mapping[str, Solver]) -> None:
    """Refuse names that cannot be folders, and solvers over different indexes, before any work."""
    if not solvers:
        raise ConfigurationError("there is no generator to compare")
    for name in solvers:
        if not _NAME.fullmatch(name):
            raise ConfigurationError(
                f"generator `{name}`: a name has letters, digits, dots, dashes and underscores,"
                " 64 at most, and begins with a letter or digit"
            )
    if len({name.casefold() for name in solvers}) < len(solvers):
        raise ConfigurationError("two generators have names that differ in case only")
    if len({solver.setup.index_fingerprint for solver in solvers.values()}) > 1:
        raise ConfigurationError("the generators search different indexes: nothing to compare")
