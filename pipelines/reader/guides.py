"""Where heads are to look while a network learns: the way to an answer, shown instead of found.

Training knows which sentence answers, which pieces of a question stand in the evidence too and
which piece is to be copied next. One head of a layer is taught each of these looks for the first
part of a training; left to itself a small network did not find the way in a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pipelines.reader.network import Layout

Looks = Mapping[int, tuple[Tensor, Tensor]]
"""For each layer that is guided: where its heads look in contexts, and in questions."""

_LONGEST = 6
_NOTHING = 1e-4

HEAD = ("before", "second", "mark")
"""Looks of pieces of a context: at the piece before, the one before that, its evidence's number."""
TAIL = ("before", "second", "equal", "subject", "sentence", "copy")
"""Looks of questions and answers: the first two; at the piece's equals in the evidence; at whom the
question is about; at the sentence that answers; at the piece that is to be written next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guides:
    """Where each look of a batch goes: a row a context, then the piece that looks, then where to.

    The places of a look of a question are those of its context, then its own.
    """

    head: Mapping[str, Tensor]
    tail: Mapping[str, Tensor]

    def on(self, device: str) -> Guides:
        """Return the looks on a device."""
        return Guides(
            head={name: mask.to(device) for name, mask in self.head.items()},
            tail={name: mask.to(device) for name, mask in self.tail.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A question with its answer in pieces, and the pieces of whom it is about."""

    question: Sequence[int]
    answer: Sequence[int]
    subjects: Sequence[Sequence[int]]
    absent: bool


