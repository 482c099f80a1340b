from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from rag.access.rows import readable
from rag.errors import ConfigurationError, RetryError
from rag.settings import environment
from rag.store.edge import EdgeStore
from rag.store.edge_shard import EdgeFolder
from rag.store.filters import AllOf
from rag.store.payload import digest_of
from rag.testing.store_contract import (
    NURSES,
    StoreContract,
    add,
    document,
    found,
    principal,
)
from rag.testing.vectors import DIMENSIONS, embedded, passage, question


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "index"


@pytest.fixture
def store(path):
    with closing(EdgeStore(path, DIMENSIONS)) as store:
        yield store


@pytest.fixture(scope="module")
def one_index(tmp_path_factory):
    with closing(EdgeStore(tmp_path_factory.mktemp("edge") / "index", DIMENSIONS)) as store:
        yield store


class TestEdgeStore(StoreContract):
    @pytest.fixture
    def store(self, one_index):
        """One index for all of it, emptied each time: making one costs many syncs of the disk."""
        for name in one_index.versions():
            one_index.remove(name)
        return one_index


def test_nothing_is_opened_or_made_until_it_is_used(path):
    store = EdgeStore(path, DIMENSIONS)
    store.close()
    assert not path.exists()


@pytest.mark.slow
@pytest.mark.parametrize("torn", ["all", "payload"])
def test_the_log_restores_what_a_loss_of_power_took_from_the_other_files(
    path, store, tmp_path, torn, monkeypatch
):
    """What of the engine's files was never written stands as it did at the last flush."""
    monkeypatch.setattr("rag.store.edge._FLUSH_EVERY", 1e9)
    add(store, document("a", version="v1"))
    store._open.flush()
    at_flush = shutil.copytree(path / "shard" / "segments", tmp_path / "at flush")
    add(store, document("a", version="v2", passages=3))
    add(store, document("b"))
    after = shutil.copytree(path, tmp_path / "after")
    for file in at_flush.rglob("*"):
        name = file.relative_to(at_flush)
        if file.is_file() and (torn == "all" or torn in str(name)):
            shutil.copy2(file, after / "shard" / "segments" / name)
    with closing(EdgeStore(after, DIMENSIONS)) as again:
        assert again.versions() == {"a": {"v2": 3}, "b": {"v1": 2}}
        hits = again.search(question("x"), readable=AllOf(parts=()), limit=9)
        assert sorted((h.document_id, h.document_version) for h in hits) == [
            *[("a", "v2")] * 3,
            *[("b", "v1")] * 2,
        ]


def test_what_was_published_is_there_after_closing(path, store):
    add(store, document("a"))
    store.close()
    with closing(EdgeStore(path, DIMENSIONS)) as again:
        assert found(again) == {"a"}
        assert again.versions() == {"a": {"v1": 2}}


def test_a_closed_store_opens_again_when_it_is_used(store):
    add(store, document("a"))
    store.close()
    store.close()
    assert found(store) == {"a"}


def test_the_index_holds_no_bytes_that_others_may_read(path, store):
    store.warm()
    assert path.stat().st_mode & 0o077 == 0


def test_a_second_store_in_this_process_is_told_who_holds_the_index(path, store):
    store.warm()
    second = EdgeStore(path, DIMENSIONS)
    with pytest.raises(RetryError) as refusal:
        second.warm()
    assert f"the index in {path} is held by process {os.getpid()} (" in str(refusal.value)
    assert "): stop it, or ask it over REST" in str(refusal.value)
    store.close()
    second.warm()
    second.close()


