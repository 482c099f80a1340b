from __future__ import annotations

import dataclasses
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from rag.errors import ConfigurationError, NotFoundError, RetryError
from rag.records import Acl, RedactedDocument, RedactedText, Stage
from rag.state import database as module
from rag.state.database import sqlite_url
from rag.state.register import Entry, Register
from rag.testing.layouts import handbook

NURSES = Acl(groups=frozenset({"nurses", "doctors"}), discoverable=True, clearance=1)


def entry(document_id: str = "doc_1", **changes) -> Entry:
    before = Entry(
        id=document_id,
        tenant="main",
        source="folder",
        name=RedactedText(f"{document_id}.txt"),
        item_version="etag-1",
        fingerprint="f1",
        version="",
        stage=Stage.STARTED,
        acl=NURSES,
        chunks=0,
        failure="",
        reason="",
    )
    return dataclasses.replace(before, **changes)


def put(register: Register, written: str = "v1", *, places=(), tokens=None, **changes) -> Entry:
    """Write a version, as ingest does before anything of it is in the index."""
    given = entry(**changes)
    register.write(given, redacted(given, written), places=places, tokens=tokens or {})
    return given


def redacted(given: Entry, version: str = "v1") -> RedactedDocument:
    return dataclasses.replace(
        handbook(version=version, acl=given.acl),
        id=given.id,
        tenant=given.tenant,
        source=given.source,
    )


def make_live(register: Register, written: str = "v1", **changes) -> Entry:
    """Write a version beside the one that is live, if any, and make it live."""
    document_id = changes.get("document_id", "doc_1")
    before = register.entry(document_id)
    put(register, written, version=before.version if before else "", **changes)
    register.finish(document_id, version=written, chunks=7)
    return register.entry(document_id)


def fail(register: Register) -> None:
    failed = entry(stage=Stage.FAILED, failure="SkipDocument", reason="holds no text")
    register.fail(failed, places=[])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.db"


@pytest.fixture
def register(path):
    opened = Register(sqlite_url(str(path)))
    yield opened
    opened.close()


def test_nothing_is_known_at_first(register):
    assert register.entry("doc_1") is None
    assert register.entries(tenant="main") == []
    assert register.counts(tenant="main") == {}
    with pytest.raises(NotFoundError, match="no document doc_1"):
        register.document("doc_1")


def test_an_entry_comes_back_as_it_was_given(register):
    given = put(register, failure="SkipDocument", reason="holds no text", chunks=3, version="v0")
    assert register.entry("doc_1") == given
    assert isinstance(register.entry("doc_1").name, RedactedText)


def test_a_document_comes_back_as_it_was_written(register):
    given = make_live(register)
    read = register.document("doc_1")
    assert read == redacted(given)
    assert isinstance(read.text, RedactedText)
    assert isinstance(read.title, RedactedText)


def test_a_version_is_found_once_it_is_live(register):
    put(register)
    assert register.entry("doc_1").stage is Stage.STARTED
    with pytest.raises(NotFoundError):
        register.document("doc_1")
    register.finish("doc_1", version="v1", chunks=7)
    assert register.document("doc_1").version == "v1"
    known = register.entry("doc_1")
    assert (known.stage, known.version, known.chunks) == (Stage.LIVE, "v1", 7)


def test_while_a_new_version_is_written_the_old_one_is_read(register):
    make_live(register, "v1")
    put(register, "v2", version="v1", item_version="etag-2")
    assert register.document("doc_1").version == "v1"
    assert register.document("doc_1", "v2").version == "v2"


def test_a_new_version_that_is_live_removes_the_old(register):
    make_live(register, "v1")
    make_live(register, "v2")
    assert register.document("doc_1").version == "v2"
    with pytest.raises(NotFoundError):
        register.document("doc_1", "v1")


def test_writing_a_version_again_replaces_it(register):
    put(register)
    make_live(register)
    assert register.document("doc_1").version == "v1"


