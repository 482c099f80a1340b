"""After training: the mean of states, and a refusal that scores less where answers begin."""

from __future__ import annotations

import pytest
import torch

from pipelines.reader.batches import Batches
from pipelines.reader.contexts import REFUSAL, Contexts
from pipelines.reader.fit import LEVELS, Fitting, score
from pipelines.reader.pieces import BytePieces
from pipelines.reader.recipe import Recipe
from pipelines.reader.settle import settle

RECIPE = Recipe(width=64, layers=5, heads=2, inner=96, steps=3, length=900, warm_up=1)


@pytest.fixture(scope="module")
def pieces():
    texts = [Contexts(n, held_out=False).write(3, 1).head for n in range(60)]
    return BytePieces.learnt(texts, 400)


@pytest.fixture
def fitting(pieces):
    made = Fitting(RECIPE, pieces)
    made.network.precision = torch.float32
    with torch.no_grad():
        made.network.table += 0.2  # something that all beginnings share
    return made


def beginnings(fitting, pieces):
    """Scores where answers begin, of the refusal and of everything else."""
    batch = Batches(pieces, fitting.shape, 8, held_out=False).one(LEVELS[1], 6)
    with torch.no_grad():
        scores = score(fitting.network, batch)
    owner = batch.owner.tolist()
    first = [at for at, one in enumerate(owner) if one >= 0 and one not in owner[at - 1 : at]]
    assert len(first) == len(batch.asked)
    refusal = pieces.answers([REFUSAL])[0][0]
    others = [n for n in range(pieces.size) if n != refusal]
    return scores[first][:, refusal].mean(), scores[first][:, others].mean()


def test_a_refusal_scores_less_by_what_was_asked_and_nothing_else_does(fitting, pieces):
    refusal, others = beginnings(fitting, pieces)
    settle(fitting, [], 2.0)
    less, same = beginnings(fitting, pieces)
    assert float(refusal - less) == pytest.approx(2.0, abs=0.3)
    assert float(others - same) == pytest.approx(0.0, abs=0.1)
    assert fitting.history[-1] == {"states_averaged": 1, "refusal_lessened_by": 2.0}


def test_states_are_averaged(fitting, pieces, tmp_path):
    other = Fitting(RECIPE, pieces)
    other.save(tmp_path / "state.pt")
    wanted = (fitting.network.blocks[2].qkv + other.network.blocks[2].qkv).detach() / 2
    settle(fitting, [tmp_path / "state.pt"], 0.0)
    assert torch.allclose(fitting.network.blocks[2].qkv, wanted)
