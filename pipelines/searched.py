"""Corpora with known answers, indexed as a measurement needs them: apart, and only as long."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from connectors.formats.assemble import Assembler
from connectors.formats.registry import Formats, default_formats
from connectors.formats.rows import split_header
from eval.cases import Expect, load_cases
from eval.retrieval.ablation import Configuration
from eval.retrieval.cases import (
    TENANT,
    Corpus,
    QuestionSet,
    SearchCase,
    Table,
    Target,
    Unit,
)
from eval.retrieval.results import CorpusFacts
from eval.retrieval.run import Finder
from eval.retrieval.wording import stands_in
from eval.retrieval.words import WordSearch
from pipelines.build import Installation, build_retriever
from pipelines.corpora import NAMES, cases_file
from pipelines.own_corpora import own_corpora
from rag.errors import SkipDocument
from rag.ports import Chunker, Embedder, Redactor, Store
from rag.records import Acl, Chunk, ElementKind, Embedded, Parsed, RedactedDocument
from rag.retrieve.search import Index, Retriever
from rag.settings import RetrieveSettings
from rag.store.edge import EdgeStore
from rag.store.process_lock import ProcessLock

_AT_ONCE = 256
Seen = TypeVar("Seen", bound=Index)


class Shapes:
    """Makes documents of data with the product's own parsers."""

    def __init__(self) -> None:
        self._formats: Formats = default_formats()

    def parse(self, data: bytes, name: str) -> Parsed:
        """Parse a file."""
        return self._formats.parse(data, name)

    def assemble(self, pieces: Sequence[str | Table]) -> Parsed:
        """Make a document of paragraphs and tables, or raise `SkipDocument`."""
        assembler = Assembler()
        for piece in pieces:
            if isinstance(piece, str):
                assembler.add(ElementKind.TEXT, piece)
            else:
                header, body = split_header(piece)
                assembler.table(body, header=header)
        return assembler.parsed(title="", media_type="text/plain")


class Held:
    """Texts and token vectors in memory: what the register is to the product."""

    def __init__(self) -> None:
        self.by_id: dict[str, RedactedDocument] = {}  # there is one version of each
        self._tokens: dict[tuple[str, str, int], bytes] = {}

    def documents(
        self, wanted: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], RedactedDocument]:
        """Return versions of documents by id and version, those that are there."""
        found = {key: self.by_id.get(key[0]) for key in wanted}
        return {key: one for key, one in found.items() if one and one.version == key[1]}

    def tokens(self, wanted: Collection[tuple[str, str, int]]) -> dict[tuple[str, str, int], bytes]:
        """Return packed token vectors by document, version and ordinal, those that are there."""
        return {key: self._tokens[key] for key in wanted if key in self._tokens}

    def hold(self, chunk: Chunk, tokens: bytes) -> None:
        """Keep the token vectors of a passage."""
        if tokens:
            self._tokens[chunk.document_id, chunk.document_version, chunk.ordinal] = tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """A corpus in an index of its own."""

    inst: Installation
    embedder: Embedder
    path: Path
    texts: Held = field(repr=False)
    chunks: tuple[Chunk, ...] = field(repr=False)
    facts: CorpusFacts

    @contextmanager
    def finder(self, configuration: Configuration) -> Iterator[Finder]:
        """Open the index with what searches it in a configuration."""
        settings = configuration.settings
        if configuration.words:
            texts = self.texts.by_id
            yield WordSearch(self.chunks, texts, passages=settings.passages)
            return
        with self.finders([settings]) as finders:
            yield finders[0]

    @contextmanager
    def finders(self, several: Sequence[RetrieveSettings]) -> Iterator[list[Retriever]]:
        """Open the index once with what searches it under several settings.

        They may differ in all but what is fetched: candidates and weights are the first one's.
        """
        with self._opened(several[0]) as store:
            yield [self._retriever(store, one) for one in several]

    @contextmanager
    def retriever(
        self, settings: RetrieveSettings, seen: Callable[[Index], Seen]
    ) -> Iterator[tuple[Retriever, Seen]]:
        """Open the index with the product's own search, and as what it is seen by that."""
        with self._opened(settings) as store:
            index = seen(store)
            yield self._retriever(index, settings), index

    @contextmanager
    def _opened(self, settings: RetrieveSettings) -> Iterator[EdgeStore]:
        store = EdgeStore(
            self.path,
            self.embedder.dimensions,
            candidates=settings.candidates,
            bm25_weight=settings.bm25_weight,
        )
        try:
            store.warm()
            yield store
        finally:
            store.close()

    def _retriever(self, index: Index, settings: RetrieveSettings) -> Retriever:
        changed = self.inst.settings.model_copy(update={"retrieve": settings})
        inst = replace(self.inst, settings=changed)
        return build_retriever(inst, self.embedder, index, self.texts)


