"""Passages, questions and sentences as vectors, by a sentence-transformers model."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rag.embed import bm25
from rag.embed.loading import LOCAL, loading
from rag.embed.model_folder import digest, dimensions, locate
from rag.errors import ConfigurationError
from rag.fingerprint import code_of
from rag.offline import switch_off_telemetry
from rag.precision import choose
from rag.records import Chunk, Embedded, QueryVectors, RedactedText, Vector
from rag.settings import EmbedSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

    from rag.embed.tokens import TokenReader


# So many passages' tokens take some tens of megabytes.
_AT_ONCE = 256
_UNKNOWN = object()


class SentenceEncoder:
    """An `Embedder`, which also embeds sentences to rank them.

    The model is loaded on first use, or by `warm`. What it is, its dimensions and its
    fingerprint are read from its folder without loading it.
    """

    def __init__(self, settings: EmbedSettings) -> None:
        self._settings = settings
        self._model: SentenceTransformer | None = None
        self._read_by: object = _UNKNOWN
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
        """Embed passages with the headings above them, and pack the vectors of their tokens.

        Some at a time: the vectors of a long document's tokens would fill the memory.
        """
        found: list[Embedded] = []
        for start in range(0, len(chunks), _AT_ONCE):
            found += self._embed(chunks[start : start + _AT_ONCE])
        return found

    def embed_question(
        self, text: RedactedText, *, words: RedactedText | None = None
    ) -> QueryVectors:
        """Embed a question; search by words may be given more of them."""
        with self._alone:
            [features] = self._features([text])
            reader = self._reader()
        return QueryVectors(
            dense=_unit(features["sentence_embedding"][None])[0],
            sparse=bm25.query_vector(text if words is None else words),
            tokens=reader.question(text, features) if reader else None,
        )

    def embed_texts(self, texts: Sequence[str]) -> Vector:
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
        return _unit(found)

    def _embed(self, chunks: Sequence[Chunk]) -> list[Embedded]:
        texts = [_whole(chunk) for chunk in chunks]
        begins = [len(text) - len(chunk.text) for text, chunk in zip(texts, chunks, strict=True)]
        with self._alone:
            features = self._features(texts)
            reader = self._reader()
            packed = reader.packed(texts, begins, features) if reader else [b""] * len(texts)
        return [
            Embedded(
                chunk=chunk,
                dense=_unit(one["sentence_embedding"][None])[0],
                sparse=bm25.document_vector(text, " ".join(chunk.nearby)),
                tokens=tokens,
            )
            for chunk, text, one, tokens in zip(chunks, texts, features, packed, strict=True)
        ]

    def _features(self, texts: Sequence[RedactedText]) -> Sequence[Mapping[str, Tensor]]:
        """Return what the model makes of each text: of the whole of it, and of its tokens."""
        model = self._loaded()
        with _calculating_in(choose(self._settings.precision)):
            found = model.encode(
                list(texts),
                batch_size=self._settings.batch,
                show_progress_bar=False,
                output_value=None,
            )
        return cast("Sequence[Mapping[str, Tensor]]", found)

    def _reader(self) -> TokenReader | None:
        from rag.embed.tokens import TokenReader

        if self._read_by is _UNKNOWN:
            self._read_by = TokenReader.of(self._loaded())
        return cast("TokenReader | None", self._read_by)

    def _loaded(self) -> SentenceTransformer:
        if self._model is None:
            self._model = _load(self._folder, self.dimensions)
            if choose(self._settings.precision) != "float32":
                _keep_halved(self._model)
        return self._model


def _unit(found: Tensor) -> Vector:
    """Return rows of length one."""
    import numpy as np

    rows = found.float().cpu().numpy()
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def _whole(chunk: Chunk) -> RedactedText:
    """Return what is embedded of a passage: what stands above it, then itself."""
    parts = (part for part in (chunk.context, chunk.text) if part)
    return RedactedText.joined("\n", parts)


def _load(folder: Path, expected: int) -> SentenceTransformer:
    switch_off_telemetry()
    from sentence_transformers import SentenceTransformer

    with loading(folder):
        model = SentenceTransformer(str(folder), **LOCAL)
    made = model.get_embedding_dimension()
    if made != expected:
        raise ConfigurationError(
            f"the model in {folder} states {expected} dimensions and makes {made}"
        )
    return model


def _keep_halved(model: SentenceTransformer) -> None:
    """Keep weights as they are multiplied; else they are made so for every call: half its time."""
    import torch

    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            module.to(torch.bfloat16)


def _calculating_in(precision: str) -> AbstractContextManager[object]:
    """Return the context in which torch calculates with this precision."""
    import torch

    if precision == "float32":
        return nullcontext()
    context: AbstractContextManager[object] = torch.autocast("cpu", dtype=torch.bfloat16)
    return context