def test_a_failure_leaves_its_reason_and_no_text(register):
    make_live(register)
    fail(register)
    known = register.entry("doc_1")
    assert (known.stage, known.failure, known.reason) == (
        Stage.FAILED,
        "SkipDocument",
        "holds no text",
    )
    for version in (None, "v1"):
        with pytest.raises(NotFoundError):
            register.document("doc_1", version)


def test_what_was_never_written_can_fail(register):
    fail(register)
    assert register.counts(tenant="main") == {"failed": 1}


def test_a_document_that_is_live_again_has_no_failure(register):
    fail(register)
    known = make_live(register)
    assert (known.failure, known.reason, known.stage) == ("", "", Stage.LIVE)


def test_a_forgotten_document_is_gone_from_the_files_too(register, path):
    make_live(register)
    assert any(b"lock the cabinet" in file.read_bytes() for file in files(path))
    register.forget("doc_1")
    assert register.entry("doc_1") is None
    register.close()
    assert not any(b"lock the cabinet" in file.read_bytes() for file in files(path))


def test_texts_and_tokens_of_several_versions_are_read_at_once(register):
    make_live(register, "v1")
    put(register, "v2", version="v1", tokens={0: b"a", 3: b"b"})
    put(register, id="doc_2", tokens={0: b"c"})
    keys = [("doc_1", "v1"), ("doc_1", "v2"), ("doc_2", "v1"), ("doc_2", "v9"), ("doc_9", "v1")]
    texts = register.documents(keys)
    assert {key: (one.id, one.version) for key, one in texts.items()} == {k: k for k in keys[:3]}
    wanted = [("doc_1", "v2", 3), ("doc_1", "v2", 1), ("doc_2", "v1", 0), ("doc_1", "v1", 0)]
    assert register.tokens(wanted) == {wanted[0]: b"b", wanted[2]: b"c"}
    assert register.documents([]) == register.tokens([]) == {}


