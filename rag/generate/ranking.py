"""Which sentence answers: what is known of each, weighed. The weights are fitted on data.

`python -m pipelines.train_extractive` fits them, and writes them with the hash of that data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from rag.errors import ConfigurationError
from rag.generate.features import NAMES
from rag.records import Vector

FILE = "ranking.json"
PACKAGED = Path(__file__).parent / FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each of `features.NAMES` weighs, the hash of the data it was fitted on, and when.

    `fitted_on` names the data in words, with the number of its questions.
    """

    weights: Mapping[str, float]
    data: str
    fitted_on: Mapping[str, int]
    chosen: str

    def likelihoods(self, features: Vector) -> Vector:
        """Return how likely each candidate is to be the answer, if one of them is."""
        scores = features @ np.asarray([self.weights[name] for name in NAMES], dtype=np.float32)
        shares = np.exp(scores - scores.max())
        likely: Vector = shares / shares.sum()
        return likely


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """Return the weights of the package."""
    return parsed(files("rag.generate").joinpath(FILE).read_text(encoding="utf-8"), FILE)


def written(weights: Weights) -> str:
    """Return weights as the file has them."""
    return json.dumps(asdict(weights), indent=1) + "\n"


def parsed(text: str, name: str) -> Weights:
    """Return the weights of a file.

    Raises:
        ConfigurationError: The file is damaged, or of other features.
    """
    try:
        given = json.loads(text)
        found = Weights(
            weights={str(key): float(value) for key, value in given["weights"].items()},
            data=str(given["data"]),
            fitted_on={str(key): int(value) for key, value in given["fitted_on"].items()},
            chosen=str(given["chosen"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ConfigurationError(f"{name} is damaged: it holds no weights") from None
    if set(found.weights) != set(NAMES) or not np.isfinite([*found.weights.values()]).all():
        raise ConfigurationError(f"{name} is of another version: fit the weights again")
    return found
