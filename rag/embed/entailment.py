"""A local model that says whether one sentence follows from another, for operators who have one.

Loaded as the model that ranks is: safetensors weights from a folder, nothing that runs code.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embed.loading import LOCAL, loading
from rag.embed.model_folder import refuse_code
from rag.errors import ConfigurationError
from rag.offline import switch_off_telemetry

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_ENTAILMENT = "entailment"


class EntailmentReader:
    """Reads what is written and what is said together. It is loaded on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model: CrossEncoder | None = None
        self._at = 0
        self._alone = threading.Lock()

    def follows(self, said: str, written: Sequence[str]) -> Sequence[float]:
        """Return for each text the probability that what is said follows from it."""
        from torch.nn import Identity

        if not written:
            return []
        with self._alone:
            if self._model is None:
                self._model, self._at = _load(self._folder)
            rows = self._model.predict(
                [(one, said) for one in written],
                show_progress_bar=False,
                convert_to_numpy=True,
                activation_fn=Identity(),
            )
        return [_share([float(value) for value in row], self._at) for row in rows]


def _share(values: Sequence[float], at: int) -> float:
    most = max(values)
    powers = [math.exp(value - most) for value in values]
    return powers[at] / sum(powers)


def _load(folder: Path) -> tuple[CrossEncoder, int]:
    """Return the model of a folder and which of its labels is entailment."""
    if not (folder / "config.json").is_file():
        raise ConfigurationError(
            f"`ground.entailment_model` names {folder}, which holds no model: it needs a folder "
            "with config.json and model.safetensors"
        )
    refuse_code(folder)
    switch_off_telemetry()
    from sentence_transformers import CrossEncoder

    with loading(folder):
        model = CrossEncoder(str(folder), **LOCAL)
    labels = {str(name).casefold(): int(at) for at, name in model.config.id2label.items()}
    if _ENTAILMENT not in labels:
        raise ConfigurationError(
            f"the model in {folder} has no label `{_ENTAILMENT}`: `ground.entailment_model` needs "
            "one that was trained to tell entailment"
        )
    return model, labels[_ENTAILMENT]