_OTHER_PROCESS = """
import sys
from pathlib import Path
from rag.store.edge import EdgeStore
from rag.testing.store_contract import add, document

store = EdgeStore(Path(sys.argv.pop()), 16)
add(store, document("a"))
store.put(document("b"))
print("holding", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(path, tmp_path):
    """Another process that has written to the index and keeps it open."""
    script = tmp_path / "ringfence"
    script.write_text(textwrap.dedent(_OTHER_PROCESS), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), "serve", "Does Mr Brown owe us?", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**environment(), "PYTHONPATH": str(Path.cwd())},
        text=True,
    )
    with process:
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


@pytest.mark.slow
def test_another_process_is_named_without_its_arguments_and_blocks_only_while_it_lives(
    path, store, holder
):
    with pytest.raises(RetryError) as refusal:
        store.warm()
    assert f"is held by process {holder.pid} (ringfence serve): stop it" in str(refusal.value)
    assert "Brown" not in (path / "lock").read_text(encoding="utf-8")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert found(store) == {"a"}
    assert store.versions() == {"a": {"v1": 2}, "b": {"v1": 2}}
    store.publish("b", "v1")
    assert found(store) == {"a", "b"}


def test_an_index_of_other_dimensions_is_refused_with_the_remedy(path, store):
    store.warm()
    store.close()
    other = EdgeStore(path, DIMENSIONS + 1)
    with pytest.raises(ConfigurationError, match=r"16 dimensions, the encoder makes 17.*embed"):
        other.warm()
    store.warm()


def overwritten(file):
    file.write_bytes(b"\xff" * 40)


def cut_short(file):
    with file.open("r+b") as open_file:
        open_file.truncate(file.stat().st_size // 2)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("edge_config.json", overwritten),
        ("segment.json", overwritten),
        ("vector_storage-dense/vectors/status.dat", cut_short),
    ],
)
def test_a_damaged_index_is_refused_with_the_remedy(path, store, name, damage):
    """The last of them makes the engine panic, which is no `Exception`."""
    add(store, document("a"))
    store.close()
    (damaged,) = (path / "shard").rglob(name)
    damage(damaged)
    with pytest.raises(ConfigurationError, match=r"move .* away and ingest again"):
        store.warm()


def test_an_interruption_by_the_operator_passes_through(path):
    with pytest.raises(KeyboardInterrupt), EdgeFolder(path, DIMENSIONS).faults():
        raise KeyboardInterrupt


def test_a_path_that_is_a_file_is_refused(tmp_path):
    file = tmp_path / "index"
    file.write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        EdgeStore(file, DIMENSIONS).warm()


def test_an_index_that_was_half_made_is_made_anew(path, store):
    (path / "shard.new" / "segments" / "torn").mkdir(parents=True)
    add(store, document("a"))
    assert found(store) == {"a"}
    assert not (path / "shard.new").exists()


def test_what_else_lies_in_the_folder_is_left_alone(path, store):
    path.mkdir(parents=True)
    (path / "identity").write_text("x", encoding="utf-8")
    add(store, document("a"))
    assert (path / "identity").read_text(encoding="utf-8") == "x"


class DiesError(Exception):
    """Stands for the process ending here."""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_version_that_was_being_published_when_the_process_died_is_live_alone(
    path, store, monkeypatch, after
):
    """Wherever between the engine's operations it died; the noted intent is all that is kept."""
    add(store, document("a", version="v1", passages=3))
    store.put(document("a", version="v2"))
    operations = []

    def update(shard, operation):
        if len(operations) == after:
            raise DiesError
        operations.append(operation)
        shard.update(operation)

    shard = store._open
    assert shard is not None
    dying = SimpleNamespace(update=lambda operation: update(shard, operation), facet=shard.facet)
    synced = iter([None])
    monkeypatch.setattr(store._folder, "sync_log", lambda: _once(synced))
    monkeypatch.setattr(store, "_open", dying)
    with pytest.raises(RetryError):
        store.publish("a", "v2")
    monkeypatch.undo()
    store._open = shard
    store.close()
    with closing(EdgeStore(path, DIMENSIONS)) as again:
        hits = again.search(question("x"), readable=AllOf(parts=()), limit=9)
        assert [hit.document_version for hit in hits] == ["v2", "v2"]
        assert again.versions() == {"a": {"v2": 2}}


def _once(times):
    """Let the first sync be, the one of the points; die at the next."""
    for _ in times:
        return
    raise DiesError


def test_a_noted_version_without_points_takes_nothing_away(path, store):
    add(store, document("a"))
    store.close()
    EdgeFolder(path, DIMENSIONS).note_publishing("a", "v9")
    assert found(store) == {"a"}
    assert not (path / "publishing").exists()


