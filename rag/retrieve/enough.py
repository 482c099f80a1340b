"""Whether what was found answers a question at all: its signs, judged by small trees.

`ringfence eval abstention --choose` grows the trees and chooses the floor on public questions of
which it is known whether they are answered, and writes both with the hash of that data. A floor is
never lowered to find a match.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import ConfigurationError
from rag.records import Vector
from rag.retrieve.signs import NAMES

FILE = "enough.json"
PACKAGED = Path(__file__).parent / FILE
_LEAF = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A tree as lists, an entry a node: which sign it asks for, and where a smaller one leads.

    Of a leaf the sign is -1 and `limits` holds how likely an answer is. A node's second branch
    follows its first branch's node number in `right`; the first is the next node.
    """

    signs: tuple[int, ...] = field(repr=False)
    limits: tuple[float, ...] = field(repr=False)
    right: tuple[int, ...] = field(repr=False)

    def likelihood(self, shown: Sequence[float]) -> float:
        """Return how likely an answer is where these signs are."""
        node = 0
        while self.signs[node] != _LEAF:
            smaller = shown[self.signs[node]] < self.limits[node]
            node = node + 1 if smaller else self.right[node]
        return self.limits[node]

    @property
    def sound(self) -> bool:
        """Whether every walk through it comes to a leaf."""
        size = len(self.signs)
        if not size or size != len(self.limits) or size != len(self.right):
            return False
        return bool(np.isfinite(self.limits).all()) and all(
            0 <= limit <= 1 if sign == _LEAF else sign in range(len(NAMES)) and at + 1 < on < size
            for at, (sign, limit, on) in enumerate(
                zip(self.signs, self.limits, self.right, strict=True)
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Trees, the floor below which nothing is answered, and on which data both were chosen.

    `fitted_on` names the data in words, with the number of its questions.
    """

    trees: tuple[Tree, ...] = field(repr=False)
    floor: float
    data: str
    fitted_on: Mapping[str, int]
    chosen: str

    def likelihood(self, shown: Vector) -> float:
        """Return how likely an answer is where these signs are."""
        given = [float(value) for value in shown]
        return float(np.mean([tree.likelihood(given) for tree in self.trees]))

    def likelihoods(self, rows: Sequence[Vector]) -> NDArray[np.float64]:
        """Return how likely an answer is for each row of signs."""
        return np.asarray([self.likelihood(row) for row in rows])


@lru_cache(maxsize=1)
def shipped() -> Judge:
    """Return the judge of the package."""
    return parsed(files("rag.retrieve").joinpath(FILE).read_text(encoding="utf-8"), FILE)


def judge(own: Path | None = None) -> Judge:
    """Return an installation's own judge if the file is there, else the shipped one.

    Raises:
        ConfigurationError: The file is damaged: nothing is answered by a guess.
    """
    if own is None or not own.is_file():
        return shipped()
    try:
        return parsed(own.read_text(encoding="utf-8"), str(own))
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{own} cannot be read") from None


def written(made: Judge) -> str:
    """Return a judge as the file has it, a tree a line."""
    facts = {**asdict(made), "signs": list(NAMES)}
    trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in facts.pop("trees"))
    return json.dumps(facts, indent=1)[:-2] + ',\n "trees": [\n' + trees + "\n]\n}\n"


def parsed(text: str, name: str) -> Judge:
    """Return the judge of a file.

    Raises:
        ConfigurationError: The file is damaged, or of other signs.
    """
    try:
        given = json.loads(text)
        known = tuple(given["signs"])
        found = Judge(
            trees=tuple(_tree(one) for one in given["trees"]),
            floor=float(given["floor"]),
            data=str(given["data"]),
            fitted_on={str(key): int(value) for key, value in given["fitted_on"].items()},
            chosen=str(given["chosen"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ConfigurationError(f"{name} is damaged: choose again what answers") from None
    if known != NAMES:
        raise ConfigurationError(f"{name} is of another version: choose again what answers")
    if not found.trees or not all(tree.sound for tree in found.trees) or not 0 <= found.floor <= 1:
        raise ConfigurationError(f"{name} is damaged: choose again what answers")
    return found


def _tree(given: Mapping[str, Sequence[float]]) -> Tree:
    return Tree(
        signs=tuple(int(sign) for sign in given["signs"]),
        limits=tuple(float(limit) for limit in given["limits"]),
        right=tuple(int(node) for node in given["right"]),
    )
