"""Where heads are shown to look: at the pieces that an answer is made of."""

from __future__ import annotations

import pytest
import torch

from pipelines.reader.batches import Batches, Level
from pipelines.reader.contexts import Contexts, tail
from pipelines.reader.fit import shown
from pipelines.reader.guides import Guides, loss, places, shares
from pipelines.reader.network import Layout, Network, Shape, turns
from pipelines.reader.pieces import BytePieces
from pipelines.reader.recipe import Recipe

SHAPE = Shape(pieces=400, width=32, layers=6, heads=2, inner=32)
LEVEL = Level(facts=(3,), layout=Layout(context=256, questions=4, question=160), joined=0.5)


@pytest.fixture(scope="module")
def pieces():
    texts = [Contexts(n, held_out=False).write(3, 1).head for n in range(60)]
    return BytePieces.learnt(texts, SHAPE.pieces)


@pytest.fixture(scope="module")
def batch(pieces):
    made = Batches(pieces, SHAPE, 9, held_out=False, guided=True).one(LEVEL, 12)
    assert {one.kind for one in made.asked} == {"one", "two", "absent"}
    return made


def questions(batch):
    """Where each question stands: its row and its place among the questions of the row."""
    layout = LEVEL.layout
    starts = range(layout.context, layout.length, layout.question)
    for row, line in enumerate(batch.pieces.tolist()):
        for start in starts:
            if any(line[start : start + layout.question]):
                yield row, start - layout.context


def looked(batch, name, row, at):
    """The pieces that a look of a question goes to."""
    layout = LEVEL.layout
    start = layout.context + at // layout.question * layout.question
    line = batch.pieces[row]
    seen = torch.cat((line[: layout.context], line[start : start + layout.question]))
    return seen[batch.guides.tail[name][row, at]].tolist()


def test_what_is_copied_is_what_comes_next(batch, pieces):
    """But for the bracket of a citation, which has a space before it."""
    layout, seen = LEVEL.layout, 0
    for row, start in questions(batch):
        for at in range(start, start + layout.question - 1):
            if found := looked(batch, "copy", row, at):
                following = int(batch.pieces[row, layout.context + at + 1])
                assert pieces.join(found).lstrip() == pieces.join([following]).lstrip()
                seen += 1
    assert seen > 400


def test_the_sentence_is_the_one_that_answers_and_nothing_is_the_beginning(batch, pieces):
    layout = LEVEL.layout
    for (row, start), one in zip(questions(batch), batch.asked, strict=True):
        length = len(pieces.tails([tail(one.question)])[0])
        told = pieces.join(looked(batch, "sentence", row, start + length - 1))
        if one.kind == "absent":
            assert looked(batch, "sentence", row, start + length - 1) == [pieces.begin]
        else:
            assert one.answer.startswith(f"{told} [")
    assert layout.length == batch.pieces.shape[1]


def test_the_subject_is_whom_the_question_is_about(batch, pieces):
    seen = 0
    for (row, start), one in zip(questions(batch), batch.asked, strict=True):
        last = start + len(pieces.tails([tail(one.question)])[0]) - 1
        if found := looked(batch, "subject", row, last):
            assert pieces.join(found) == "".join(f" {name}" for name in one.entities)
            seen += 1
    assert seen > len(batch.asked) / 2


def test_equal_pieces_are_equal(batch):
    layout, seen = LEVEL.layout, 0
    for row, start in questions(batch):
        for at in range(start, start + layout.question):
            found = set(looked(batch, "equal", row, at))
            if found - {0}:
                assert found == {int(batch.pieces[row, layout.context + at])}
                seen += 1
    assert seen > 100


def test_each_piece_of_evidence_looks_at_its_number(batch, pieces):
    for row, mask in enumerate(batch.guides.head["mark"]):
        line = batch.pieces[row, : LEVEL.layout.context]
        head = pieces.join(line[line != pieces.begin].tolist())
        numbers = {pieces.join(line[where].tolist()) for where in mask if where.any()}
        assert numbers == {str(n + 1) for n in range(head.count("\n") + 1)}


def looking(wanted):
    """Attention that is just as it should be, and else spread over everything."""
    spread = torch.full(wanted.shape, 1 / wanted.shape[-1])
    told = wanted / wanted.sum(-1, keepdim=True).clamp(min=1)
    return torch.where(wanted.any(-1, keepdim=True), told, spread)


def test_heads_that_look_where_they_should_miss_nothing(batch):
    guides = batch.guides
    right = {
        layer: tuple(torch.zeros(12, 2, *mask.shape[1:]) for mask in (guides.head["mark"], tails))
        for layer, tails in enumerate([guides.tail["copy"]] * SHAPE.layers)
    }
    for name, heads in places(SHAPE.layers).items():
        for layer, head in heads:
            for seen, wanted in zip(right[layer], (guides.head, guides.tail), strict=True):
                if name in wanted:
                    seen[:, head] = looking(wanted[name])
    assert float(loss(right, guides)) == pytest.approx(0, abs=0.01)
    assert set(shares(right, guides).values()) == {1.0}
    even = {layer: tuple(torch.full_like(one, 0.01) for one in two) for layer, two in right.items()}
    assert float(loss(even, guides)) > 10


def test_each_look_has_a_head_of_its_own():
    for layers in (5, 6, 8):
        taken = [one for heads in places(layers).values() for one in heads]
        assert len(set(taken)) == len(taken)
        assert max(layer for layer, _ in taken) == layers - 1


def test_where_heads_look_is_learnt_by_the_layers_before(pieces):
    """The gradient of a look is the one that plain softmax has."""
    torch.manual_seed(3)
    network = Network(SHAPE)
    network.precision = torch.float32
    batch = Batches(pieces, SHAPE, 4, held_out=False, guided=True).one(LEVEL, 1)

    def missed(guides):
        looks = {}
        scores = network(batch.pieces, batch.turn, batch.hidden, batch.wanted, batch.layout, looks)
        return loss(looks, guides) + scores.square().mean()

    missed(batch.guides).backward()
    weights = network.blocks[1].qkv
    slope = float(weights.grad.norm())
    step = 0.01 * weights.grad / slope
    with torch.no_grad():
        weights += step
        above = float(missed(batch.guides))
        weights -= 2 * step
        below = float(missed(batch.guides))
    assert (above - below) / 0.02 == pytest.approx(slope, rel=0.02)
    assert isinstance(batch.guides, Guides)


def test_nothing_is_shown_at_the_end():
    recipe = Recipe(steps=100, guided=0.8, guide=0.5)
    weights = [shown(step, recipe) for step in range(100)]
    assert weights[:50] == [0.5] * 50
    assert weights == sorted(weights, reverse=True)
    assert set(weights[80:]) == {0.0}


def test_places_far_apart_turn_little():
    """What is compared over a whole context must not be turned away."""
    slow = turns(torch.tensor([[0.0, 300.0]]), SHAPE)[0, 0, 0, 1]
    assert float(slow[-1]) > 0.99
