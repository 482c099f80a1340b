"""Several generators on the same cases and the same evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eval.cases import Case
from eval.folder import (
    read_run,
    refuse_existing,
    run_facts,
    whole_folder,
    write_json,
    write_run,
    write_text,
)
from eval.intervals import Interval
from eval.paired import MARGIN, NonInferiority, non_inferiority
from eval.records import CaseResult, Run
from eval.run import Progress, execute
from eval.scorers.base import RIGHT, AnyScorer
from eval.solver import Frozen, Library, Solver
from eval.thresholds import Thresholds, shortfalls
from rag.errors import ConfigurationError

PAGE_FILE = "compare.html"
FACTS_FILE = "compare.json"
TEXT_FILE = "compare.md"
RUNS_FOLDER = "runs"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LISTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How much more often one generator is right than the reference, on the same cases.

    `standing` says whether it is no worse than that by a margin that was set before.
    """

    cases: int
    interval: Interval
    standing: NonInferiority


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The runs of every generator by name, and how each stands to the reference and the bar.

    `differing` are the ids of the cases that the generators did not treat alike, those first
    in which one is right and another is not.
    """

    runs: Mapping[str, Run]
    reference: str
    differences: Mapping[str, Difference]
    differing: tuple[str, ...]
    thresholds: Thresholds
    shortfalls: Mapping[str, tuple[str, ...]]


def compare(
    cases: Sequence[Case],
    solvers: Mapping[str, Solver],
    library: Library,
    scorers: Sequence[AnyScorer],
    folder: Path,
    progress: Progress,
    *,
    thresholds: Thresholds | None = None,
    margin: float = MARGIN,
) -> Comparison:
    """Put the same cases to every solver; write the runs and one page about them.

    Args:
        cases: The questions.
        solvers: What answers them, by the name it has in the report; the first is the one that
            the others are compared with. One alone is well.
        library: The documents they are about, and who asks.
        scorers: What is measured.
        folder: Where everything is kept; nothing may be there yet.
        progress: Is told after each answer how many are done, of all solvers together.
        thresholds: What a run has to reach to pass.
        margin: How much less often right than the reference is no worse, as a share.

    Raises:
        ConfigurationError: The folder exists, the cases or names do not fit, or the solvers did
            not see the same evidence.
    """
    refuse_existing(folder)
    _refuse_unfit(solvers)
    runs = _executed(cases, solvers, library, scorers, progress)
    comparison = compare_runs(runs, thresholds or Thresholds(), margin)
    with whole_folder(folder) as unfinished:
        _write(comparison, unfinished)
    return comparison


def _executed(
    cases: Sequence[Case],
    solvers: Mapping[str, Solver],
    library: Library,
    scorers: Sequence[AnyScorer],
    progress: Progress,
) -> dict[str, Run]:
    """Run one solver after the other, each on the evidence that the first one found."""
    runs: dict[str, Run] = {}
    found: Mapping[str, Frozen] | None = None
    total = len(cases) * len(solvers)
    for number, (name, solver) in enumerate(solvers.items()):
        before = number * len(cases)

        def report(done: int, _: int, before: int = before) -> None:
            progress(before + done, total)

        runs[name] = execute(cases, solver, library, scorers, report, found=found)
        found = {result.id: result.outcome.found for result in runs[name].results}
    return runs


def compare_runs(
    runs: Mapping[str, Run], thresholds: Thresholds, margin: float = MARGIN
) -> Comparison:
    """Compare runs over the same cases; the first is the reference.

    Raises:
        ConfigurationError: They are not over the same cases, or not on the same evidence.
    """
    refuse_unlike(runs)
    reference = next(iter(runs))
    return Comparison(
        runs=runs,
        reference=reference,
        differences={
            name: difference
            for name, run in runs.items()
            if name != reference
            and (difference := _difference(run, runs[reference], margin)) is not None
        },
        differing=_differing(list(runs.values())),
        thresholds=thresholds,
        shortfalls={name: shortfalls(run, thresholds) for name, run in runs.items()},
    )


def _write(comparison: Comparison, folder: Path) -> None:
    for name, run in comparison.runs.items():
        write_run(run, folder / RUNS_FOLDER / name)
    write_pages(comparison, folder)


def write_pages(comparison: Comparison, folder: Path) -> None:
    """Write a comparison as a page, as JSON and as Markdown."""
    from eval.markdown import markdown
    from eval.report import page

    write_json(comparison_facts(comparison), folder / FACTS_FILE)
    write_text(page(comparison), folder / PAGE_FILE)
    write_text(markdown(comparison), folder / TEXT_FILE)


def report_runs(
    folders: Mapping[str, Path], out: Path, thresholds: Thresholds, margin: float = MARGIN
) -> Path:
    """Compare runs that were kept, the first being the reference, and write the pages of it.

    Raises:
        ConfigurationError: One cannot be read, or they cannot be compared.
    """
    refuse_existing(out)
    runs = {name: read_run(folder) for name, folder in folders.items()}
    comparison = compare_runs(runs, thresholds, margin)
    with whole_folder(out) as unfinished:
        write_pages(comparison, unfinished)
    return out / PAGE_FILE


def comparison_facts(comparison: Comparison) -> dict[str, object]:
    """Return what `compare.json` holds: the runs' facts, differences and shortfalls."""
    return {
        "reference": comparison.reference,
        "thresholds": asdict(comparison.thresholds),
        "shortfalls": {name: list(found) for name, found in comparison.shortfalls.items()},
        "differences": {name: asdict(value) for name, value in comparison.differences.items()},
        "differing": list(comparison.differing),
        "runs": {name: run_facts(run) for name, run in comparison.runs.items()},
    }


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


