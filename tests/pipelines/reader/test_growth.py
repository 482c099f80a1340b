"""A reader grown from a smaller one says the same, and then learns on with all that it has."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from pipelines.reader.batches import Batches
from pipelines.reader.contexts import Contexts
from pipelines.reader.fit import LEVELS, Fitting, score
from pipelines.reader.growth import grow
from pipelines.reader.network import Network
from pipelines.reader.pieces import BytePieces
from pipelines.reader.recipe import Recipe

SMALL = Recipe(width=64, layers=5, heads=2, inner=96, steps=3, length=900, warm_up=1)
LARGE = replace(SMALL, width=128, heads=4, inner=200)


@pytest.fixture(scope="module")
def pieces():
    texts = [Contexts(n, held_out=False).write(3, 1).head for n in range(60)]
    return BytePieces.learnt(texts, 400)


@pytest.fixture(scope="module")
def small(pieces):
    made = Fitting(SMALL, pieces)
    with torch.no_grad():
        for one in made.network.parameters():
            one.normal_(0.1, 0.3)
    return made


def test_a_grown_reader_says_the_same_and_learns_with_what_is_new(small, pieces, tmp_path):
    small.save(tmp_path / "state.pt")
    large = Fitting(LARGE, pieces)
    large.grow(tmp_path / "state.pt")
    for one in (small.network, large.network):
        one.precision = torch.float32
    told = []
    for one in (small, large):
        batch = Batches(pieces, one.shape, 3, held_out=True).one(LEVELS[0], 2)
        with torch.no_grad():
            told.append(score(one.network, batch))
    before, after = told
    assert float(before.std()) > 0.1
    assert torch.allclose(before, after, rtol=1e-3, atol=1e-3)
    assert large.history[-2:] == [{"grown_at": 0}, large.history[-1]]
    large.learn()
    assert float(large.network.table[:, SMALL.width :].detach().abs().max()) > 0
    assert float(large.network.blocks[0].down[SMALL.width :].detach().abs().max()) > 0


def test_heads_of_another_width_cannot_be_grown(small, pieces):
    other = Fitting(replace(LARGE, heads=2), pieces)
    with pytest.raises(ValueError, match="width of a head"):
        grow(small.network, Network(other.shape))
