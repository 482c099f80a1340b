"""What others make of the same texts: plain LlamaIndex, and Haystack with a Presidio cleaner.

They are not needed for anything else; the extra `bench` installs them. Both are given texts that
are parsed, use the same encoder in the same precision, cut by as many words as we do, and put
everything into a Qdrant in this process's memory, all at once, as each is used when tried out.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pipelines.bench_peers import installed
from pipelines.clock import Clock
from rag.embed.encoder import SentenceEncoder
from rag.offline import switch_off_telemetry
from rag.settings import Settings

T = TypeVar("T")

_COLLECTION = "peer"
LLAMA_INDEX, HAYSTACK = "LlamaIndex", "Haystack with Presidio"
_NEEDED = {
    LLAMA_INDEX: ("llama-index-core", "llama-index-vector-stores-qdrant"),
    HAYSTACK: ("haystack-ai", "qdrant-haystack"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What is taken in."""

    values: tuple[str, ...] = field(repr=False)


Run = Callable[[Texts], tuple[int, dict[str, float]]]
"""Takes texts in, each time into a new index; returns its passages and the seconds of stages."""


def present() -> dict[str, str]:
    """Return the peers whose packages are installed, with their versions."""
    found = {name: installed(*packages) for name, packages in _NEEDED.items()}
    return {name: version for name, version in found.items() if version}


def _llama_index(encoder: SentenceEncoder, settings: Settings) -> Run:
    """Return plain LlamaIndex: its splitter, the encoder, its Qdrant store."""
    switch_off_telemetry()
    from llama_index.core import Document as LlamaDocument
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.vector_stores.qdrant import QdrantVectorStore
    from qdrant_client import QdrantClient

    class Encoder(BaseEmbedding):  # type: ignore[misc]  # LlamaIndex is not followed
        """The encoder as LlamaIndex calls one."""

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return _vectors(encoder, texts)

        def _get_text_embedding(self, text: str) -> list[float]:
            return _vectors(encoder, [text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return _vectors(encoder, [query])[0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    splitter = SentenceSplitter(
        chunk_size=settings.chunk.tokens,
        chunk_overlap=settings.chunk.overlap,
        tokenizer=str.split,
    )
    model = Encoder(embed_batch_size=settings.embed.batch)

    def run(texts: Texts) -> tuple[int, dict[str, float]]:
        store = _quietly(
            lambda: QdrantVectorStore(client=QdrantClient(":memory:"), collection_name=_COLLECTION)
        )
        clock = Clock()
        with clock.stage("chunk"):
            documents = [LlamaDocument(text=text) for text in texts.values]
            nodes = splitter(documents)
        with clock.stage("embed"):
            nodes = model(nodes)
        with clock.stage("store"):
            _quietly(lambda: store.add(nodes))
        return len(nodes), _stages(clock)

    return run


def _haystack(encoder: SentenceEncoder, settings: Settings) -> Run:
    """Return Haystack: a cleaner of stock Presidio, its splitter, the encoder, its Qdrant store."""
    switch_off_telemetry()
    from haystack import Document, component
    from haystack.components.preprocessors import DocumentSplitter
    from haystack_integrations.document_stores.qdrant import QdrantDocumentStore

    from rag.redact.stock import stock_cleaner

    clean = stock_cleaner()

    @component
    class Cleaner:
        """Presidio's own patterns as a component."""

        @component.output_types(documents=list[Document])  # type: ignore[untyped-decorator]  # it has none
        def run(self, documents: list[Document]) -> dict[str, Any]:
            return {"documents": [Document(content=clean(d.content or "")) for d in documents]}

    @component
    class Encoder:
        """The encoder as a component."""

        @component.output_types(documents=list[Document])  # type: ignore[untyped-decorator]  # it has none
        def run(self, documents: list[Document]) -> dict[str, Any]:
            vectors = _vectors(encoder, [d.content or "" for d in documents])
            pairs = zip(documents, vectors, strict=True)
            return {"documents": [replace(one, embedding=vector) for one, vector in pairs]}

    splitter = DocumentSplitter(
        split_by="word",
        split_length=settings.chunk.tokens,
        split_overlap=settings.chunk.overlap,
    )
    steps = {"redact": Cleaner(), "chunk": splitter, "embed": Encoder()}

    def run(texts: Texts) -> tuple[int, dict[str, float]]:
        store = QdrantDocumentStore(
            ":memory:",
            embedding_dim=encoder.dimensions,
            similarity="dot_product",
            progress_bar=False,
        )
        documents = [Document(content=text) for text in texts.values]
        clock = Clock()
        for name, one in steps.items():
            with clock.stage(name):
                documents = one.run(documents=documents)["documents"]
        with clock.stage("store"):
            _quietly(lambda: store.write_documents(documents))
        return len(documents), _stages(clock)

    return run


PEERS: dict[str, Callable[[SentenceEncoder, Settings], Run]] = {
    LLAMA_INDEX: _llama_index,
    HAYSTACK: _haystack,
}


def _vectors(encoder: SentenceEncoder, texts: Sequence[str]) -> list[list[float]]:
    found: list[list[float]] = encoder.embed_texts(texts).tolist()
    return found


def _stages(clock: Clock) -> dict[str, float]:
    return {name: value for name, value in clock.rounded().items() if name != "total"}


def _quietly(make: Callable[[], T]) -> T:
    """Make something without the warning that the local mode is not for production."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make()
