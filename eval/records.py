"""What an evaluation leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eval.cases import Expect
from eval.scorers import Score
from eval.solver import Outcome, Setup
from rag.records import RedactedText

SOLVER = "solver"
"""What a crash of the solver is filed under; one of a scorer is filed under its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """Something of ours or of the model's that broke: what, the kind of error, and where."""

    what: str
    kind: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What came of one case, with its scores; `seconds` is the time its solver took.

    `gold` is the redacted passage that answers it, empty where none does.
    """

    id: str
    corpus: str
    asker: str
    expect: Expect
    outcome: Outcome
    gold: RedactedText = field(repr=False)
    seconds: float
    scores: Mapping[str, Score]
    crashes: tuple[Crash, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric over a group of cases: the mean with its 95 % interval, and the sum.

    `cases` were scored; in `crashed` further ones the scorer broke.
    """

    gate: bool
    cases: int
    crashed: int
    total: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The metrics of a group of cases, and how many of each kind there are."""

    counts: Mapping[str, int]
    metrics: Mapping[str, Metric]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One evaluation of one generator."""

    setup: Setup
    started: str
    seconds: float
    python_version: str
    cases_hash: str
    evidence_hash: str
    seeds: Mapping[str, int]
    results: tuple[CaseResult, ...]
    summary: Mapping[str, Summary]
