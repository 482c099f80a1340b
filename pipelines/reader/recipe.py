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
    heads: int = 2
    inner: int = 224
    base: float = 1_000_000.0
    """Of the rotary turns."""
    steps: int = 7_800
    length: int = 5_000
    """Pieces of a batch, about."""
    rate: float = 0.006
    """Of the matrices, by Muon."""
    table_rate: float = 0.002
    """Of the table and the norms, by Adam."""
    warm_up: int = 100
    cooling: float = 0.5
    """Share of the steps at the end in which the rates fall to nothing."""
    heavy: float = 6.0
    """Weight of the pieces that decide: an answer's first one, and its number."""
    guide: float = 0.3
    """Weight of where heads look, compared with what is written."""
    guided: float = 0.5
    """Share of the steps in which heads are shown where to look; the weight falls in the last."""
    mastered: float = 0.55
    """Share of exact answers at a level that opens the next one."""
    renamed: float = 0.4
    """Share of contexts whose names are other pieces, drawn anew."""
    wild: float = 0.25
    """Share of what is said and asked in words of no template, in any order."""
