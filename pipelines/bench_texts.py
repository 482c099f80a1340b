"""What searching reads besides the index: texts and token vectors of the synthetic passages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.bench.points import TENANT, asker
from rag.embed.packing import pack
from rag.ports import Store
from rag.records import (
    Chunk,
    ElementKind,
    Embedded,
    QueryVectors,
    Question,
    RedactedDocument,
    RedactedText,
    Stage,
)
from rag.retrieve.search import Retriever
from rag.settings import RetrieveSettings
from rag.state.database import sqlite_url
from rag.state.register import Entry, Register
from rag.store.filters import Filter
from rag.testing.layouts import Block, laid_out

_TOKENS = 180  # of a passage: as many as the packaged encoder makes of 160 words, and more
_QUESTION_TOKENS = 14
_SEED = 5


def register_at(folder: Path) -> Register:
    """Return the register of the synthetic passages."""
    return Register(sqlite_url(str(folder / "texts.db")))


def write_texts(register: Register, documents: Iterable[Sequence[Embedded]]) -> None:
    """Keep what ingest would keep of these documents beside the index."""
    random = np.random.default_rng(_SEED)
    for points in documents:
        chunks = [point.chunk for point in points]
        document = _document(chunks)
        shape = (len(chunks), _TOKENS, len(points[0].dense))
        vectors = random.standard_normal(shape, dtype=np.float32)
        tokens = {c.ordinal: pack(v, range(_TOKENS)) for c, v in zip(chunks, vectors, strict=True)}
        register.write(_entry(document, len(chunks)), document, places=(), tokens=tokens)
        register.finish(document.id, version=document.version, chunks=len(chunks))


class Reranked:
    """The retriever of the product, given the vectors of its questions."""

    def __init__(self, store: Store, register: Register, asked: Sequence[QueryVectors]) -> None:
        random = np.random.default_rng(_SEED)
        self._asked: dict[str, QueryVectors] = {}
        self._questions = []
        for number, query in enumerate(asked):
            shape = (_QUESTION_TOKENS, len(query.dense))
            tokens = random.standard_normal(shape, dtype=np.float32)
            tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
            text = laid_out([Block(kind=ElementKind.TEXT, text=f"question {number}")]).text
            self._asked[str(text)] = QueryVectors(
                dense=query.dense, sparse=query.sparse, tokens=tokens
            )
            self._questions.append(Question(text=text, principal=asker(1)))
        settings = RetrieveSettings()
        self._retriever = Retriever(self, store, register, settings)

    def embed_question(
        self, text: RedactedText, *, words: RedactedText | None = None
    ) -> QueryVectors:
        """Return the vectors that were given for a question, whatever else is looked for."""
        del words
        return self._asked[str(text)]

    def search(self, rows: Filter, limit: int, n: int) -> object:
        """Return the best passages for a question by its number."""
        return self._retriever.ranked(self._questions[n], within=rows, limit=limit)


def _document(chunks: Sequence[Chunk]) -> RedactedDocument:
    """Return a document in which every passage stands where its chunk says."""
    first = chunks[0]
    blocks = [
        Block(kind=ElementKind.TEXT, text=_words(chunk, chunk.end - chunk.start), page=chunk.page)
        for chunk in chunks
    ]
    made = laid_out(
        blocks,
        document_id=first.document_id,
        version=first.document_version,
        tenant=TENANT,
        acl=first.acl,
    )
    return replace(made, source=first.facets.source)


def _words(chunk: Chunk, length: int) -> str:
    """Return text of this length that no other passage has."""
    number = int(chunk.id.replace("-", ""), 16) % 1_000_003
    words = (f"word{number * 31 * n % 9973}" for n in range(1, length // 5))
    return " ".join(words)[: length - 1] + "."


def _entry(document: RedactedDocument, chunks: int) -> Entry:
    return Entry(
        id=document.id,
        tenant=document.tenant,
        source=document.source,
        name=document.name,
        item_version=document.version,
        fingerprint="",
        version="",
        stage=Stage.STARTED,
        acl=document.acl,
        chunks=chunks,
        failure="",
        reason="",
    )
