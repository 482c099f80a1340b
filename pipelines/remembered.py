"""An embedder that does no passage and no question twice, also not in the next process."""

from __future__ import annotations

import hashlib
import struct
import time
from collections.abc import Sequence
from pathlib import Path

from rag.errors import ConfigurationError
from rag.ports import Embedder
from rag.records import Chunk, Embedded, QueryVectors, RedactedText, SparseVector

_HEAD = struct.Struct("<III")


class RememberedEmbedder:
    """Asks another embedder once for each text.

    Passages are kept in a folder, if one is given: a file each, named by a hash of its text, in
    a folder of the embedder's fingerprint. Questions are kept in memory. The files hold vectors,
    from which something of a text may be guessed: the folder is as confidential as the texts.
    """

    def __init__(self, embedder: Embedder, folder: Path | None = None) -> None:
        self._embedder = embedder
        self._cache = folder
        self._questions: dict[tuple[str, str | None], QueryVectors] = {}
        self._seconds = 0.0

    @property
    def fingerprint(self) -> str:
        """That of the embedder."""
        return self._embedder.fingerprint

    @property
    def dimensions(self) -> int:
        """That of the embedder."""
        return self._embedder.dimensions

    @property
    def question_milliseconds(self) -> float:
        """What embedding a question takes, where it was done."""
        return 1000 * self._seconds / len(self._questions) if self._questions else 0.0

    def embed(self, chunks: Sequence[Chunk]) -> Sequence[Embedded]:
        """Embed passages, in the given order, those alone that are not known."""
        found = {chunk.id: self._kept(chunk) for chunk in chunks}
        for made in self._embedder.embed([one for one in chunks if found[one.id] is None]):
            found[made.chunk.id] = made
            self._keep(made)
        return [one for chunk in chunks if (one := found[chunk.id]) is not None]

    def embed_question(
        self, text: RedactedText, *, words: RedactedText | None = None
    ) -> QueryVectors:
        """Embed a question, or return what was made of it before."""
        key = (str(text), words and str(words))
        if key not in self._questions:
            begun = time.perf_counter()
            self._questions[key] = self._embedder.embed_question(text, words=words)
            self._seconds += time.perf_counter() - begun
        return self._questions[key]

    def _path(self, chunk: Chunk) -> Path | None:
        if self._cache is None:
            return None
        text = "\0".join((chunk.context, chunk.text, *chunk.nearby))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        made_by = hashlib.sha256(self.fingerprint.encode()).hexdigest()[:16]
        return self._cache / made_by / digest[:2] / digest

    def _kept(self, chunk: Chunk) -> Embedded | None:
        path = self._path(chunk)
        if path is None:
            return None
        try:
            return _read(path.read_bytes(), chunk)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None

    def _keep(self, made: Embedded) -> None:
        path = self._path(made.chunk)
        if path is None:
            return
        unfinished = path.with_suffix(".unfinished")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished.write_bytes(_written(made))
            unfinished.replace(path)
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None


def _written(made: Embedded) -> bytes:
    """Return the vectors of a passage as bytes: their lengths, dense, terms, weights, tokens."""
    import numpy as np

    terms, weights = made.sparse.indices, made.sparse.values
    head = _HEAD.pack(len(made.dense), len(terms), len(made.tokens))
    dense = np.asarray(made.dense, "<f4").tobytes()
    words = np.asarray(terms, "<i8").tobytes() + np.asarray(weights, "<f8").tobytes()
    return head + dense + words + made.tokens


def _read(data: bytes, chunk: Chunk) -> Embedded | None:
    """Return what was written, or None if it is not whole."""
    import numpy as np

    if len(data) < _HEAD.size:
        return None
    dimensions, terms, tokens = _HEAD.unpack_from(data)
    words = _HEAD.size + 4 * dimensions
    weights = words + 8 * terms
    rest = weights + 8 * terms
    if len(data) != rest + tokens:
        return None
    return Embedded(
        chunk=chunk,
        dense=np.frombuffer(data, "<f4", dimensions, _HEAD.size).copy(),
        sparse=SparseVector(
            indices=tuple(np.frombuffer(data, "<i8", terms, words).tolist()),
            values=tuple(np.frombuffer(data, "<f8", terms, weights).tolist()),
        ),
        tokens=data[rest:],
    )