@contextmanager
def workplace(home: Path) -> Iterator[Path]:
    """Give a folder of an installation to one measurement, and empty it before and after.

    What a killed one left is gone with the next.
    """
    lock = ProcessLock(home / "retrieval.lock")
    lock.acquire("the measurement of search", otherwise="wait until it is done")
    place = home / "retrieval"
    try:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        lock.release()


def index_corpus(
    inst: Installation,
    corpus: Corpus,
    path: Path,
    *,
    redactor: Redactor,
    chunker: Chunker,
    embedder: Embedder,
    step: Callable[[], None],
) -> Indexed:
    """Redact, cut, embed and store the documents of a corpus."""
    texts, failed = Held(), 0
    chunks: list[Chunk] = []
    sizes: list[int] = []
    store = EdgeStore(path, embedder.dimensions)
    try:
        waiting: list[Chunk] = []
        for one in corpus.documents:
            try:
                redacted = texts.by_id[one.id] = redactor.redact(one)
                waiting += chunker.chunk(redacted)
            except SkipDocument:
                failed += 1
            if len(waiting) >= _AT_ONCE or one is corpus.documents[-1]:
                sizes += _stored(store, embedder.embed(waiting), texts)
                chunks += waiting
                waiting = []
            step()
    finally:
        store.close()
    facts = CorpusFacts(
        corpus=corpus.name,
        sha256=corpus.sha256,
        documents=len(texts.by_id),
        failed=failed,
        passages=len(chunks),
        characters=sum(len(one.text) for one in texts.by_id.values()),
        token_bytes=sum(sizes),
        most_token_bytes=max(sizes, default=0),
        notes=corpus.notes,
    )
    return Indexed(
        inst=inst,
        embedder=embedder,
        path=path,
        texts=texts,
        chunks=tuple(chunks),
        facts=facts,
    )


def own_searches(names: Sequence[str] = NAMES) -> Corpus:
    """Return the sample corpora as one, with those of their questions that have an answer."""
    own = own_corpora(names)
    documents = {
        name: replace(one, acl=Acl(public=True), tenant=TENANT) for name, one in own.parsed.items()
    }
    cases = tuple(
        SearchCase(
            id=case.id,
            question=case.question,
            targets=tuple(
                Target(document_id=f"{name}/{gold.document}", start=gold.start, end=gold.end)
                for gold in case.gold
            ),
            cluster=case.id,
            kind=name,
            answers=((case.answer,),) if stands_in(case.answer, case.gold[0].quote) else (),
        )
        for name in names
        for case in load_cases(cases_file(name), corpus=name)
        if case.gold and case.expect is Expect.ANSWER
    )
    return Corpus(
        name="samples",
        sha256=hashlib.sha256("".join(one.sha256 for one in own.corpora).encode()).hexdigest(),
        documents=tuple(documents.values()),
        sets=(
            QuestionSet(
                name="samples",
                about="the sentence of the sample corpora that answers, all documents readable",
                unit=Unit.PASSAGE,
                metrics=("hit@5", "hit@1", "hit@10", "mrr"),
                kept="characters",
                cases=cases,
            ),
        ),
    )


def _stored(store: Store, embedded: Sequence[Embedded], texts: Held) -> list[int]:
    """Write passages and hold their token vectors; return how large these are."""
    store.write(embedded)
    for made in embedded:
        texts.hold(made.chunk, made.tokens)
    return [len(made.tokens) for made in embedded]
