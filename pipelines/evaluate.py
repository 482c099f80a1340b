"""The sample corpora put to the whole system.

Evaluations have an installation of their own below the operator's, with his settings but an
embedded index, so that questions about sample documents never meet his documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from eval.cases import Case, load_cases
from eval.compare import PAGE_FILE, compare
from eval.records import Run
from eval.run import run
from eval.scorers import standard_scorers
from eval.solver import Outcome, Passage, Setup
from pipelines.answer import Answering
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
from pipelines.places import Places
from rag.access.principals import Principals
from rag.errors import RingfenceError
from rag.ports import Redactor
from rag.records import Evidence, Principal, RedactedDocument
from rag.retrieve.ranked import Ranked
from rag.settings import SourceSettings, StateSettings, StoreSettings
from rag.state.register import Register

# Passages that hit rates count, before sentences are chosen from them.
_RANKED = 5


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


class SystemSolver:
    """Answers cases the way a person's question is answered."""

    def __init__(
        self,
        answering: Answering,
        redactor: Redactor,
        library: SampleLibrary,
        setup: Setup,
    ) -> None:
        self._answering = answering
        self._redactor = redactor
        self._library = library
        self._setup = setup

    @property
    def setup(self) -> Setup:
        """What answers."""
        return self._setup

    def solve(self, case: Case) -> Outcome:
        """Ask the case's question as its asker."""
        principal = self._library.principal(case.asker)
        try:
            reply = self._answering.reply(case.question, principal)
            ranking = self._answering.ranking(reply.question, limit=_RANKED)
        except RingfenceError as error:
            question = self._redactor.redact_text(case.question, tenant=principal.tenant)
            return Outcome(question=question, retrieved=(), answer=None, error=type(error).__name__)
        return Outcome(
            question=reply.question.text,
            retrieved=self._passages(ranking, reply.evidence),
            answer=reply.answer,
            timings=reply.answer.timings,
        )

    def look_up(self, case: Case) -> None:
        """Find the case's evidence, which all solvers share, before anything is timed."""
        self._answering.look_up(case.question, self._library.principal(case.asker))

    def _passages(
        self, ranking: Sequence[Ranked], evidence: Sequence[Evidence]
    ) -> tuple[Passage, ...]:
        """Return the best passages, then the sentences that the generator got of them."""
        places = [(one.hit.document_id, one.hit.start, one.hit.end) for one in ranking]
        places += [(one.document_id, one.start, one.end) for one in evidence]
        names = {document: self._library.document(document).name for document, _, _ in places}
        return tuple(
            Passage(rank=rank, name=names[document], document_id=document, start=start, end=end)
            for rank, (document, start, end) in enumerate(places, start=1)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A finished run and where it is kept."""

    run: Run
    folder: Path


def run_evaluation(inst: Installation, corpora: list[str], bar: Bar) -> Evaluation:
    """Evaluate the configured generator and keep the run."""
    names = chosen(corpora)
    sample = sample_installation(inst, names)
    folder = _new_folder(inst.home.runs)
    with _solvers(sample, [inst.settings.generate.kind]) as (solvers, library):
        [solver] = solvers.values()
        done = run(_cases(names), solver, library, standard_scorers(), folder, _progress(bar))
    return Evaluation(run=done, folder=folder)


def run_comparison(inst: Installation, corpora: list[str], bar: Bar) -> Path:
    """Put the same cases to every configured generator and return the page about them."""
    names = chosen(corpora)
    sample = sample_installation(inst, names)
    folder = _new_folder(inst.home.runs, "-compare")
    with _solvers(sample, inst.settings.evaluate.generators) as (solvers, library):
        cases = _cases(names)
        for case in cases:
            solvers[sample.settings.evaluate.generators[0]].look_up(case)
        compare(cases, solvers, library, standard_scorers(), folder, _progress(bar))
    return folder / PAGE_FILE


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
    )


def _cases(names: Sequence[str]) -> list[Case]:
    return [case for name in names for case in load_cases(cases_file(name), corpus=name)]


def _new_folder(runs: Path, suffix: str = "") -> Path:
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
