"""A served store on a recording stub, which nobody waits for."""

from __future__ import annotations

from contextlib import closing
from types import SimpleNamespace

import pytest

from rag.settings import StoreSettings
from rag.store.server import ServerStore
from rag.testing.qdrant_stub import qdrant_stub
from rag.testing.vectors import DIMENSIONS


@pytest.fixture
def stub():
    with qdrant_stub() as stub:
        yield stub


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text("s3cret\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def served(stub, key_file):
    settings = StoreSettings(kind="server", url=stub.url, api_key_file=key_file, timeout=1)
    with closing(ServerStore(settings, DIMENSIONS)) as served:
        yield served


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    slept = []
    monkeypatch.setattr("rag.store.server_errors.time", SimpleNamespace(sleep=slept.append))
    return slept
