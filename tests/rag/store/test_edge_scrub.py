"""What was removed leaves the files of the embedded index, and nothing else does."""

from __future__ import annotations

from contextlib import closing

import pytest

from rag.store import edge_scrub
from rag.store.edge import EdgeStore
from rag.testing.store_contract import add, document, found
from rag.testing.vectors import DIMENSIONS


@pytest.fixture
def path(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def points():
    return document("d-secret", passages=3)


@pytest.fixture
def store(path, points):
    with closing(EdgeStore(path, DIMENSIONS)) as store:
        add(store, points)
        add(store, document("d-kept"))
        store.remove("d-secret")
        yield store


def holding(path, *wanted):
    """The files that hold any of these bytes."""
    return [
        str(file.relative_to(path))
        for file in path.rglob("*")
        if file.is_file() and any(one in file.read_bytes() for one in wanted)
    ]


def traces(path, points):
    return holding(path, b"d-secret", *(point.dense.tobytes() for point in points))


def test_no_file_holds_what_was_removed_and_a_kill_meanwhile_loses_nothing(
    store, path, points, monkeypatch
):
    class Killed(BaseException):
        pass

    def kill(_):
        raise Killed

    store.close()
    assert traces(path, points)  # the engine leaves it
    with monkeypatch.context() as patched:
        patched.setattr(edge_scrub, "_fill_log", kill)
        with pytest.raises(Killed):
            store.scrub()
    assert store.versions() == {"d-kept": {"v1": 2}}
    assert store.scrub()
    assert traces(path, points) == []
    assert holding(path, b"d-kept")
    add(store, document("d-kept", version="v2"))  # the engine goes on counting its operations
    add(store, document("d-new", passages=4))
    store.close()
    assert traces(path, points) == []
    assert store.versions() == {"d-kept": {"v2": 2}, "d-new": {"v1": 4}}
    assert found(store) == {"d-kept", "d-new"}