def test_tokens_are_read_by_their_key_and_not_by_reading_all(register):
    """SQLite reads the whole table for a list of keys after `IN`: seconds at a million."""
    plans = []

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def note(_connection, cursor, statement, parameters, _context, _many):
        if "asked" in statement:
            plans.extend(cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

    try:
        register.tokens([("doc_1", "v1", 0), ("doc_2", "v1", 0)])
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    steps = [step for *_, step in plans]
    assert any(step.startswith("SEARCH passages USING INDEX") for step in steps), steps
    assert not any(step.startswith("SCAN passages") for step in steps), steps


def files(path):
    return [file for file in path.parent.iterdir() if file.name.startswith(path.name)]


def test_what_is_not_there_can_be_forgotten_and_marked(register):
    register.forget("doc_9")
    register.mark("doc_9", Stage.REMOVING)
    register.grant("doc_9", Acl(public=True), stage=Stage.LIVE)
    assert register.entry("doc_9") is None


def test_stages_are_marked_and_counted(register):
    for number in range(3):
        put(register, document_id=f"doc_{number}")
    make_live(register, document_id="doc_0")
    register.mark("doc_1", Stage.REMOVING)
    assert register.counts(tenant="main") == {"live": 1, "removing": 1, "started": 1}


def test_changed_permissions_hold_for_entry_and_document(register):
    make_live(register)
    register.grant("doc_1", Acl(public=True), stage=Stage.STARTED)
    assert register.entry("doc_1").acl == Acl(public=True)
    assert register.entry("doc_1").stage is Stage.STARTED
    assert register.document("doc_1").acl == Acl(public=True)


def test_a_version_keeps_its_permissions_while_another_is_written(register):
    make_live(register, "v1")
    put(register, "v2", version="v1", acl=Acl(public=True))
    assert register.document("doc_1").acl == NURSES
    assert register.document("doc_1", "v2").acl == Acl(public=True)
    register.finish("doc_1", version="v2", chunks=1)
    assert register.document("doc_1").acl == Acl(public=True)


def test_another_version_at_the_source_is_noted_and_changes_nothing_else(register):
    before = make_live(register)
    register.touch("doc_1", item_version="etag-2")
    assert register.entry("doc_1") == dataclasses.replace(before, item_version="etag-2")


def test_documents_are_listed_by_name_and_by_the_folder_they_lie_below(register):
    put(register, document_id="doc_2", places=["aaaa", "bbbb"])
    put(register, document_id="doc_1", places=["aaaa"])
    put(register, document_id="doc_3", places=["aaaab", "%", "_"])

    def below(place):
        return [e.id for e in register.entries(tenant="main", below=place)]

    assert [e.id for e in register.entries(tenant="main")] == ["doc_1", "doc_2", "doc_3"]
    assert below("aaaa") == ["doc_1", "doc_2"]
    assert below("bbbb") == ["doc_2"]
    assert below("aaa") == below("aaa_") == below("bbb%") == []
    assert below("%") == below("_") == ["doc_3"]


def test_two_tenants_do_not_see_each_other(register):
    put(register, document_id="doc_1", places=["aaaa"])
    put(register, document_id="doc_2", tenant="other", places=["aaaa"])
    for tenant, own in (("main", "doc_1"), ("other", "doc_2"), ("", None)):
        expected = [own] if own else []
        assert [e.id for e in register.entries(tenant=tenant)] == expected
        assert [e.id for e in register.entries(tenant=tenant, below="aaaa")] == expected
        assert sum(register.counts(tenant=tenant).values()) == len(expected)


def test_what_was_written_is_there_when_it_is_opened_again(register, path):
    make_live(register)
    other = Register(sqlite_url(str(path)))
    assert other.document("doc_1").version == "v1"
    other.close()


def test_readers_and_a_writer_work_at_the_same_time(register):
    make_live(register)

    def read(_):
        return register.document("doc_1").id

    with ThreadPoolExecutor(max_workers=4) as pool:
        reads = pool.map(read, range(40))
        for number in range(10):
            put(register, document_id=f"doc_x{number}")
        assert set(reads) == {"doc_1"}
    assert len(register.entries(tenant="main")) == 11


def test_neither_an_entry_nor_an_error_shows_a_name(register):
    put(register, name=RedactedText("canary.txt"))
    assert "canary" not in repr(register.entry("doc_1"))


def test_opening_waits_for_the_first_use(path):
    opened = Register(sqlite_url(str(path)))
    opened.close()
    assert not path.exists()


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_database_is_the_operators_to_mend(path, content):
    path.write_bytes(content)
    opened = Register(sqlite_url(str(path)))
    with pytest.raises(ConfigurationError, match="state database"):
        opened.counts(tenant="main")
    opened.close()
    assert path.read_bytes() == content


@pytest.mark.parametrize("url", ["nonsense", "foo://bar/x", "", "sqlite+nodriver:///x.db"])
def test_an_address_of_no_database_is_the_operators_to_mend(url):
    with pytest.raises(ConfigurationError, match=r"state\.url"):
        Register(url).counts(tenant="main")


def test_a_folder_that_is_not_there_is_the_operators_to_mend(tmp_path):
    opened = Register(sqlite_url(str(tmp_path / "none" / "state.db")))
    with pytest.raises(ConfigurationError, match="unable to open"):
        opened.counts(tenant="main")


def test_a_database_of_other_tables_is_the_operators_to_mend(path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE documents (id INTEGER)")
    other.close()
    opened = Register(sqlite_url(str(path)))
    with pytest.raises(ConfigurationError, match="cannot be used"):
        opened.counts(tenant="main")
    opened.close()


def test_a_database_that_another_holds_is_tried_again_later(register, path, monkeypatch):
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0)
    put(register)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(RetryError, match="busy"):
            register.mark("doc_1", Stage.LIVE)
    finally:
        other.close()


def test_the_path_of_a_database_may_hold_any_character(tmp_path):
    place = tmp_path / "100% sure?#&"
    place.mkdir()
    opened = Register(sqlite_url(str(place / "state.db")))
    put(opened)
    opened.close()
    assert (place / "state.db").is_file()
