"""The network sees so far and no further, and padding changes nothing."""

from __future__ import annotations

import pytest
import torch

from rag.redact.tagger.network import REACH, Tagger


@pytest.fixture
def network() -> Tagger:
    torch.manual_seed(0)
    return Tagger(rows=50, labels=3, depth=8, width=16).eval().double()


def scores(network: Tagger, numbers: torch.Tensor, shown: torch.Tensor | None = None):
    with torch.inference_mode():
        spaced = torch.zeros(numbers.shape[:2], dtype=torch.long)
        seen = torch.ones(numbers.shape[:2], dtype=torch.bool) if shown is None else shown
        return network(network.words(numbers), spaced, seen)


def test_a_word_is_not_judged_by_what_stands_out_of_reach(network):
    numbers = torch.randint(0, 49, (1, 3 * REACH, 2))
    other = numbers.clone()
    place = REACH + 5
    other[0, place] = (other[0, place] + 1) % 49
    changed = (scores(network, numbers) - scores(network, other)).abs().amax(-1)[0] > 1e-12
    inside = torch.zeros(3 * REACH, dtype=torch.bool)
    inside[place - REACH : place + REACH + 1] = True
    assert changed[inside].all()
    assert not changed[~inside].any()


def test_padding_changes_nothing(network):
    numbers = torch.randint(0, 49, (1, 20, 2))
    padded = torch.full((1, 60, 2), 49)
    padded[:, :20] = numbers
    shown = torch.zeros(1, 60, dtype=torch.bool)
    shown[:, :20] = True
    alone, beside = scores(network, numbers), scores(network, padded, shown)[:, :20]
    assert torch.allclose(alone, beside)
