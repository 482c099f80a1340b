"""What is done to a reader after training: the mean of late states, and less haste to refuse.

A mean of states of one training is often better than each. What has learnt from known templates
refuses strange ones too readily; how much less it should is chosen on cases that are not measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from pipelines.reader.batches import Batches
from pipelines.reader.contexts import REFUSAL
from pipelines.reader.fit import LEVELS, Fitting

_ROWS, _SEED = 40, 31


def settle(fitting: Fitting, states: Sequence[Path], less: float) -> None:
    """Make a training's network the mean of states and let it refuse less.

    Args:
        fitting: What has been taken up.
        states: Other states of the same training.
        less: How much the score of a refusal falls where an answer begins, on the average.
    """
    networks = [fitting.network.state_dict()]
    networks += [torch.load(one, weights_only=True)["network"] for one in states]
    mean = {name: sum(one[name] for one in networks) / len(networks) for name in networks[0]}
    fitting.network.load_state_dict(mean)
    _lessen(fitting, less)
    fitting.history.append({"states_averaged": len(networks), "refusal_lessened_by": less})


def _lessen(fitting: Fitting, by: float) -> None:
    """Turn the table's row of the refusal away from what beginnings of answers have in common."""
    network, pieces = fitting.network, fitting.pieces
    source = Batches(pieces, fitting.shape, _SEED, held_out=False)
    batch = source.one(LEVELS[1], _ROWS).on(fitting.device)
    owner = batch.owner.tolist()
    first = [at for at, one in enumerate(owner) if one >= 0 and one not in owner[at - 1 : at]]
    with torch.no_grad():
        seen = network.seen(
            batch.pieces, batch.turn, batch.hidden, batch.wanted[first], batch.layout
        )
        common = seen.float().mean(0)
        refusal = pieces.answers([REFUSAL])[0][0]
        network.table[refusal] -= by * common / common.square().sum()
