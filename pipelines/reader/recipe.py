"""What decides about the weights of a reader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides about the weights but the program.

    The defaults are those of the smallest reader.
    """

    seed: int = 1
    width: int = 128
    layers: int = 6
    heads: int = 4
    inner: int = 224
    steps: int = 12_000
    length: int = 5_000
    """Pieces of a batch, about."""
    rate: float = 0.008
    """Of the matrices, by Muon."""
    table_rate: float = 0.002
    """Of the table and the norms, by Adam."""
    warm_up: int = 100
    cooling: float = 0.25
    """Share of the steps at the end in which the rates fall to nothing."""
    heavy: float = 6.0
    """Weight of the pieces that decide: an answer's first one, and its number."""
    easy: float = 0.45
    """Share of the steps at the beginning with one or two facts only."""
    middle: float = 0.75
    """Until this share of the steps there are at most five facts."""
