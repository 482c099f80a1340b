"""Batches: contexts with their questions, cut into pieces, at one of a few fixed lengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

import torch
from torch import Tensor

from pipelines.reader.contexts import Asked, Contexts, tail
from pipelines.reader.network import Layout, Shape, turns
from pipelines.reader.pieces import Pieces

HIDDEN = -1e9
_NUMBERED, _NUMBER_WEIGHT = 0.7, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Contexts with questions of one layout, and what is to be learnt from them."""

    layout: Layout
    pieces: Tensor
    turn: Tensor
    hidden: Tensor
    wanted: Tensor
    """Places in the flattened batch whose next piece is learnt."""
    targets: Tensor
    weights: Tensor
    owner: Tensor
    """The number of the question that each wanted place answers; -1 in the context."""
    asked: tuple[Asked, ...]
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How many facts a context has, and the layout that it takes."""

    facts: tuple[int, ...]
    layout: Layout
    joined: float = 0.25
    """Share of contexts whose evidence holds several sentences."""
    uniform: float = 0.15
    """Share of contexts that state equal attributes in equal words."""


class Batches:
    """Writes batches of contexts."""

    def __init__(
        self, pieces: Pieces, shape: Shape, seed: int, *, held_out: bool, heavy: float = 1.0
    ) -> None:
        """Take what is fixed; `heavy` is the weight of the pieces that decide an answer."""
        self._pieces = pieces
        self._shape = shape
        self._contexts = Contexts(seed, held_out=held_out)
        self._rng = Random(seed)  # noqa: S311  training text, no secret
        self._heavy = heavy
        self._line_feed = pieces.tails([tail("")])[0][0]
        self._digits = [one[-2] for one in pieces.answers([f" a [{n}]" for n in range(1, 21)])]

    def endless(self, level: Level, length: int) -> Iterator[Batch]:
        """Yield batches of about so many pieces, for ever."""
        while True:
            yield self.one(level, max(1, length // level.layout.length))

    def one(self, level: Level, rows: int) -> Batch:
        """Return a batch of so many contexts."""
        made = [self._row(level) for _ in range(rows)]
        layout = level.layout
        pieces = torch.zeros(rows, layout.length, dtype=torch.long)
        places = torch.zeros(rows, layout.length)
        hidden = torch.zeros(rows, layout.context)
        learnt: list[tuple[int, int, float, int]] = []
        asked: list[Asked] = []
        for row, (head, questions, _) in enumerate(made):
            pieces[row, : len(head)] = torch.tensor(head)
            places[row, : layout.context] = torch.arange(layout.context)
            hidden[row, len(head) :] = HIDDEN
            base = row * layout.length
            learnt += self._numbered(base, head)
            for column, (one, before, after) in enumerate(questions):
                start = layout.context + column * layout.question
                told = [*before, *after]
                pieces[row, start : start + len(told)] = torch.tensor(told)
                places[row, start : start + layout.question] = torch.arange(
                    len(head), len(head) + layout.question
                )
                first = base + start + len(before) - 1
                if one.kind != "two":
                    # Nothing is ever written inside of a question, so there the network learns
                    # to say, better with each piece, where the answer is: its number, or how the
                    # refusal begins. Without that it did not learn to look up.
                    where = after[0 if one.kind == "absent" else -2]
                    learnt += [
                        (base + start + at, where, 1.0, -1) for at in range(3, len(before) - 2)
                    ]
                    learnt.append((first - 1, where, self._heavy, -1))
                for step, piece in enumerate([*after, self._pieces.end]):
                    # What to say is decided at the first piece and at the number.
                    heavy = step == 0 or step == len(after) - 2
                    learnt.append((first + step, piece, self._heavy if heavy else 1.0, len(asked)))
                asked.append(one)
        wanted, targets, weights, owner = zip(*learnt, strict=True)
        heads = self._shape.heads
        return Batch(
            layout=layout,
            pieces=pieces,
            turn=turns(places, self._shape.head),
            hidden=hidden.repeat_interleave(heads, 0)[:, None],
            wanted=torch.tensor(wanted),
            targets=torch.tensor(targets),
            weights=torch.tensor(weights),
            owner=torch.tensor(owner),
            asked=tuple(asked),
            facts=tuple(facts for _, questions, facts in made for _ in questions),
        )

    def _numbered(self, base: int, head: Sequence[int]) -> list[tuple[int, int, float, int]]:
        """Return what some places of a context learn: the number of the evidence they are in.

        Where the answer is can only be told if each place knows that.
        """
        out = []
        number = 0
        for at, piece in enumerate(head):
            if piece == self._line_feed:
                number += 1
            elif self._rng.random() < _NUMBERED:
                out.append((base + at, self._digits[number], _NUMBER_WEIGHT, -1))
        return out

    def _row(self, level: Level) -> _Row:
        """Return the pieces of a context and of questions that fit."""
        layout = level.layout
        while True:
            facts = self._rng.choice(level.facts)
            context = self._contexts.write(
                facts, layout.questions, joined=level.joined, uniform=level.uniform
            )
            if context.facts != facts:
                continue
            (head,) = self._pieces.heads([context.head])
            if len(head) >= layout.context:
                continue
            before = self._pieces.tails([tail(one.question) for one in context.asked])
            after = self._pieces.answers([one.answer for one in context.asked])
            fitting = [
                row
                for row in zip(context.asked, before, after, strict=True)
                if len(row[1]) + len(row[2]) < layout.question
            ]
            if fitting:
                return [self._pieces.begin, *head], fitting, facts


_Row = tuple[list[int], list[tuple[Asked, list[int], list[int]]], int]


def narrowed(level: Level, facts: int) -> Level:
    """Return a level of one number of facts."""
    return replace(level, facts=(facts,))