def places(layers: int) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return the layer and the head of every look, for that many layers; five at least."""
    last = layers - 1
    return {
        "before": ((0, 0),),
        "second": ((0, 1),),
        "mark": ((1, 0),),
        "equal": ((max(1, last - 3), 1 if last < 5 else 0),),
        "subject": ((last - 2, 0),),
        "sentence": ((last - 1, 0),),
        "copy": ((last, 0), (last, 1)),
    }


class Guiding:
    """Collects the looks of a batch.

    Args:
        layout: How its rows are cut.
        rows: How many it has.
        common: Pieces that stand everywhere and say nothing of where to look.
        line_feed: The piece that parts the evidence.
        mark: The piece before the number of a citation, and the one after.
    """

    def __init__(
        self,
        layout: Layout,
        rows: int,
        *,
        common: Set[int],
        line_feed: int,
        mark: tuple[int, int],
    ) -> None:
        self._layout = layout
        self._common = common
        self._line_feed = line_feed
        self._mark = mark
        square = (rows, layout.context, layout.context)
        wide = (rows, layout.length - layout.context, layout.context + layout.question)
        self._head = {name: np.zeros(square, dtype=np.bool_) for name in HEAD}
        self._tail = {name: np.zeros(wide, dtype=np.bool_) for name in TAIL}

    def read(self, row: int, head: Sequence[int]) -> None:
        """Take the pieces of a context."""
        at = np.arange(len(head))
        self._head["before"][row, at[1:], at[:-1]] = True
        self._head["second"][row, at[2:], at[:-2]] = True
        starts = [0, *(at for at, piece in enumerate(head) if piece == self._line_feed)]
        for start, end in zip(starts, [*starts[1:], len(head)], strict=True):
            self._head["mark"][row, start + 3 : end, start + 2] = True

    def ask(self, row: int, column: int, head: Sequence[int], one: Told) -> None:
        """Take a question with its answer."""
        base, own = column * self._layout.question, self._layout.context
        before, length = len(one.question), len(one.question) + len(one.answer)
        at = np.arange(length)
        for name, back in (("before", 1), ("second", 2)):
            where = np.where(at >= back, own + at - back, len(head) + at - back)
            self._tail[name][row, base + at, where] = True
        spans = [span for subject in one.subjects if (span := _found(one.question, subject))]
        self._equal(row, base, head, one, {at for span in spans for at in span})
        answering = slice(base + before - 2, base + length)
        for span in spans:
            self._tail["subject"][row, answering, own + span.start : own + span.stop] = True
        if one.absent:
            self._tail["sentence"][row, answering, 0] = True
        else:
            self._answered(row, base + before - 1, head, one.answer)

    def done(self) -> Guides:
        """Return what was collected."""
        return Guides(
            head={name: torch.from_numpy(mask) for name, mask in self._head.items()},
            tail={name: torch.from_numpy(mask) for name, mask in self._tail.items()},
        )

    def _equal(
        self, row: int, base: int, head: Sequence[int], one: Told, subject: Set[int]
    ) -> None:
        """Let pieces of a question look at their equals, with as many before them as are equal.

        A piece of whom it is about that stands nowhere looks at the beginning; other pieces only
        look where they tell one evidence from another.
        """
        known: dict[int, list[int]] = {}
        lines, line = [], 1
        for at, piece in enumerate(head):
            known.setdefault(piece, []).append(at)
            line += piece == self._line_feed
            lines.append(line)
        for at in range(3, len(one.question) - 2):
            piece = one.question[at]
            if piece in self._common:
                continue
            runs = {j: _equals(head, j, one.question, at) for j in known.get(piece, ())}
            longest = max(runs.values(), default=0)
            best = [j for j, run in runs.items() if run == longest]
            if at in subject:
                if longest < 2 and at - 1 in subject:
                    best = []
                best = best or [0]
            elif len({lines[j] for j in best}) == line > 1:
                continue
            self._tail["equal"][row, base + at, best] = True

    def _answered(self, row: int, start: int, head: Sequence[int], answer: Sequence[int]) -> None:
        """Let an answer look at its sentences and at the pieces that it copies."""
        opened, closed = self._mark
        done = 0
        for end in range(len(answer) - 2):
            if answer[end] != opened or answer[end + 2] != closed:
                continue
            span = _found(head, answer[done:end])
            if span is None:
                return
            mark = max(at for at in range(span.start) if not at or head[at] == self._line_feed) + 1
            first, last = start + done - (not done), start + end + 3
            self._tail["sentence"][row, first:last, span.start : span.stop] = True
            at = np.arange(len(span))
            self._tail["copy"][row, start + done + at, span.start + at] = True
            self._tail["copy"][row, [start + end, start + end + 1], [mark, mark + 1]] = True
            done = end + 3


def loss(looks: Looks, guides: Guides) -> Tensor:
    """Return how far the guided heads are from where they should look, all looks alike."""
    total = []
    for name, heads in places(max(looks) + 1).items():
        for layer, head in heads:
            inside, both = looks[layer]
            for seen, wanted in ((inside, guides.head.get(name)), (both, guides.tail.get(name))):
                if wanted is not None:
                    total.append(_missed(seen[:, head], wanted))
    return torch.stack(total).sum()


def shares(looks: Looks, guides: Guides) -> dict[str, float]:
    """Return for each look the share of its pieces that look where they should."""
    out = {}
    for name, heads in places(max(looks) + 1).items():
        layer, head = heads[0]
        for part, seen, wanted in zip(
            ("", "'"), looks[layer], (guides.head.get(name), guides.tail.get(name)), strict=True
        ):
            if wanted is not None:
                some = wanted.any(-1)
                hit = (seen[:, head].float() * wanted).sum(-1)[some]
                out[name + part] = float((hit > 0.5).float().mean())
    return out


def _missed(seen: Tensor, wanted: Tensor) -> Tensor:
    hit = (seen * wanted).sum(-1).float()
    some = wanted.any(-1)
    return -((hit + _NOTHING).log() * some).sum() / some.sum().clamp(min=1)


def _found(pieces: Sequence[int], part: Sequence[int]) -> range | None:
    """Return where a part stands first."""
    size, part = len(part), list(part)
    for at in range(len(pieces) - size + 1):
        if pieces[at] == part[0] and list(pieces[at : at + size]) == part:
            return range(at, at + size)
    return None


def _equals(one: Sequence[int], at: int, other: Sequence[int], there: int) -> int:
    """Return how many pieces up to two places are equal."""
    run = 0
    while run < _LONGEST and at >= run and there >= run and one[at - run] == other[there - run]:
        run += 1
    return run
