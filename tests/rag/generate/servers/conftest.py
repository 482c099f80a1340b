"""Tiny models, and servers of them that are ended with the tests."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from rag.generate.servers.open import client_of
from rag.generate.servers.supervised import Persistence, Supervised
from rag.generate.wire.client import Patience
from rag.testing.tiny_models import write_adapter, write_byte_model, write_piece_model

QUICK = Persistence(first_pause=0.05, longest_pause=0.2, tries=2, look_every=0.1)


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """A byte-level model, a SentencePiece model and an adapter."""
    folder = tmp_path_factory.mktemp("models")
    return {
        "bytes": write_byte_model(folder / "bytes.gguf"),
        "pieces": write_piece_model(folder / "pieces.gguf"),
        "adapter": write_adapter(folder / "adapter.gguf"),
    }


@pytest.fixture(scope="module")
def started():
    """Start launches; return a client of each and what keeps it running."""
    with ExitStack() as stack:

        def start(launch, *, persistence=QUICK, answer=30.0):
            server = Supervised(launch, persistence=persistence)
            patience = Patience(answer=answer, silence=10, small=20)
            client = client_of(launch, server, patience)
            stack.callback(client.close)
            return client, server

        yield start
