"""The network that is trained: Llama's architecture, many questions to one context at a time.

Each row of a batch is one context, padded to a fixed length, followed by its questions and
answers, each padded to a fixed length. A question sees the context and itself, no other question,
so the context is read once for all of them: several times fewer pieces for the same lessons.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

EPSILON = 1e-5
SHOWN = 2
"""Heads of a layer that may be shown where to look: the first ones."""
_SHARED = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes of a network."""

    pieces: int
    width: int
    layers: int
    heads: int
    inner: int
    context: int = 1024
    base: float = 1_000_000.0
    """Of the rotary turns; large, so that heads can compare pieces that are far apart."""

    @property
    def head(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a batch is cut: the length of the context, the questions and the length of each."""

    context: int
    questions: int
    question: int

    @property
    def length(self) -> int:
        """Pieces of one row."""
        return self.context + self.questions * self.question


class _Kept(Protocol):
    """What is kept from attending until its gradient is asked for."""

    questions: int
    saved_tensors: tuple[Tensor, ...]

    def save_for_backward(self, *tensors: Tensor) -> None:
        """Keep tensors."""

    def set_materialize_grads(self, value: object) -> None:
        """Say whether a gradient that is nothing comes as zeros."""


_Inputs = tuple[Tensor, Tensor, Tensor, Tensor, int, int]


def _attend(
    q: Tensor, k: Tensor, v: Tensor, hidden: Tensor, first: int, questions: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Attend: the context to itself, each question to the context and to itself."""
    qe, qs, ke, ks, ve, vs = _parted(q, k, v, first, questions)
    inside = (qe @ ke.transpose(1, 2)).add_(_causal(first, q.dtype, q.device)).softmax(-1)
    own = (qs @ ks.transpose(1, 2)).add_(_causal(qs.shape[1], q.dtype, q.device))
    far = (qs.reshape(ke.shape[0], -1, qs.shape[2]) @ ke.transpose(1, 2)).add_(hidden)
    both = torch.cat((far, own.view(far.shape[0], far.shape[1], -1)), -1).softmax(-1)
    told = both[..., :first] @ ve
    told += (both[..., first:].reshape(own.shape) @ vs).view_as(told)
    return torch.cat((inside @ ve, told), 1), inside, both


def _attended(
    q: Tensor, _k: Tensor, _v: Tensor, _hidden: Tensor, first: int, questions: int
) -> tuple[Tensor, Tensor, Tensor]:
    rows, length, _ = q.shape
    rest = length - first
    inside = q.new_empty((rows, first, first))
    return torch.empty_like(q), inside, q.new_empty((rows, rest, first + rest // questions))


def _attend_back(
    grad: Tensor,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    inside: Tensor,
    both: Tensor,
    questions: int,
    of_inside: Tensor | None = None,
    of_both: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    first = inside.shape[1]
    qe, qs, ke, ks, ve, vs = _parted(q, k, v, first, questions)
    ge, gt = grad[:, :first], grad[:, first:].contiguous()
    gs = gt.view(qs.shape)
    back = torch.ops.aten._softmax_backward_data  # noqa: SLF001  the fused one has no other name
    seen = ge @ ve.transpose(1, 2)
    di = back(seen if of_inside is None else seen.add_(of_inside), inside, -1, q.dtype)
    own = gs @ vs.transpose(1, 2)
    seen = torch.cat((gt @ ve.transpose(1, 2), own.view(gt.shape[0], gt.shape[1], -1)), -1)
    db = back(seen if of_both is None else seen.add_(of_both), both, -1, q.dtype)
    far, near = db[..., :first], db[..., first:].reshape(own.shape)
    qt = q[:, first:]
    dq = torch.cat((di @ ke, far @ ke + (near @ ks).view_as(qt)), 1)
    dke = (di.transpose(1, 2) @ qe).add_(far.transpose(1, 2) @ qt)
    dk = torch.cat((dke, (near.transpose(1, 2) @ qs).view_as(qt)), 1)
    dve = (inside.transpose(1, 2) @ ge).add_(both[..., :first].transpose(1, 2) @ gt)
    mine = both[..., first:].reshape(own.shape)
    dv = torch.cat((dve, (mine.transpose(1, 2) @ gs).view_as(qt)), 1)
    return dq, dk, dv


def _attended_back(
    _grad: Tensor,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    _inside: Tensor,
    _both: Tensor,
    _questions: int,
    _of_inside: Tensor | None = None,
    _of_both: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    return torch.empty_like(q), torch.empty_like(k), torch.empty_like(v)


def _keep(ctx: _Kept, inputs: _Inputs, output: tuple[Tensor, Tensor, Tensor]) -> None:
    q, k, v, _, _, questions = inputs
    _, inside, both = output
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(q, k, v, inside, both)
    ctx.questions = questions


def _backward(
    ctx: _Kept, grad: Tensor, of_inside: Tensor | None, of_both: Tensor | None
) -> tuple[Tensor, Tensor, Tensor, None, None, None]:
    q, k, v, inside, both = ctx.saved_tensors
    dq, dk, dv = _look_back(
        grad.contiguous(), q, k, v, inside, both, ctx.questions, of_inside, of_both
    )
    return dq, dk, dv, None, None, None


# As operators of torch's own they stay whole when a layer is compiled.
_look = torch.library.custom_op("ringfence::look", _attend, mutates_args=())
_look.register_fake(_attended)
_look_back = torch.library.custom_op("ringfence::look_back", _attend_back, mutates_args=())
_look_back.register_fake(_attended_back)
_look.register_autograd(_backward, setup_context=_keep)


def _parted(q: Tensor, k: Tensor, v: Tensor, first: int, questions: int) -> tuple[Tensor, ...]:
    rows, length, head = q.shape
    each = (length - first) // questions
    out = []
    for one in (q, k, v):
        out += [one[:, :first], one[:, first:].reshape(rows * questions, each, head)]
    return tuple(out)


@cache
def _causal(length: int, precision: torch.dtype, device: torch.device) -> Tensor:
    return torch.full((length, length), -1e9, dtype=precision, device=device).triu(1)


class Block(nn.Module):  # type: ignore[misc]  # torch's types are not followed
    """One layer: attention, then a gated network."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, inner = shape.width, shape.inner
        self.heads = shape.heads
        self.attention_norm = nn.Parameter(torch.ones(width))
        self.qkv = nn.Parameter(torch.randn(3 * width, width) * width**-0.5)
        self.out = nn.Parameter(torch.zeros(width, width))
        self.inner_norm = nn.Parameter(torch.ones(width))
        self.gate_up = nn.Parameter(torch.randn(2 * inner, width) * width**-0.5)
        self.down = nn.Parameter(torch.zeros(width, inner))

    def forward(
        self, x: Tensor, turn: Tensor, hidden: Tensor, layout: Layout, shown: int
    ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """Return what the layer makes of its input, and where its first heads look."""
        rows, length, width = x.shape
        head = width // self.heads
        y = functional.linear(normed(x, self.attention_norm), self.qkv.to(x.dtype))
        y = y.view(rows, length, 3, self.heads, head).permute(2, 0, 3, 1, 4)
        q, k = turned(y[0], turn, head**-0.5), turned(y[1], turn, 1.0)
        flat = (rows * self.heads, length, head)
        q, k, v = (one.reshape(flat).contiguous() for one in (q, k, y[2]))
        seen, inside, both = _look(q, k, v, hidden, layout.context, layout.questions)
        seen = seen.view(rows, self.heads, length, head).transpose(1, 2).reshape(x.shape)
        x = x + functional.linear(seen, self.out.to(x.dtype))
        y = functional.linear(normed(x, self.inner_norm), self.gate_up.to(x.dtype))
        gate, up = y.chunk(2, -1)
        x = x + functional.linear(functional.silu(gate) * up, self.down.to(x.dtype))
        if not shown:
            return x, None, None
        inside = inside.view(rows, self.heads, *inside.shape[1:])[:, :shown]
        return x, inside, both.view(rows, self.heads, *both.shape[1:])[:, :shown]


class Network(nn.Module):  # type: ignore[misc]  # torch's types are not followed
    """A Llama whose input and output share one table."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.table = nn.Parameter(torch.randn(shape.pieces, shape.width) * shape.width**-0.5)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.Parameter(torch.ones(shape.width))
        with torch.no_grad():
            # Heads that look at places, whatever stands there, need something that all pieces
            # share; heads of the middle look at equal pieces from the beginning.
            self.table[:, 0] = _SHARED * shape.width**-0.5
            for block in self.blocks[1:-1]:
                q, k, _ = block.qkv.chunk(3)
                k.copy_(q)
        self.precision = torch.bfloat16

    def forward(
        self,
        pieces: Tensor,
        turn: Tensor,
        hidden: Tensor,
        wanted: Tensor,
        layout: Layout,
        looks: dict[int, tuple[Tensor, Tensor]] | None = None,
    ) -> Tensor:
        """Return the scores of the next piece at the wanted places.

        Args:
            pieces: Numbers of pieces, a row a context with its questions.
            turn: Cosines and sines of the places, from `places`.
            hidden: What the padding of a context adds to scores, a row a context and head.
            wanted: Places in the flattened batch.
            layout: How the rows are cut.
            looks: Takes where the first heads of the layers look that it has.
        """
        x = self.seen(pieces, turn, hidden, wanted, layout, looks)
        return functional.linear(x, self.table.to(x.dtype))

    def seen(
        self,
        pieces: Tensor,
        turn: Tensor,
        hidden: Tensor,
        wanted: Tensor,
        layout: Layout,
        looks: dict[int, tuple[Tensor, Tensor]] | None = None,
    ) -> Tensor:
        """Return what is scored at the wanted places."""
        x = self.table[pieces].to(self.precision)
        hidden = hidden.to(x.dtype)
        for number, block in enumerate(self.blocks):
            shown = SHOWN if looks is not None else 0
            x, inside, both = block(x, turn, hidden, layout, shown)
            if looks is not None:
                looks[number] = (inside, both)
        return normed(x.reshape(-1, x.shape[-1])[wanted], self.norm)


def normed(x: Tensor, weight: Tensor) -> Tensor:
    """Root-mean-square normalisation."""
    y = x.float()
    return (y * torch.rsqrt(y.square().mean(-1, keepdim=True) + EPSILON) * weight).to(x.dtype)


def turned(x: Tensor, turn: Tensor, scale: float) -> Tensor:
    """Turn queries or keys by their places."""
    left, right = x.float().chunk(2, -1)
    cos, sin = turn[0] * scale, turn[1] * scale
    return torch.cat((left * cos - right * sin, right * cos + left * sin), -1).to(x.dtype)


def turns(places: Tensor, shape: Shape) -> Tensor:
    """Return cosines and sines for places, a row a context."""
    head = shape.head
    speeds = shape.base ** (-torch.arange(0, head, 2) / head)
    angles = places[:, None, :, None] * speeds
    return torch.stack((angles.cos(), angles.sin()))
