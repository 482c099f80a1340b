"""Passages, questions and sentences as vectors, by a sentence-transformers model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embed import bm25
from rag.embed.model_folder import digest, dimensions, locate
from rag.errors import ConfigurationError
from rag.fingerprint import code_of
from rag.offline import switch_off_telemetry
from rag.precision import choose
from rag.records import Chunk, Embedded, QueryVectors, RedactedText, Vector
from rag.settings import EmbedSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceEncoder:
    """An `Embedder`, which also embeds sentences to rank them.

    The model is loaded on first use, or by `warm`. What it is, its dimensions and its
    fingerprint are read from its folder without loading it.
    """

    def __init__(self, settings: EmbedSettings) -> None:
        self._settings = settings
        self._model: SentenceTransformer | None = None
        self._alone = threading.Lock()

    @cached_property
    def _folder(self) -> Path:
        return locate(self._settings.model)

    @property
    def fingerprint(self) -> str:
        """Changes with the model, and with the code that embeds passages and weighs words.

        The precision is not part of it: vectors in bfloat16 and float32 agree to .9999, so a
        question may be asked on another processor than the one that embedded the documents.
        """
        return f"{code_of('rag.embed')[:16]}-{digest(self._folder)}-{bm25.fingerprint()}"

    @cached_property
    def dimensions(self) -> int:
        """The length of a dense vector."""
        return dimensions(self._folder)

    def warm(self) -> None:
        """Load the model now."""
        with self._alone:
            self._loaded()

    def embed(self, chunks: Sequence[Chunk]) -> Sequence[Embedded]:
        """Embed passages with the headings above them."""
        texts = [_whole(chunk) for chunk in chunks]
        return [
            Embedded(chunk=chunk, dense=dense, sparse=bm25.document_vector(text))
            for chunk, text, dense in zip(chunks, texts, self.embed_texts(texts), strict=True)
        ]

    def embed_question(self, text: RedactedText) -> QueryVectors:
        """Embed a question."""
        return QueryVectors(dense=self.embed_texts([text])[0], sparse=bm25.query_vector(text))

    def embed_texts(self, texts: Sequence[RedactedText]) -> Vector:
        """Return one unit vector a text, as rows in the given order.

        The library batches texts of like length together. One call runs at a time: its
        tokenizer is not made for several, and a second one would have no processor to run on.
        """
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        with self._alone:
            model = self._loaded()
            with _calculating_in(choose(self._settings.precision)):
                found = model.encode(
                    list(texts),
                    batch_size=self._settings.batch,
                    show_progress_bar=False,
                    convert_to_tensor=True,
                )
        rows = found.float().cpu().numpy()
        return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))

    def _loaded(self) -> SentenceTransformer:
        if self._model is None:
            self._model = _load(self._folder, self.dimensions)
        return self._model


def _whole(chunk: Chunk) -> RedactedText:
    """Return what is embedded of a passage: what stands above it, then itself."""
    parts = (part for part in (chunk.context, chunk.text) if part)
    return RedactedText.joined("\n", parts)


def _load(folder: Path, expected: int) -> SentenceTransformer:
    switch_off_telemetry()
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, LookupError, RuntimeError, SafetensorError) as error:
        raise ConfigurationError(
            f"the model in {folder} cannot be loaded ({type(error).__name__}): check its files"
        ) from error
    made = model.get_embedding_dimension()
    if made != expected:
        raise ConfigurationError(
            f"the model in {folder} states {expected} dimensions and makes {made}"
        )
    return model


def _calculating_in(precision: str) -> AbstractContextManager[object]:
    """Return the context in which torch calculates with this precision."""
    import torch

    if precision == "float32":
        return nullcontext()
    context: AbstractContextManager[object] = torch.autocast("cpu", dtype=torch.bfloat16)
    return context
