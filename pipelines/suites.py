"""Suites made ready: their documents in an index of their own, who answers, what is measured.

Evaluations have installations of their own below the operator's, with his settings but an
embedded index, so that questions about sample documents never meet his documents. Public data is
indexed as it is, for as long as a run takes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from connectors.formats.registry import default_formats
from eval.bought import ClosedBooks
from eval.cases import Case, repeated
from eval.contest import Finder
from eval.readers.read import read_data
from eval.redaction.identifiers import load_identifiers
from eval.retrieval.cases import Corpus, Part
from eval.scorers import AnyScorer, standard_scorers
from eval.solver import Library, Setup, Solver
from eval.suites import Suite, TextOf, is_suite, load_suite, suite_hash
from pipelines.build import (
    Installation,
    build_connector,
    build_encoder,
    build_ingest,
    build_places,
    build_redactor,
    build_register,
    open_installation,
    settings_hash,
)
from pipelines.build_answers import build_answerer
from pipelines.closed_book import closed_books
from pipelines.contenders import Contender, laid_over
from pipelines.corpora import NAMES, chosen, corpora_folder, demo_principals
from pipelines.eval_redaction import build_measured_redactor
from pipelines.eval_retrieval import AS_IT_IS, Bar
from pipelines.home import Home, create_home
from pipelines.identity import model_hashes, prompt_version, served_elsewhere
from pipelines.remembered import RememberedEmbedder
from pipelines.searched import Shapes, index_corpus, workplace
from pipelines.system import EVALUATED, DataLibrary, DataSolver, FolderLibrary, SystemSolver
from pipelines.variants import build_variants, with_evidence
from rag.chunk.sections import SectionChunker
from rag.errors import ConfigurationError
from rag.ports import Redactor
from rag.redact.names import NoNames
from rag.settings import SourceSettings, StateSettings, StoreSettings
from rag.state.register import Register

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


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
        """Return the cases of this part; those that are held against one another stay together."""
        return tuple(case for case in cases if self._place(case) == self.number - 1)

    def _place(self, case: Case) -> int:
        key = case.group or case.repeats or case.id
        return int(hashlib.sha256(key.encode()).hexdigest(), 16) % self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is asked: suites by name, file or folder, and which of their questions.

    `cache` keeps the passages' vectors of public data.
    """

    suites: tuple[str, ...] = ()
    part: Part = Part.ALL
    repeat: int = 1
    shard: Shard = Shard()
    cache: Path | None = None

    def cases(self, suites: Sequence[Suite]) -> tuple[Case, ...]:
        """Return the questions of suites that are asked."""
        every = [case for suite in suites for case in suite.cases]
        return self.shard.cases(repeated(every, self.repeat))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Everything that a run needs: questions, who answers, the documents, what is measured.

    `finders` search with other tokens of evidence than the settings name. `closed` makes what asks
    the models without any.
    """

    cases: tuple[Case, ...] = field(repr=False)
    solvers: Mapping[str, Solver]
    finders: Mapping[int, Finder]
    library: Library
    scorers: tuple[AnyScorer, ...]
    closed: Callable[[], ClosedBooks]


@contextmanager
def prepared(
    inst: Installation,
    asked: Chosen,
    who: Sequence[Contender],
    bar: Bar,
    budgets: Sequence[int] = (),
) -> Iterator[Ready]:
    """Bring a suite's documents into an index and give what a run needs.

    Args:
        inst: The operator's installation.
        asked: Which questions.
        who: Those who answer.
        bar: Shows how far it is.
        budgets: Other tokens of evidence to search with.

    Raises:
        ConfigurationError: There is no such suite, or its passages are not in its documents.
    """
    suites = read_suites(asked)
    with ExitStack() as stack:
        if suites[0].made:
            [suite] = suites
            served = stack.enter_context(_on_data(inst, suite, asked, who, bar, budgets))
            scorers = standard_scorers()
        else:
            sample = _installed(inst, suites)
            redactor = build_redactor(sample)
            served = stack.enter_context(_installed_solvers(sample, suites, who, budgets))
            scorers = standard_scorers(
                {s.name: load_identifiers(s.identifiers) for s in suites if s.identifiers},
                lambda text, policies: len(
                    redactor.redact_outgoing(text, tenant=EVALUATED, policies=policies)[1]
                ),
            )
        yield Ready(
            cases=asked.cases(suites),
            solvers=served.solvers,
            finders=served.finders,
            library=served.library,
            scorers=scorers,
            closed=served.closed,
        )


def read_suites(asked: Chosen) -> list[Suite]:
    """Return the suites that are named: sample corpora, or one file or folder."""
    if all(name in NAMES for name in asked.suites):
        if asked.part is not Part.ALL:
            raise ConfigurationError("--part is for public data: the sample corpora have no halves")
        return [load_suite(corpora_folder() / name, texts_of) for name in chosen([*asked.suites])]
    if len(asked.suites) > 1:
        raise ConfigurationError("one file or folder at a time: `eval merge` joins runs")
    path = Path(asked.suites[0])
    if not path.exists():
        chosen([*asked.suites])
    if not is_suite(path):
        return [read_data(path, Shapes(), asked.part)]
    suite = load_suite(path, texts_of)
    if not _NAME.fullmatch(suite.name) or suite.name in NAMES:
        raise ConfigurationError(
            f"{path}: `suite`: a name of its own, of letters, digits, dots, dashes and underscores"
        )
    return [suite]


def texts_of(folder: Path) -> TextOf:
    """Return what parses the documents of a folder, each once."""
    formats = default_formats()

    @cache
    def text(name: str) -> str:
        path = folder / name
        return formats.parse(path.read_bytes(), path.name).text

    return text


def sample_installation(inst: Installation, names: Sequence[str]) -> Installation:
    """Return the installation of the evaluations, with the corpora's documents as they are now."""
    return _installed(inst, read_suites(Chosen(suites=tuple(names))))