def test_nothing_is_written_while_the_disk_is_nearly_full(path, store, monkeypatch):
    add(store, document("a"))
    usage = shutil._ntuple_diskusage
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 2**20, 2**20))
    with pytest.raises(RetryError, match="only 1 MiB are free"):
        store.put(document("b"))
    with pytest.raises(RetryError, match="only 1 MiB are free"):
        store.publish("a", "v1")
    assert found(store) == {"a"}
    monkeypatch.undo()
    assert store.versions() == {"a": {"v1": 2}}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("failed to write: No space left on device (os error 28)", "is full: free some space"),
        ("Service runtime error: key `Mr Brown` is odd", "could not do this: run again"),
    ],
)
def test_what_the_engine_raises_has_a_remedy_and_none_of_its_words(path, said, expected):
    folder = EdgeFolder(path, DIMENSIONS)
    with pytest.raises(RetryError) as error, folder.faults():
        raise Exception(said)
    assert expected in str(error.value)
    assert "Brown" not in str(error.value)


def test_several_threads_may_use_one_store(store):
    failures = []

    def work(name):
        try:
            for n in range(5):
                add(store, document(name, version=f"v{n}"))
                store.search(question("x"), readable=AllOf(parts=()), limit=5)
        except Exception as error:  # noqa: BLE001  whatever it is, the test fails with it
            failures.append(error)

    threads = [threading.Thread(target=work, args=(f"d{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.versions() == {f"d{n}": {"v4": 2} for n in range(4)}


def test_no_text_is_stored(path, store):
    """A payload holds these fields and no other."""
    add(store, [embedded(passage("a", page=1))])
    (record,) = store._open.retrieve([passage("a").id], with_payload=True, with_vector=False)
    assert sorted(record.payload) == [
        "audience",
        "document",
        "first_day",
        "kind",
        "last_day",
        "place",
        "source",
        "version",
    ]
    assert record.payload["place"] == f"0 0 90 {digest_of(passage('a').text)} 1"
    assert sorted(json.loads(record.payload["audience"])) == [
        "clearance",
        "discoverable",
        "for_purposes",
        "groups",
        "live",
        "public",
        "purposes",
        "tenant",
    ]


def test_optimizing_changes_no_result_and_quantises_above_a_size(path):
    """Vectors of a byte a dimension choose; the vectors themselves rank."""
    with closing(EdgeStore(path, DIMENSIONS, quantise_above=300)) as store:
        add(store, document("a", passages=200))
        add(store, document("b", passages=200))
        before = [store.search(question(f"q{n}"), readable=AllOf(parts=()), limit=9) for n in "123"]
        store.optimize()
        after = [store.search(question(f"q{n}"), readable=AllOf(parts=()), limit=9) for n in "123"]
        assert after == before
        store.grant("a", NURSES)
        assert found(store, readable(principal())) == {"b"}
        store.close()
        assert store.versions() == {"a": {"v1": 200}, "b": {"v1": 200}}


def test_an_index_of_another_version_is_refused_with_the_remedy(path, store):
    from qdrant_edge import UpdateOperation

    store.warm()
    store._open.update(UpdateOperation.delete_field_index("audience"))
    store.close()
    with pytest.raises(ConfigurationError, match=r"of another version: move .* and ingest again"):
        store.warm()


def test_the_facts_say_who_has_an_index_that_is_in_use(path, store):
    add(store, document("a"))
    store.put(document("b", passages=3))
    facts = store.facts()
    assert (facts.points, facts.live, facts.documents, facts.held_by) == (5, 2, 2, "")
    assert facts.bytes > 0
    seen = EdgeStore(path, DIMENSIONS).facts()
    assert seen.held_by.startswith(f"{os.getpid()} (")
    assert (seen.points, seen.segments, seen.quantised) == (None, facts.segments, False)


_WRITING = """
import sys
from pathlib import Path
from rag.store.edge import EdgeStore
from rag.testing.store_contract import document
from rag.testing.vectors import DIMENSIONS

store = EdgeStore(Path(sys.argv[1]), DIMENSIONS)
for n in range(100_000):
    store.write([p for k in range(3) for p in document(f"{n}-{k}", passages=40)])
    print(n, flush=True)
"""


@pytest.mark.slow
def test_after_kill_9_a_document_that_was_being_written_is_there_whole_or_not_at_all(path, store):
    with subprocess.Popen(
        [sys.executable, "-c", _WRITING, str(path)],
        stdout=subprocess.PIPE,
        env={**environment(), "PYTHONPATH": str(Path.cwd())},
        text=True,
    ) as process:
        while process.stdout.readline() != "20\n":
            pass
        process.kill()
    versions = store.versions()
    assert {f"{n}-{k}" for n in range(21) for k in range(3)} <= versions.keys()
    assert all(counts == {"v1": 40} for counts in versions.values())
    assert store.facts().live == store.facts().points
