"""`ringfence index`: what it is, making it fast, moving it to a server and back."""

from __future__ import annotations

import os
from contextlib import closing

import pytest

from rag.store.edge import EdgeStore
from rag.store.server import ServerStore
from rag.store.server_collection import _create


@pytest.fixture
def ringfence(ringfence, monkeypatch, home, without_names):
    monkeypatch.setenv("RINGFENCE_HOME", str(home))
    monkeypatch.setenv("RINGFENCE_STORE__URL", "http://localhost:6333")
    ringfence("init")
    return ringfence


@pytest.fixture
def server(monkeypatch, tmp_path):
    """The client's own engine, on disk, in the place of a server."""
    from qdrant_client import QdrantClient

    def connect(store):
        client = QdrantClient(path=str(tmp_path / "server"))
        if not client.collection_exists(store._collection):
            _create(client, store._collection, store._dimensions, 50_000)
        return client

    monkeypatch.setattr(ServerStore, "_connect", connect)


def test_an_index_that_is_not_there_yet_is_said_to_be_empty_and_not_made(ringfence, home):
    facts = ringfence("index", "info", "--json").json
    assert (facts["kind"], facts["points"], facts["documents"]) == ("edge", 0, 0)
    assert not list(home.glob("index/shard*"))


def test_info_counts_and_optimizing_changes_nothing_that_is_found(ringfence, folder):
    ringfence("ingest", folder)
    before = ringfence("index", "info", "--json").json
    assert before["documents"] == 3
    assert before["points"] == before["live"] > 0
    assert "points" in ringfence("index", "info").out
    done = ringfence("index", "optimize", "--json").json
    assert (done["points"], done["live"]) == (before["points"], before["live"])
    assert ringfence("ingest", folder).out.startswith("0 indexed (0 passages), 3 unchanged")


def test_info_names_who_has_the_index_and_optimizing_waits_for_nobody(ringfence, folder, home):
    ringfence("ingest", folder)
    with closing(EdgeStore(home / "index", 384)) as holder:
        holder.warm()
        facts = ringfence("index", "info", "--json").json
        assert facts["held_by"].startswith(f"{os.getpid()} (")
        assert facts["points"] is None
        assert facts["bytes"] > 0
        refused = ringfence("index", "optimize")
    assert refused.code == 3
    assert "is held by process" in refused.err
    assert "stop it, or ask it over REST" in refused.err


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")
def test_an_index_moves_to_a_server_and_back_and_nothing_is_embedded_again(
    ringfence, server, folder, monkeypatch
):
    ringfence("ingest", folder)
    moved = ringfence("index", "migrate", "--to", "server", "--json")
    assert moved.code == 0, moved.err
    assert (moved.json["documents"], moved.json["there_already"]) == (3, 0)
    assert 'set kind = "server" under [store]' in moved.err
    again = ringfence("index", "migrate", "--to", "server", "--json").json
    assert (again["documents"], again["there_already"], again["unfit"]) == (3, 3, [])
    monkeypatch.setenv("RINGFENCE_STORE__KIND", "server")
    assert ringfence("ingest", folder).out.startswith("0 indexed (0 passages), 3 unchanged")
    assert ringfence("index", "info", "--json").json["live"] == moved.json["passages"]
    assert "does it on its own" in ringfence("index", "optimize").err
    assert "nothing to migrate" in ringfence("index", "migrate", "--to", "server").err
    back = ringfence("index", "migrate", "--to", "edge", "--json").json
    assert (back["documents"], back["there_already"]) == (3, 3)
    monkeypatch.setenv("RINGFENCE_STORE__KIND", "edge")
    assert ringfence("ingest", folder).out.startswith("0 indexed (0 passages), 3 unchanged")


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")
def test_what_arrived_otherwise_than_it_was_sent_is_told(ringfence, server, folder, monkeypatch):
    ringfence("ingest", folder)
    put = ServerStore.put

    def lossy(store, points):
        put(store, points[1:] + points[:1] if len(points) > 1 else [_moved(points[0])])

    monkeypatch.setattr(ServerStore, "put", lossy)
    failed = ringfence("index", "migrate", "--to", "server")
    assert failed.code == 3
    assert "not the same in both indexes" in failed.err


def _moved(point):
    from dataclasses import replace

    return replace(point, chunk=replace(point.chunk, end=point.chunk.end - 1))