def _installed(inst: Installation, suites: Sequence[Suite]) -> Installation:
    """Return the installation of the evaluations, with the documents as they are now."""
    own = suites[0].name not in NAMES
    home = inst.home.path / "evaluation"
    if own:
        home = inst.home.path / "evaluations" / suites[0].name
        create_home(home)
        principals = suites[0].principals or inst.home.principals
        Home(home).principals.write_bytes(principals.read_bytes())
    else:
        create_home(home, principals=demo_principals())
    sample = replace(
        open_installation(home),
        files=inst.home,
        settings=inst.settings.model_copy(
            update={
                "tenant": EVALUATED,
                "sources": SourceSettings(),
                "store": StoreSettings(),
                "state": StateSettings(min_free_mb=inst.settings.state.min_free_mb),
            }
        ),
    )
    ingest = build_ingest(sample)
    try:
        for suite in suites:
            if suite.documents is not None:
                ingest.run(build_connector(sample, suite.documents))
    finally:
        ingest.close()
    return sample


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    """Who answers, what searches, and the documents."""

    solvers: Mapping[str, Solver]
    finders: Mapping[int, Finder]
    library: Library
    closed: Callable[[], ClosedBooks]


@contextmanager
def _installed_solvers(
    sample: Installation,
    suites: Sequence[Suite],
    who: Sequence[Contender],
    budgets: Sequence[int],
) -> Iterator[_Served]:
    """Build what answers, and let go of the index afterwards."""
    settings = [laid_over(sample.settings, one) for one in who]
    others = [with_evidence(sample.settings, tokens) for tokens in budgets]
    answerings = build_variants(sample, [*settings, *others])
    register = build_register(sample)
    folders = {suite.name: suite.documents for suite in suites if suite.documents}
    redactor = build_redactor(sample)
    library = FolderLibrary(register, sample.principals, build_places(sample), folders, redactor)
    index = _index_fingerprint(sample, register)
    setups = [_setup(replace(sample, settings=one), index, suites) for one in [*settings, *others]]
    built = [
        SystemSolver(answering, redactor, library, setup)
        for answering, setup in zip(answerings, setups, strict=True)
    ]
    solvers = {one.name: solver for one, solver in zip(who, built, strict=False)}
    try:
        yield _Served(
            solvers=solvers,
            finders=dict(zip(budgets, built[len(who) :], strict=True)),
            library=library,
            closed=partial(closed_books, sample, who, solvers, redactor, library),
        )
    finally:
        register.close()
        for answering in answerings[1:]:
            answering.release()
        answerings[0].close()


@contextmanager
def _on_data(
    inst: Installation,
    suite: Suite,
    asked: Chosen,
    who: Sequence[Contender],
    bar: Bar,
    budgets: Sequence[int],
) -> Iterator[_Served]:
    """Index documents made of public data as they are, and build what answers from them."""
    encoder, chunker = build_encoder(inst), SectionChunker(inst.settings.chunk)
    embedder = RememberedEmbedder(encoder, asked.cache)
    redactor: Redactor = build_measured_redactor(inst, NoNames(), AS_IT_IS)
    digest = suite_hash(suite)
    corpus = Corpus(name=suite.name, sha256=digest, documents=suite.made, sets=())
    kept = "\0".join([digest, chunker.fingerprint, encoder.fingerprint])
    index = hashlib.sha256(kept.encode()).hexdigest()[:16]
    with workplace(inst.home.path) as place, ExitStack() as stack:
        bar.total(len(suite.made))
        indexed = index_corpus(
            inst,
            corpus,
            place / "data",
            redactor=redactor,
            chunker=chunker,
            embedder=embedder,
            step=bar.step,
        )
        retrieve = inst.settings.retrieve
        changed = [retrieve.model_copy(update={"evidence_tokens": tokens}) for tokens in budgets]
        finder, *others = stack.enter_context(indexed.finders([retrieve, *changed]))
        register = build_register(inst)
        stack.callback(register.close)
        library = DataLibrary(indexed.texts.by_id, redactor)
        solvers: dict[str, DataSolver] = {}
        for one in who:
            own = replace(inst, settings=laid_over(inst.settings, one))
            answerer = build_answerer(own, encoder, register, own.settings.generate.kind)
            stack.callback(answerer.close)
            setup = _setup(own, index, [suite])
            solvers[one.name] = DataSolver(finder, answerer, redactor, library, setup)
        first = next(iter(solvers.values()))
        finders = {t: first.searching(other) for t, other in zip(budgets, others, strict=True)}
        closed = partial(closed_books, inst, who, solvers, redactor, library)
        yield _Served(solvers=solvers, finders=finders, library=library, closed=closed)


def _setup(inst: Installation, index: str, suites: Sequence[Suite]) -> Setup:
    generator = inst.settings.generate.kind
    return Setup(
        model=generator,
        settings_hash=settings_hash(inst.settings),
        index_fingerprint=index,
        code_version=version("ringfence"),
        models=model_hashes(inst, generator),
        prompt=prompt_version(inst, generator),
        suites={suite.name: suite.version for suite in suites},
        elsewhere=served_elsewhere(inst, generator),
        seconds_a_case=inst.settings.evaluate.seconds_a_case,
    )


def _index_fingerprint(sample: Installation, register: Register) -> str:
    """Return a hash over the live versions of all documents."""
    entries = register.entries(tenant=sample.settings.tenant)
    rows = sorted(f"{entry.id} {entry.version}" for entry in entries)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]
