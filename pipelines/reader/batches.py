"""Batches: contexts with their questions, cut into pieces, at one of a few fixed lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from random import Random

import torch
from torch import Tensor

from pipelines.reader.attributes import carriers
from pipelines.reader.contexts import Asked, Context, Contexts, tail
from pipelines.reader.guides import Guides, Guiding, Told
from pipelines.reader.network import Layout, Shape, turns
from pipelines.reader.pieces import Pieces
from pipelines.reader.strange import strange

HIDDEN = -1e9


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
    guides: Guides | None = None

    def on(self, device: str) -> Batch:
        """Return the batch on a device."""
        if device == "cpu":
            return self
        moved = {
            one.name: value.to(device)
            for one in fields(self)
            if isinstance(value := getattr(self, one.name), Tensor)
        }
        return replace(self, **moved, guides=self.guides and self.guides.on(device))


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
        self,
        pieces: Pieces,
        shape: Shape,
        seed: int,
        *,
        held_out: bool,
        heavy: float = 1.0,
        guided: bool = False,
        renamed: float = 0.0,
        wild: float = 0.0,
    ) -> None:
        """Take what is fixed.

        Args:
            pieces: The vocabulary.
            shape: Of the network that learns.
            seed: Decides about everything that is drawn.
            held_out: Write with what training never sees.
            heavy: Weight of the pieces that decide an answer.
            guided: Say where heads are to look.
            renamed: Share of contexts whose names are other pieces.
            wild: Share of what is said and asked in words of no template.
        """
        self._guided = guided
        self._renamed = renamed
        self._pieces = pieces
        self._shape = shape
        self._contexts = Contexts(seed, held_out=held_out, wild=wild)
        self._rng = Random(seed)  # noqa: S311  training text, no secret
        self._heavy = heavy
        self._line_feed = pieces.tails([tail("")])[0][0]
        cited = pieces.answers([" a [1]"])[0]
        self._mark = (cited[-3], cited[-1])
        self._common = _common(pieces)

    def one(self, level: Level, rows: int) -> Batch:
        """Return a batch of so many contexts."""
        made = [self._row(level) for _ in range(rows)]
        layout = level.layout
        pieces = torch.zeros(rows, layout.length, dtype=torch.long)
        places = torch.zeros(rows, layout.length)
        hidden = torch.zeros(rows, layout.context)
        learnt: list[tuple[int, int, float, int]] = []
        asked: list[Asked] = []
        guiding = self._guiding(layout, rows)
        for row, (head, questions, _) in enumerate(made):
            guiding.read(row, head)
            pieces[row, : len(head)] = torch.tensor(head)
            places[row, : layout.context] = torch.arange(layout.context)
            hidden[row, len(head) :] = HIDDEN
            base = row * layout.length
            for column, (one, said) in enumerate(questions):
                before, after = said.question, said.answer
                start = layout.context + column * layout.question
                told = [*before, *after]
                pieces[row, start : start + len(told)] = torch.tensor(told)
                places[row, start : start + layout.question] = torch.arange(
                    len(head), len(head) + layout.question
                )
                first = base + start + len(before) - 1
                if one.kind != "two":  # just before the answer: where it is, or that there is none
                    where = after[0 if one.kind == "absent" else -2]
                    learnt.append((first - 1, where, self._heavy, -1))
                for step, piece in enumerate([*after, self._pieces.end]):
                    # What to say is decided at the first piece and at the number.
                    heavy = step == 0 or step == len(after) - 2
                    learnt.append((first + step, piece, self._heavy if heavy else 1.0, len(asked)))
                asked.append(one)
                if self._guided:
                    guiding.ask(row, column, head, said)
        wanted, targets, weights, owner = zip(*learnt, strict=True)
        heads = self._shape.heads
        return Batch(
            layout=layout,
            pieces=pieces,
            turn=turns(places, self._shape),
            hidden=hidden.repeat_interleave(heads, 0)[:, None],
            wanted=torch.tensor(wanted),
            targets=torch.tensor(targets),
            weights=torch.tensor(weights),
            owner=torch.tensor(owner),
            asked=tuple(asked),
            facts=tuple(facts for _, questions, facts in made for _ in questions),
            guides=guiding.done() if self._guided else None,
        )

    def _guiding(self, layout: Layout, rows: int) -> Guiding:
        return Guiding(
            layout, rows, common=self._common, line_feed=self._line_feed, mark=self._mark
        )

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
            told = self._told(context)
            if self._rng.random() < self._renamed:
                head, told = self._strange(head, told)
            fitting = [
                (asked, one)
                for asked, one in zip(context.asked, told, strict=True)
                if len(one.question) + len(one.answer) < layout.question
            ]
            if fitting:
                return [self._pieces.begin, *head], fitting, facts

    def _told(self, context: Context) -> list[Told]:
        before = self._pieces.tails([tail(one.question) for one in context.asked])
        after = self._pieces.answers([one.answer for one in context.asked])
        return [
            Told(
                question=question,
                answer=answer,
                subjects=self._pieces.answers([f" {name}" for name in one.entities]),
                absent=one.kind == "absent",
            )
            for one, question, answer in zip(context.asked, before, after, strict=True)
        ]

    def _strange(self, head: list[int], told: Sequence[Told]) -> tuple[list[int], list[Told]]:
        every = [piece for one in told for piece in (*one.question, *one.answer)]
        other = strange(self._pieces).renamed(self._rng, [*head, *every])

        def changed(pieces: Sequence[int]) -> list[int]:
            return [other.get(piece, piece) for piece in pieces]

        return changed(head), [
            replace(
                one,
                question=changed(one.question),
                answer=changed(one.answer),
                subjects=[changed(subject) for subject in one.subjects],
            )
            for one in told
        ]


_Row = tuple[list[int], list[tuple[Asked, Told]], int]


def narrowed(level: Level, facts: int) -> Level:
    """Return a level of one number of facts."""
    return replace(level, facts=(facts,))


@cache
def _common(pieces: Pieces) -> frozenset[int]:
    """Return the pieces of the words with which anything is stated or asked."""
    general = carriers()
    texts = [*general.facts.learnt, *general.asks.learnt, *general.fillers.learnt]
    words = {word.strip(":,.?") for text in texts for word in text.split() if "{" not in word}
    cut = pieces.answers([f" {word}" for word in sorted(words)])
    marks = pieces.answers(["?", ".", ",", ":"])
    return frozenset(piece for one in [*cut, *marks] for piece in one if len(one) == 1)
