"""A tiny name model, made on the spot, that knows one first name."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save

from rag.redact.tagger.model import CARD, PIECES, WEIGHTS
from rag.redact.tagger.network import Tagger
from rag.redact.tagger.words import Vocabulary

KNOWN = "maria"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a model that says PERSON of the word `maria` and nothing of any other."""
    vocabulary = Vocabulary([KNOWN])
    network = Tagger(rows=vocabulary.rows, labels=3, depth=4, width=4)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.table.weight[vocabulary.numbers([KNOWN])[0][-4]] = torch.tensor([9.0, 0, 0, 0])
        network.enter.weight.copy_(torch.eye(4))
        network.norm.weight.fill_(1.0)
        network.leave.bias.copy_(torch.tensor([2.0, -2.0, -2.0]))
        network.leave.weight[1, 0] = 9.0
    data = save(network.state_dict())
    (tmp_path / WEIGHTS).write_bytes(data)
    (tmp_path / PIECES).write_text(f"{KNOWN}\n", encoding="utf-8")
    card = {
        "labels": ["PERSON"],
        "network": {"depth": 4, "width": 4, "dilations": [1, 2, 4, 1, 2, 4]},
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    (tmp_path / CARD).write_text(json.dumps(card), encoding="utf-8")
    return tmp_path
