"""Muon: momentum whose steps are made orthogonal, for the matrices of a small network.

Keller Jordan et al. 2024 (MIT); written anew for a few stacks of small matrices on a processor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

_A, _B, _C = 3.4445, -4.7750, 2.0315


class Muon(torch.optim.Optimizer):  # type: ignore[misc]  # torch's types are not followed
    """Steps along the nearest orthogonal matrix of the momentum; equal shapes go together."""

    def __init__(
        self, matrices: Iterable[tuple[Tensor, int]], rate: float, momentum: float = 0.95
    ) -> None:
        """Take matrices, each with the number of equal parts that it is made of."""
        rows = list(matrices)
        self._parts = {id(matrix): parts for matrix, parts in rows}
        super().__init__([matrix for matrix, _ in rows], {"lr": rate, "momentum": momentum})

    def step(self) -> None:
        """Change every matrix by its gradient."""
        with torch.no_grad():
            for group in self.param_groups:
                self._step(group["params"], group["lr"], group["momentum"])

    def _step(self, matrices: Sequence[Tensor], rate: float, momentum: float) -> None:
        stacks: dict[tuple[int, int], list[tuple[Tensor, Tensor]]] = {}
        for matrix in matrices:
            state = self.state[matrix]
            if "momentum" not in state:
                state["momentum"] = torch.zeros_like(matrix)
            state["momentum"].lerp_(matrix.grad, 1 - momentum)
            update = matrix.grad.lerp(state["momentum"], momentum)
            parts = self._parts[id(matrix)]
            for one, part in zip(matrix.chunk(parts), update.chunk(parts), strict=True):
                stacks.setdefault((one.shape[0], one.shape[1]), []).append((one, part))
        for (rows, columns), pairs in stacks.items():
            steps = orthogonal([part for _, part in pairs])
            scale = rate * max(1.0, rows / columns) ** 0.5
            for (one, _), made in zip(pairs, steps, strict=True):
                one.add_(made.to(one.dtype), alpha=-scale)


def orthogonal(matrices: Sequence[Tensor], rounds: int = 5) -> Tensor:
    """Return about the nearest orthogonal matrix of each, by Newton and Schulz."""
    x = torch.stack(list(matrices)).bfloat16()
    wide = x.shape[1] > x.shape[2]
    if wide:
        x = x.mT.contiguous()
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(rounds):
        square = x @ x.mT
        x = _A * x + (_B * square + _C * square @ square) @ x
    return x.mT if wide else x
