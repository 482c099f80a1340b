"""A local model that reads a question and a passage together, to rank candidates again.

Slower than token vectors by far, for a model runs for every candidate; for operators who have one.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embed.loading import LOCAL, loading
from rag.embed.model_folder import refuse_code
from rag.errors import ConfigurationError
from rag.offline import switch_off_telemetry
from rag.records import RedactedText

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class PairReader:
    """A `Reranker` from a folder of a cross-encoder. It is loaded on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model: CrossEncoder | None = None
        self._alone = threading.Lock()

    def scores(self, question: RedactedText, passages: Sequence[str]) -> Sequence[float]:
        """Return what the model makes of each pair, the higher the better."""
        if not passages:
            return []
        with self._alone:
            if self._model is None:
                self._model = _load(self._folder)
            pairs = [(str(question), str(passage)) for passage in passages]
            found = self._model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        if found.ndim != 1:
            raise ConfigurationError(
                f"the model in {self._folder} gives several scores a pair: `retrieve.rerank_model` "
                "needs one that gives one"
            )
        return [float(score) for score in found]


def _load(folder: Path) -> CrossEncoder:
    """Load safetensors weights from a folder, never anything that runs code."""
    if not (folder / "config.json").is_file():
        raise ConfigurationError(
            f"`retrieve.rerank_model` names {folder}, which holds no model: it needs a folder "
            "with config.json and model.safetensors"
        )
    refuse_code(folder)
    switch_off_telemetry()
    from sentence_transformers import CrossEncoder

    with loading(folder):
        return CrossEncoder(str(folder), **LOCAL)
