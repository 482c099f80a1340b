"""A kill before or after every single write of an ingest, then the same ingest again.

Besides the real kill -9 of test_kill.py, which lands anywhere: here it lands everywhere.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from connectors.formats.registry import default_formats
from connectors.sources.folder import FolderConnector
from pipelines.home import Home, create_home
from pipelines.ingest import Ingest
from pipelines.places import Places
from pipelines.policies import PolicyTable
from pipelines.sources import SourceTable
from pipelines.stages import Stages
from rag.access.rows import may_read, readable
from rag.audit.log import ChainedLog
from rag.chunk.sections import SectionChunker
from rag.embed import bm25
from rag.records import Embedded, Principal, QueryVectors, RedactedDocument, Stage
from rag.redact.mint import stored
from rag.settings import ChunkSettings, Settings, SourceSettings
from rag.state.database import sqlite_url
from rag.state.register import Register
from rag.store.edge import EdgeStore

pytestmark = pytest.mark.usefixtures("without_names")

DIMENSIONS = 8
PEOPLE = [Principal(tenant="main", id=name, groups=frozenset({name})) for name in ("alice", "bob")]
STORE = ("put", "publish", "write", "grant", "remove")
REGISTER = ("write", "finish", "fail", "mark", "grant", "touch", "forget")


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


class PlainRedactor:
    """Lets everything pass: what is tested here is the order of the writes."""

    def fingerprint_under(self, policy):  # noqa: ARG002  the port's signature
        return "plain"

    def redact(self, document):
        parsed = document.parsed
        return RedactedDocument(
            id=document.id,
            tenant=document.tenant,
            source=document.source,
            version=document.version,
            name=stored(document.name),
            title=stored(parsed.title),
            text=stored(parsed.text),
            media_type=parsed.media_type,
            elements=parsed.elements,
            redactions=(),
            acl=document.acl,
        )

    def redact_text(self, text, *, tenant):  # noqa: ARG002  the port's signature
        return stored(text)


class FlatEmbedder:
    """Every passage means the same; its words tell them apart."""

    fingerprint = "flat"
    dimensions = DIMENSIONS

    def embed(self, chunks):
        flat = np.full(DIMENSIONS, DIMENSIONS**-0.5, dtype=np.float32)
        return [
            Embedded(chunk=chunk, dense=flat, sparse=bm25.document_vector(chunk.text))
            for chunk in chunks
        ]

    def embed_question(self, text, *, words=None):  # noqa: ARG002  the port's signature
        flat = np.full(DIMENSIONS, DIMENSIONS**-0.5, dtype=np.float32)
        return QueryVectors(dense=flat, sparse=bm25.query_vector(text))


class Site:
    """An installation with a folder, whose ingest can be killed at its nth write."""

    def __init__(self, base: Path) -> None:
        self.home = Home(base / "home")
        self.folder = base / "folder"
        create_home(self.home.path)

    def ingest(self, kill_at: int | None = None, *, after: bool = False) -> int:
        """Ingest; return how many writes there were, or raise `Killed` at one of them."""
        embedder = FlatEmbedder()
        store = EdgeStore(self.home.index, DIMENSIONS)
        register = Register(sqlite_url(str(self.home.database)))
        count = 0

        def counted(call):
            def write(*args, **kwargs):
                nonlocal count
                count += 1
                if count == kill_at and not after:
                    raise Killed
                result = call(*args, **kwargs)
                if count == kill_at:
                    raise Killed
                return result

            return write

        for name in STORE:
            setattr(store, name, counted(getattr(store, name)))
        for name in REGISTER:
            setattr(register, name, counted(getattr(register, name)))
        settings = Settings()
        run = Ingest(
            stages=Stages(
                formats=default_formats(),
                redactor=PlainRedactor(),
                chunker=SectionChunker(ChunkSettings()),
                embedder=embedder,
                store=store,
            ),
            register=register,
            audit=ChainedLog(self.home.audit, b"k" * 32),
            home=self.home,
            settings=settings,
            places=Places(b"p" * 32, "main"),
            policies=PolicyTable({}),
            sources=SourceTable(SourceSettings()),
            index_identity="one",
        )
        try:
            run.run(FolderConnector(self.folder, settings.sources))
        finally:
            run.close()
        return count

    def seen(self) -> dict[str, list[str]]:
        """What each person finds in the index and may read by the register, as text."""
        store = EdgeStore(self.home.index, DIMENSIONS)
        register = Register(sqlite_url(str(self.home.database)))
        query = FlatEmbedder().embed_question(stored("secret plan garden"))
        try:
            found = {}
            for person in PEOPLE:
                hits = store.search(query, readable=readable(person), limit=20)
                texts = [register.document(h.document_id, h.document_version) for h in hits]
                found[person.id] = sorted(str(text.text) for text in texts)
                own = [e for e in register.entries(tenant="main") if e.version]
                fetched = [register.document(entry.id) for entry in own]
                found[f"{person.id} by id"] = sorted(
                    str(document.text)
                    for document in fetched
                    if may_read(person, tenant="main", acl=document.acl)
                )
            return found
        finally:
            store.close()
            register.close()

    def whole(self) -> bool:
        """Whether index and register say the same, and nothing is on its way."""
        store = EdgeStore(self.home.index, DIMENSIONS)
        register = Register(sqlite_url(str(self.home.database)))
        try:
            entries = register.entries()
            live = {e.id: {e.version: e.chunks} for e in entries if e.stage is Stage.LIVE}
            settled = all(e.stage in (Stage.LIVE, Stage.FAILED) for e in entries)
            return settled and {k: dict(v) for k, v in store.versions().items()} == live
        finally:
            store.close()
            register.close()


def rules(folder: Path, **groups: str) -> None:
    lines = [
        f'[[rule]]\npath = "{name}.txt"\n'
        + ("public = true\n" if group == "public" else f'groups = ["{group}"]\n')
        for name, group in groups.items()
    ]
    (folder / "permissions.toml").write_text("".join(lines))


def before(folder: Path) -> None:
    folder.mkdir()
    (folder / "plan.txt").write_text("The secret plan of alice is swordfish.")
    (folder / "garden.txt").write_text("The garden is open to both.")
    (folder / "old.txt").write_text("The old plan of bob is obsolete.")
    (folder / "odd.txt").write_text("The odd garden grows.")
    rules(folder, plan="alice", garden="public", old="bob", odd="bob")


def changed(folder: Path) -> None:
    """A text cleaned and published at once, a revocation, a removal, a break, an addition."""
    (folder / "plan.txt").write_text("The plan is clean now.")
    (folder / "old.txt").unlink()
    (folder / "odd.txt").write_bytes(b"\xff" * 512)
    (folder / "new.txt").write_text("The new garden is for alice.")
    rules(folder, plan="public", garden="alice", new="alice", odd="bob")


def prepared(base: Path) -> Site:
    """An installation that holds the documents as they were."""
    base.mkdir()
    before(base / "folder")
    site = Site(base)
    site.ingest()
    return site


EXPECTED_AFTER = {
    "alice": [
        "The garden is open to both.",
        "The new garden is for alice.",
        "The plan is clean now.",
    ],
    "bob": ["The plan is clean now."],
}


def test_a_kill_at_any_write_leaks_nothing_and_is_repaired_by_running_again(tmp_path):
    writes = None
    point = 0
    while writes is None or point < writes:
        point += 1
        for after in (False, True):
            base = tmp_path / f"{point}-{after}"
            site = prepared(base)
            changed(site.folder)
            try:
                writes = site.ingest(point, after=after)
            except Killed:
                seen = site.seen()
                for person in ("bob", "bob by id"):
                    assert not [text for text in seen[person] if "swordfish" in text], point
                for person in ("alice", "alice by id"):
                    assert not [text for text in seen[person] if "obsolete" in text], point
                site.ingest()
            assert site.whole(), (point, after)
            seen = site.seen()
            for person, texts in EXPECTED_AFTER.items():
                assert seen[person] == seen[f"{person} by id"] == texts, (point, after)
            shutil.rmtree(base)
    assert point >= 12


def test_what_a_lost_database_leaves_in_the_index_is_cleared_away(tmp_path):
    site = prepared(tmp_path / "site")
    site.home.database.unlink()
    (site.folder / "plan.txt").unlink()
    site.ingest()
    assert site.whole()
    assert not [text for text in site.seen()["alice"] if "swordfish" in text]
