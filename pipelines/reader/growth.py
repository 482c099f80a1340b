"""A larger network from a smaller one that has learnt: at first it says just the same.

What the smaller one has stands in the corner of each matrix. What is new reads at random and
writes nothing yet, so that no answer changes before the first step.
"""

from __future__ import annotations

import torch
from torch import Tensor

from pipelines.reader.network import Network


def grow(small: Network, large: Network) -> None:
    """Put a network into a fresh larger one of as many layers and as wide heads."""
    one, other = small.shape, large.shape
    if (one.layers, one.head, one.base) != (other.layers, other.head, other.base):
        raise ValueError("layers, width of a head and base must be equal")
    # A mean over more numbers, of which the new ones are nothing, is smaller.
    less = (one.width / other.width) ** 0.5
    with torch.no_grad():
        large.table.zero_()
        _put(large.table, small.table)
        large.norm.fill_(less)
        _put(large.norm, small.norm * less)
        for old, new in zip(small.blocks, large.blocks, strict=True):
            for name in ("attention_norm", "inner_norm"):
                getattr(new, name).fill_(less)
                _put(getattr(new, name), getattr(old, name) * less)
            for name, parts in (("qkv", 3), ("gate_up", 2)):
                wide, narrow = (getattr(block, name).chunk(parts) for block in (new, old))
                for pair in zip(wide, narrow, strict=True):
                    _put(*pair)
            for name in ("out", "down"):
                getattr(new, name).zero_()
                _put(getattr(new, name), getattr(old, name))


def _put(large: Tensor, small: Tensor) -> None:
    large[tuple(slice(size) for size in small.shape)] = small
