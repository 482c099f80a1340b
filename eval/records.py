"""What an evaluation leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eval.cases import Expect, cases_hash
from eval.scorers.base import Score
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
class Attempted:
    """What a solver gave for a case, before any score; `crash` says where it broke, if it did."""

    outcome: Outcome
    seconds: float
    crash: Crash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What came of one case, with its scores; `seconds` is the time its solver took.

    `gold` are the redacted passages that answer it, empty where none does, `expected` the first
    of the expected answers, redacted as well.
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
    kind: str = ""
    cluster: str = ""
    expected: tuple[RedactedText, ...] = field(default=(), repr=False)

    @property
    def attempted(self) -> Attempted:
        """What the solver gave."""
        crash = next((one for one in self.crashes if one.what == SOLVER), None)
        return Attempted(outcome=self.outcome, seconds=self.seconds, crash=crash)


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
class Plan:
    """What a run sets out to do. Runs with one plan can be resumed and put together.

    `questions` has a hash of each question by its case, of what was asked and by whom; `cases` has
    one of all that the case says.
    """

    setup: Setup
    started: str
    python_version: str
    questions: Mapping[str, str]
    cases: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One evaluation of one generator.

    `seconds` is the time its searches and answers took.
    """

    plan: Plan
    seconds: float
    evidence_hash: str
    seeds: Mapping[str, int]
    results: tuple[CaseResult, ...]
    summary: Mapping[str, Summary]

    @property
    def setup(self) -> Setup:
        """What was evaluated."""
        return self.plan.setup

    @property
    def started(self) -> str:
        """When it began."""
        return self.plan.started

    @property
    def python_version(self) -> str:
        """The Python it ran on."""
        return self.plan.python_version

    @property
    def cases_hash(self) -> str:
        """A hash over everything the cases say."""
        return cases_hash(self.plan.cases)
