"""The network: rows of words are summed, then read by a few residual convolutions.

It sees `REACH` words to either side of a word and no further, so a text may be read in pieces
that overlap by that much, and what stands far from a change need not be read again.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import glu, pad

DILATIONS: tuple[int, ...] = (1, 2, 4, 1, 2, 4)
REACH = sum(DILATIONS)


class Block(nn.Module):  # type: ignore[misc]  # torch's types are not followed
    """Mixes each word with the one so many words before it and the one so many after it."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(3 * width, 2 * width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, shown: Tensor) -> Tensor:
        """Return `x` with what its neighbours add; what is not shown adds nothing."""
        length, step = x.shape[1], self.dilation
        near = pad(self.norm(x) * shown, (0, 0, step, step))
        mixed = torch.cat([near[:, i * step : i * step + length] for i in range(3)], dim=-1)
        return x + self.dropout(glu(self.mix(mixed), dim=-1))


class Tagger(nn.Module):  # type: ignore[misc]  # torch's types are not followed
    """Scores the labels of every word of a text."""

    def __init__(
        self,
        *,
        rows: int,
        labels: int,
        depth: int = 128,
        width: int = 192,
        dilations: Sequence[int] = DILATIONS,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.table = nn.Embedding(rows, depth, padding_idx=rows - 1)
        self.space = nn.Embedding(3, depth)
        self.enter = nn.Linear(depth, width)
        self.blocks = nn.ModuleList(Block(width, one, dropout) for one in dilations)
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, labels)
        self.dropout = nn.Dropout(dropout)

    def words(self, numbers: Tensor) -> Tensor:
        """Return one vector a word, from the rows of its features."""
        return self.table(numbers).sum(dim=-2)

    def forward(self, vectors: Tensor, spaced: Tensor, shown: Tensor) -> Tensor:
        """Return the labels' scores; `vectors` are what `words` returned, `shown` masks padding."""
        shown = shown.unsqueeze(-1).to(vectors.dtype)
        x = self.enter(self.dropout(vectors + self.space(spaced))) * shown
        for block in self.blocks:
            x = block(x, shown)
        scores: Tensor = self.leave(self.norm(x))
        return scores
