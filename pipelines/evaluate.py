"""The sample corpora put to the whole system.

Evaluations have an installation of their own below the operator's, with his settings but an
embedded index, so that questions about sample documents never meet his documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from eval.again import score_again
from eval.cases import Case, load_cases
from eval.contest import PAGE_FILE, compare
from eval.folder import read_run
from eval.records import Run
from eval.run import run
from eval.scorers import AnyScorer, standard_scorers
from eval.solver import Library, Setup, Solver
from pipelines.build import (
    Installation,
    build_answerings,
    build_connector,
    build_ingest,
    build_places,
    build_redactor,
    build_register,
    open_installation,
    settings_hash,
)
from pipelines.corpora import cases_file, chosen, demo_principals, documents_folder
from pipelines.home import create_home
from pipelines.identity import model_hashes, prompt_version
from pipelines.places import Places
from pipelines.system import SystemSolver
from rag.access.principals import Principals
from rag.errors import ConfigurationError
from rag.records import Principal, RedactedDocument
from rag.settings import SourceSettings, StateSettings, StoreSettings
from rag.state.register import Register


class Bar(Protocol):
    """Shows how far a run is."""

    def total(self, count: int) -> None:
        """Say how many cases there are."""

    def step(self) -> None:
        """Say that one more is done."""


class SampleLibrary:
    """The sample documents as they are indexed, and who may ask about them."""

    def __init__(self, register: Register, principals: Principals, places: Places) -> None:
        self._register = register
        self._principals = principals
        self._places = places

    def principal(self, asker: str) -> Principal:
        """Return who asks."""
        return self._principals.named(asker)

    def named(self, name: str, *, corpus: str) -> RedactedDocument:
        """Return the document at a path below the documents of a corpus."""
        place = (documents_folder(corpus) / name).resolve().parts
        return self._register.document(self._places.document_id(place))

    def document(self, document_id: str) -> RedactedDocument:
        """Return a live document."""
        return self._register.document(document_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A finished run and where it is kept."""

    run: Run
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Everything that a run needs: questions, who answers, the documents, what is measured."""

    cases: tuple[Case, ...] = field(repr=False)
    solvers: Mapping[str, Solver]
    library: Library
    scorers: tuple[AnyScorer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One of several parts of the questions, for machines that share the work."""

    number: int = 1
    of: int = 1

    @classmethod
    def read(cls, text: str) -> Shard:
        """Return the part that is written as `2/4`."""
        number, _, of = text.partition("/")
        if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
            raise ConfigurationError("--shard is written as 2/4: the second of four parts")
        return cls(number=int(number), of=int(of))

    def cases(self, cases: Sequence[Case]) -> tuple[Case, ...]:
        """Return the cases of this part; those of one group, which are held together, stay so."""
        return tuple(
            case
            for case in cases
            if int(hashlib.sha256((case.group or case.id).encode()).hexdigest(), 16) % self.of
            == self.number - 1
        )


def run_evaluation(
    inst: Installation,
    corpora: list[str],
    bar: Bar,
    *,
    folder: Path | None = None,
    resume: bool = False,
    shard: Shard = Shard(),
) -> Evaluation:
    """Evaluate the configured generator and keep the run."""
    folder = folder or new_folder(inst.home.runs)
    with prepared(inst, corpora, [inst.settings.generate.kind]) as ready:
        [solver] = ready.solvers.values()
        cases = shard.cases(ready.cases)
        done = run(
            cases, solver, ready.library, ready.scorers, folder, _progress(bar), resume=resume
        )
    return Evaluation(run=done, folder=folder)


def score_evaluation(
    inst: Installation, folder: Path, corpora: list[str], new: Path | None = None
) -> Evaluation:
    """Score a finished run again with the questions and scorers of now."""
    asked = read_run(folder).plan.questions
    new = new or new_folder(inst.home.runs, "-scored")
    with prepared(inst, corpora, [inst.settings.generate.kind]) as ready:
        cases = [case for case in ready.cases if case.id in asked]
        done = score_again(folder, cases, ready.library, ready.scorers, new)
    return Evaluation(run=done, folder=new)


def run_comparison(inst: Installation, corpora: list[str], bar: Bar) -> Path:
    """Put the same cases to every configured generator and return the page about them."""
    folder = new_folder(inst.home.runs, "-compare")
    with prepared(inst, corpora, inst.settings.evaluate.generators) as ready:
        compare(ready.cases, ready.solvers, ready.library, ready.scorers, folder, _progress(bar))
    return folder / PAGE_FILE


@contextmanager
def prepared(inst: Installation, corpora: list[str], generators: Sequence[str]) -> Iterator[Ready]:
    """Bring the sample documents into the index of the evaluations and give what a run needs."""
    names = chosen(corpora)
    sample = sample_installation(inst, names)
    with _solvers(sample, generators) as (solvers, library):
        yield Ready(
            cases=tuple(_cases(names)),
            solvers=solvers,
            library=library,
            scorers=standard_scorers(),
        )


def sample_installation(inst: Installation, names: Sequence[str]) -> Installation:
    """Return the installation of the evaluations, with the corpora's documents as they are now."""
    home = inst.home.path / "evaluation"
    create_home(home, principals=demo_principals())
    sample = replace(
        open_installation(home),
        files=inst.home,
        settings=inst.settings.model_copy(
            update={
                "tenant": "main",
                "sources": SourceSettings(),
                "store": StoreSettings(),
                "state": StateSettings(min_free_mb=inst.settings.state.min_free_mb),
            }
        ),
    )
    ingest = build_ingest(sample)
    try:
        for name in names:
            ingest.run(build_connector(sample, documents_folder(name)))
    finally:
        ingest.close()
    return sample


@contextmanager
def _solvers(
    sample: Installation, generators: Sequence[str]
) -> Iterator[tuple[dict[str, SystemSolver], SampleLibrary]]:
    """Build what answers, one a generator, and let go of the index afterwards."""
    answerings = build_answerings(sample, generators)
    register = build_register(sample)
    library = SampleLibrary(register, sample.principals, build_places(sample))
    redactor = build_redactor(sample)
    solvers = {
        name: SystemSolver(answering, redactor, library, _setup(sample, register, name))
        for name, answering in zip(generators, answerings, strict=True)
    }
    try:
        yield solvers, library
    finally:
        register.close()
        answerings[0].close()


def _setup(sample: Installation, register: Register, generator: str) -> Setup:
    return Setup(
        model=generator,
        settings_hash=settings_hash(sample.settings),
        index_fingerprint=_index_fingerprint(sample, register),
        code_version=version("ringfence"),
        models=model_hashes(sample, generator),
        prompt=prompt_version(sample, generator),
    )


def _cases(names: Sequence[str]) -> list[Case]:
    return [case for name in names for case in load_cases(cases_file(name), corpus=name)]


def new_folder(runs: Path, suffix: str = "") -> Path:
    """Return where a run is kept if nobody says."""
    return runs / (datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f") + suffix)


def _index_fingerprint(sample: Installation, register: Register) -> str:
    """Return a hash over the live versions of all documents."""
    entries = register.entries(tenant=sample.settings.tenant)
    rows = sorted(f"{entry.id} {entry.version}" for entry in entries)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def _progress(bar: Bar) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if done == 1:
            bar.total(total)
        bar.step()

    return show