def refuse_unlike(runs: Mapping[str, Run]) -> None:
    """Refuse runs over other cases or other evidence: to compare these would say nothing."""
    (first_name, first), *others = runs.items()
    for name, run in others:
        if run.plan.cases != first.plan.cases:
            raise ConfigurationError(f"`{name}` and `{first_name}` are not over the same cases")
        seen = {result.id: _evidence(result) for result in run.results}
        other = [r.id for r in first.results if seen[r.id] != _evidence(r)]
        if other:
            raise ConfigurationError(
                f"`{name}` saw other evidence than `{first_name}` in {len(other)} cases"
                f" ({', '.join(other[:_LISTED])}): freeze the evidence to compare generators"
            )


def _evidence(result: CaseResult) -> Frozen:
    """Return what was found, without how long it took."""
    return replace(result.outcome.found, seconds=0.0)


def _difference(run: Run, reference: Run, margin: float) -> Difference | None:
    """Return the paired difference in being right, over the cases that both have a score for."""
    differences, clusters = paired_scores(run, reference, RIGHT)
    if not differences:
        return None
    standing = non_inferiority(differences, margin, clusters)
    return Difference(cases=standing.cases, interval=standing.interval, standing=standing)


def paired_scores(run: Run, reference: Run, name: str) -> tuple[list[float], list[str]]:
    """Return the differences of a score over the cases that both have one for, and the clusters."""
    theirs = {result.id: result.scores.get(name) for result in reference.results}
    differences, clusters = [], []
    for mine in run.results:
        a, b = mine.scores.get(name), theirs.get(mine.id)
        if a is not None and b is not None:
            differences.append(float(a) - float(b))
            clusters.append(mine.cluster or mine.id)
    return differences, clusters


def _differing(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the cases that were not treated alike, those that differ in being right first."""
    by_case = list(zip(*(run.results for run in runs), strict=True))
    ranked = [(_unlikeness(results), results[0].id) for results in by_case]
    return tuple(case_id for degree, case_id in sorted(ranked, key=lambda pair: -pair[0]) if degree)


def _unlikeness(results: Sequence[CaseResult]) -> int:
    """Return 3 if one is right and another not, 2 for other verdicts, 1 for other words."""
    answers = [result.outcome.answer for result in results]
    if len({result.scores.get(RIGHT) for result in results}) > 1:
        return 3
    if len({answer.verdict if answer else None for answer in answers}) > 1:
        return 2
    return int(len({answer.answer if answer else None for answer in answers}) > 1)
