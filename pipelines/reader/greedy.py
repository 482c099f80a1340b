"""Says whether a network in training would write what its server has written."""

from __future__ import annotations

import torch

from pipelines.reader.network import Layout, Network, turns
from pipelines.reader.pieces import Pieces


def likeliest(network: Network, pieces: Pieces, prompt: str, answer: str, most: int = 0) -> bool:
    """Say whether every piece of an answer, and its end, is the most likely one there.

    Then greedy writing gives just this answer. An answer that was cut after `most` pieces has no
    end to be compared.
    """
    head, _, question = prompt.rpartition("\nQuestion:")
    (start,) = pieces.heads([head])
    (tail,) = pieces.tails([f"\nQuestion:{question}"])
    (told,) = pieces.answers([answer]) if answer else ([],)
    if not most or len(told) < most:
        told = [*told, pieces.end]
    known, own = [pieces.begin, *start], [*tail, *told[:-1]]
    layout = Layout(context=len(known), questions=1, question=len(own))
    places = torch.arange(layout.length)
    hidden = torch.zeros(network.shape.heads, 1, len(known))
    with torch.no_grad():
        scores = network(
            torch.tensor([[*known, *own]]),
            turns(places[None].float(), network.shape),
            hidden,
            places[-len(told) :],
            layout,
        )
    return bool(scores.argmax(-1).tolist() == told)
