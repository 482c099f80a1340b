"""A client of a stub."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from rag.generate.wire.address import FixedEndpoint
from rag.generate.wire.client import ModelClient, Patience
from rag.testing.model_stub import model_stub

PATIENT = Patience(answer=10.0, silence=0.4, small=10.0)


@pytest.fixture
def serve():
    """Serve routes; return the stub and a client of it."""
    with ExitStack() as stack:

        def start(routes, *, patience=PATIENT, key_file="", **options):
            stub = stack.enter_context(model_stub(routes))
            endpoint = FixedEndpoint(stub.url, key_file=key_file, section="model")
            client = ModelClient(endpoint, patience=patience, **options)
            stack.callback(client.close)
            return stub, client

        yield start
