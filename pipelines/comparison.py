"""Several generators put to a suite, under terms that are settled before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.compare import Comparison, Terms
from eval.contest import Curve, compare
from eval.energy import EnergyMeter
from eval.prices import load_prices
from eval.thresholds import Thresholds
from eval.writing import PAGE_FILE
from pipelines.build import Installation
from pipelines.contenders import contenders
from pipelines.eval_retrieval import Bar
from pipelines.evaluate import new_folder, progress_of
from pipelines.identity import refuse_silent
from pipelines.suites import Chosen, prepared
from rag.errors import ConfigurationError

MOST_TOKENS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a comparison is asked for beside its questions.

    `models` are files, each of which describes one that answers; without any, the generators of
    the settings are compared. Without a `margin` it is that of the settings. `budgets` are other
    tokens of evidence, for the curves. With `closed_book` models are asked without any, too.
    """

    models: tuple[Path, ...] = ()
    margin: float | None = None
    prices: Path | None = None
    budgets: tuple[int, ...] = ()
    curve_cases: int = 60
    closed_book: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A finished comparison and its page."""

    comparison: Comparison
    page: Path


def run_comparison(
    inst: Installation,
    asked: Chosen,
    wanted: Wanted,
    bar: Bar,
    *,
    folder: Path | None = None,
    resume: bool = False,
) -> Compared:
    """Put the same cases to everybody and write the page about them.

    Raises:
        ConfigurationError: The terms, the suite or the folder cannot be used.
    """
    folder = folder or new_folder(inst.home.runs, "-compare")
    who = contenders(inst, wanted.models)
    for one in who:
        refuse_silent(replace(inst, settings=one.settings), one.settings.generate.kind)
    tokens = inst.settings.retrieve.evidence_tokens
    budgets = [one for one in _budgets(wanted.budgets) if one != tokens]
    margin = inst.settings.evaluate.margin if wanted.margin is None else wanted.margin
    terms = Terms(
        thresholds=Thresholds(margin=margin),
        prices=load_prices(wanted.prices) if wanted.prices is not None else None,
    )
    with prepared(inst, asked, who, bar, budgets) as ready:
        found = compare(
            ready.cases,
            ready.solvers,
            ready.library,
            ready.scorers,
            folder,
            progress_of(bar),
            terms=terms,
            curve=Curve(tokens=tokens, finders=ready.finders, cases=wanted.curve_cases),
            closed=ready.closed() if wanted.closed_book else None,
            meter=EnergyMeter(),
            resume=resume,
        )
    return Compared(comparison=found, page=folder / PAGE_FILE)


def read_budgets(text: str) -> tuple[int, ...]:
    """Return the tokens that are written as `200,800`."""
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise ConfigurationError("--budgets takes numbers with commas: 200,800,1600") from None


def _budgets(wanted: Sequence[int]) -> list[int]:
    if any(not 1 <= tokens <= MOST_TOKENS for tokens in wanted):
        raise ConfigurationError(f"--budgets are tokens, from 1 to {MOST_TOKENS}")
    return sorted(set(wanted))
