"""Whatever differs between source, state and index is found, and mended where it can be."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from pipelines.places import Places
from pipelines.verify import Verifier, against_source, looks_whole
from rag.records import Acl, ListingGap, SourceItem, Stage
from rag.redact.mint import stored
from rag.testing.archive import Archive
from rag.testing.vectors import embedded, passage

TEXT = "The well is dry.\nThe oak was felled."


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "state.db")
    for name in ("doc_1", "doc_2"):
        archive.add(name, TEXT)
    yield archive
    archive.register.close()


@pytest.fixture
def verifier(archive):
    return Verifier(archive.store, archive.register, tokens=True)


def drop_points(archive, *ordinals):
    """Lose passages of the first document, as nothing here ever does."""
    table = archive.store._points
    archive.store._points = {
        key: point
        for key, point in table.items()
        if point.payload["document"] != "doc_1" or point.payload["ordinal"] not in ordinals
    }


def change_points(archive, **values):
    table = archive.store._points
    archive.store._points = {
        key: point.changed(**values) if point.payload["document"] == "doc_1" else point
        for key, point in table.items()
    }


def orphan(archive):
    points = [embedded(passage("doc_9"))]
    archive.store.put(points)
    archive.store.publish("doc_9", "v1")


def twice(archive):
    first = archive.points(archive.register.document("doc_1"))[0]
    other = replace(
        first.chunk, id=archive.points(archive.register.document("doc_1"), version="x")[0].chunk.id
    )
    archive.store.put([replace(first, chunk=other)])
    archive.store.publish("doc_1", first.chunk.document_version)


def half_written(archive):
    archive.store.put(archive.points(archive.register.document("doc_1"), version="coming"))


def without_tokens(archive):
    document = archive.register.document("doc_1")
    entry = archive.register.entry("doc_1")
    archive.register.write(replace(entry, stage=Stage.LIVE), document, places=[])


def without_text(archive):
    archive.register.finish("doc_1", version="another", chunks=2)


def stray(archive):
    document = replace(archive.register.document("doc_1"), id="doc_8")
    archive.vault.remember(document, [])


def lose(archive):
    drop_points(archive, 1)


def alter(archive):
    change_points(archive, digest="00" * 8)


def open_up(archive):
    change_points(archive, groups=["strangers"])


def begin(archive):
    archive.register.mark("doc_1", Stage.STARTED)


HARMS = {
    "orphan": (orphan, "doc_9", set()),
    "missing": (lose, "doc_1", {"unfinished"}),
    "duplicate": (twice, "doc_1", {"unfinished"}),
    "leftover": (half_written, "doc_1", set()),
    "mismatch": (alter, "doc_1", {"unfinished"}),
    "permissions": (open_up, "doc_1", set()),
    "tokens": (without_tokens, "doc_1", {"unfinished"}),
    "text": (without_text, "doc_1", {"unfinished"}),
    "unfinished": (begin, "doc_1", {"unfinished"}),
    "stray": (stray, "doc_8", set()),
}


def test_nothing_is_found_where_all_agrees(verifier):
    found = verifier.verify()
    assert found.found == {}
    assert (found.documents, found.passages) == (2, 4)


@pytest.mark.parametrize("kind", HARMS)
def test_what_is_wrong_is_found_and_mended(archive, verifier, kind):
    harm, document, left = HARMS[kind]
    harm(archive)
    found = verifier.verify()
    assert found.found[kind] == (document,)
    verifier.repair(found, foreign=True)
    assert verifier.verify().found.keys() == left
    assert archive.store.versions()["doc_2"]  # and nothing else was touched


def test_what_others_have_in_a_served_index_is_left_there(archive, verifier):
    orphan(archive)
    verifier.repair(verifier.verify(), foreign=False)
    assert verifier.verify().found == {"orphan": ("doc_9",)}


@pytest.mark.parametrize(("harm", "own"), [(lose, True), (lose, False), (orphan, True)])
def test_a_count_shows_that_something_is_wrong(archive, harm, own):
    assert looks_whole(archive.store, archive.register, own=own)
    harm(archive)
    assert not looks_whole(archive.store, archive.register, own=own)


def test_what_others_have_in_a_served_index_is_not_counted(archive):
    orphan(archive)
    assert looks_whole(archive.store, archive.register, own=False)


def test_a_source_is_compared_with_what_is_known_of_it(archive):
    places = Places(b"p" * 32, "main")
    entry = archive.register.entry("doc_1")
    document = archive.register.document("doc_1")
    known, sheltered, gone = ("top", "a.txt"), ("top", "gap", "b.txt"), ("top", "c.txt")
    for place in (known, sheltered, gone):
        name = places.document_id(place)
        archive.register.write(
            replace(entry, id=name, name=stored(name)),
            replace(document, id=name),
            places=places.above(place),
        )
    held = places.document_id(("top", "held.txt"))
    new = places.document_id(("top", "new.txt"))
    listed = [
        SourceItem(place=("top", name), version="1", size=1, acl=Acl())
        for name in ("a.txt", "new.txt", "held.txt")
    ]
    gap = ListingGap(place=("top", "gap"), reason="cannot be read")
    connector = SimpleNamespace(root=("top",), items=lambda: iter([*listed, gap]))
    found = against_source(connector, archive.register, places, "main", {held})
    assert found == {"source-new": (new,), "source-gone": (places.document_id(gone),)}
