"""The way of a document: fetch, parse, redact, chunk, embed, store, make live.

Every document is on its own: one that fails is put on the list with its reason and the others
go on. A run that is killed at any point is repaired by running it again, because a document
counts as done only when the index and the register both say so.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from pipelines.clock import Clock
from pipelines.home import Home
from pipelines.places import Places
from rag.errors import RetryError, RingfenceError, SkipDocument
from rag.ports import AuditLog, Chunker, Connector, Embedder, Redactor, Store
from rag.records import Acl, Document, ListingGap, Parsed, RedactedText, SourceItem, Stage
from rag.settings import Settings
from rag.state.register import Entry, Register

LOG = logging.getLogger(__name__)
UNREADABLE = "unreadable"
_PIPELINE_VERSION = "1"


class Parsing(Protocol):
    """Chooses a parser by name and parses; `Formats`, or a sandbox around it."""

    @property
    def fingerprint(self) -> str:
        """Changes when what is parsed may."""

    def parse(self, data: bytes, name: str) -> Parsed:
        """Parse, or raise `SkipDocument`."""


class Progress(Protocol):
    """Shows how far a run is."""

    def total(self, count: int) -> None:
        """Say how many items there are."""

    def step(self) -> None:
        """Say that one more is done."""


class Silent:
    """Shows nothing."""

    def total(self, count: int) -> None:
        """Ignore it."""

    def step(self) -> None:
        """Ignore it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The stages a document passes, built from settings."""

    formats: Parsing
    redactor: Redactor
    chunker: Chunker
    embedder: Embedder
    store: Store

    def fingerprint(self, index_identity: str) -> str:
        """Return what the output depends on: when it changes, documents are done again."""
        parts = (
            _PIPELINE_VERSION,
            self.formats.fingerprint,
            self.redactor.fingerprint,
            self.chunker.fingerprint,
            self.embedder.fingerprint,
            index_identity,
        )
        return hashlib.sha256("/".join(parts).encode()).hexdigest()[:32]


@dataclass(slots=True, kw_only=True)
class IngestReport:
    """What a run did."""

    indexed: int = 0
    unchanged: int = 0
    permissions_changed: int = 0
    removed: int = 0
    failed: int = 0
    chunks: int = 0
    characters: int = 0
    redactions: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class Ingest:
    """Brings the index in line with what a connector lists."""

    def __init__(
        self,
        *,
        stages: Stages,
        register: Register,
        audit: AuditLog,
        home: Home,
        settings: Settings,
        places: Places,
        index_identity: str,
    ) -> None:
        self._stages = stages
        self._register = register
        self._audit = audit
        self._home = home
        self._settings = settings
        self._places = places
        self._index_identity = index_identity
        self._clock = Clock()

    def run(self, connector: Connector, progress: Progress | None = None) -> IngestReport:
        """Ingest everything that is new or changed, and remove what has gone."""
        progress = progress or Silent()
        report = IngestReport()
        self._clock = Clock()
        with self._alone():
            self._check_space()
            fingerprint = self._stages.fingerprint(self._index_identity)
            listed = list(connector.items())
            progress.total(len(listed))
            seen: set[str] = set()
            for item in listed:
                seen.add(self._places.document_id(item.place))
                self._bring(connector, item, fingerprint, report)
                progress.step()
            self._remove_gone(connector.root, listed, seen, report)
            report.seconds = self._clock.rounded()
            if report.indexed or report.removed or report.failed or report.permissions_changed:
                self._audit.append("ingest", _facts(report))
        return report

    def close(self) -> None:
        """Make the index durable and let go of it."""
        self._stages.store.close()
        self._register.close()

    def _bring(
        self,
        connector: Connector,
        item: SourceItem | ListingGap,
        fingerprint: str,
        report: IngestReport,
    ) -> None:
        """Do what one listed item needs: nothing, a change of permissions, or all of it."""
        document_id = self._places.document_id(item.place)
        entry = self._register.entry(document_id)
        if isinstance(item, ListingGap):
            name = self._name(connector, item.place)
            self._begin(document_id, item, Acl(), "", fingerprint, name, entry)
            self._fail(document_id, UNREADABLE, item.reason, name, report)
            return
        if entry is not None and _is_done(entry, item, fingerprint):
            self._keep(entry, item, report)
            return
        self._check_space()
        name = self._name(connector, item.place)
        self._begin(document_id, item, item.acl, item.version, fingerprint, name, entry)
        try:
            self._index(connector, item, document_id, fingerprint, entry, report)
        except (RetryError, MemoryError):
            raise
        except _Unreadable as error:
            self._fail(document_id, UNREADABLE, str(error), name, report)
        except SkipDocument as error:
            self._fail(document_id, type(error).__name__, str(error), name, report)
        except RingfenceError:
            raise
        except Exception as error:  # noqa: BLE001  the one border where a document may fail
            LOG.warning("document %s failed: %s", document_id, type(error).__name__)
            reason = f"unexpected {type(error).__name__}"
            self._fail(document_id, "unexpected", reason, name, report)

    def _index(
        self,
        connector: Connector,
        item: SourceItem,
        document_id: str,
        fingerprint: str,
        entry: Entry | None,
        report: IngestReport,
    ) -> None:
        """Take one item all the way and make it live."""
        stages, clock = self._stages, self._clock
        with clock.stage("fetch"):
            data = _fetch(connector, item)
        version = hashlib.sha256(data + fingerprint.encode()).hexdigest()[:32]
        if entry is not None and entry.stage is Stage.LIVE and entry.version == version:
            self._register.restore(entry, item_version=item.version)
            self._keep(entry, item, report)
            return
        with clock.stage("parse"):
            parsed = stages.formats.parse(data, item.name)
        document = Document(
            id=document_id,
            tenant=self._settings.tenant,
            source="folder",
            version=version,
            name="/".join(_relative(connector.root, item.place)),
            acl=item.acl,
            parsed=parsed,
        )
        with clock.stage("redact"):
            redacted = stages.redactor.redact(document)
        with clock.stage("chunk"):
            chunks = stages.chunker.chunk(redacted)
        if not chunks:
            raise SkipDocument("holds no text")
        with clock.stage("embed"):
            embedded = stages.embedder.embed(chunks)
        with clock.stage("store"):
            stages.store.put(embedded)
            self._register.write(redacted)
            stages.store.publish(document_id, version)
            self._register.finish(
                document_id, version=version, name=redacted.name, chunks=len(chunks)
            )
        report.indexed += 1
        report.chunks += len(chunks)
        report.characters += len(parsed.text)
        for kind, count in redacted.redaction_counts().items():
            report.redactions[kind] = report.redactions.get(kind, 0) + count

    def _keep(self, entry: Entry, item: SourceItem, report: IngestReport) -> None:
        """Leave a document as it is, but for its permissions."""
        if entry.stage is Stage.FAILED:
            report.failed += 1
            return
        if entry.acl != item.acl:
            self._stages.store.grant(entry.id, item.acl)
            self._register.grant(entry.id, item.acl)
            report.permissions_changed += 1
        report.unchanged += 1

    def _begin(
        self,
        document_id: str,
        item: SourceItem | ListingGap,
        acl: Acl,
        item_version: str,
        fingerprint: str,
        name: RedactedText,
        before: Entry | None,
    ) -> None:
        self._register.start(
            Entry(
                id=document_id,
                tenant=self._settings.tenant,
                source="folder",
                name=name,
                item_version=item_version,
                fingerprint=fingerprint,
                version=before.version if before else "",
                stage=Stage.STARTED,
                acl=acl,
                chunks=before.chunks if before else 0,
                failure="",
                reason="",
            ),
            places=self._places.above(item.place),
        )

    def _fail(
        self,
        document_id: str,
        failure: str,
        reason: str,
        name: RedactedText,
        report: IngestReport,
    ) -> None:
        """Put a document on the list of failures and see that nothing of it can be found."""
        self._stages.store.remove(document_id)
        self._register.fail(document_id, failure=failure, reason=reason, name=name)
        report.failed += 1

    def _remove_gone(
        self,
        root: tuple[str, ...],
        listed: Sequence[SourceItem | ListingGap],
        seen: set[str],
        report: IngestReport,
    ) -> None:
        """Remove what lay below the root and is no longer listed, unless it may lie in a gap."""
        sheltered: set[str] = set()
        for item in listed:
            if isinstance(item, ListingGap):
                below = self._register.entries(
                    tenant=self._settings.tenant, below=self._places.mark(item.place)
                )
                sheltered |= {entry.id for entry in below}
        for entry in self._register.entries(
            tenant=self._settings.tenant, below=self._places.mark(root)
        ):
            if entry.id in seen or entry.id in sheltered:
                continue
            self._register.mark(entry.id, Stage.REMOVING)
            self._stages.store.remove(entry.id)
            self._register.forget(entry.id)
            report.removed += 1

    def _name(self, connector: Connector, place: tuple[str, ...]) -> RedactedText:
        """Return the name under which an item may be shown: relative, and redacted."""
        name = "/".join(_relative(connector.root, place))
        return self._stages.redactor.redact_text(name, tenant=self._settings.tenant)

    def _check_space(self) -> None:
        free = shutil.disk_usage(self._home.path).free // 1_000_000
        least = self._settings.state.min_free_mb
        if free < least:
            raise RetryError(
                f"only {free} MB are free on the disk of {self._home.path}, "
                f"state.min_free_mb is {least}: free some space and run again"
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let only one process ingest at a time."""
        with self._home.ingest_lock.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise RetryError(
                    f"process {file.read().strip() or 'unknown'} is ingesting into "
                    f"{self._home.path}: wait until it is done"
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


class _Unreadable(SkipDocument):
    """The source did not hand the item over: tried again at the next run."""


def _fetch(connector: Connector, item: SourceItem) -> bytes:
    try:
        return connector.fetch(item)
    except (SkipDocument, RetryError) as error:
        raise _Unreadable(str(error)) from error


def _is_done(entry: Entry, item: SourceItem, fingerprint: str) -> bool:
    """Whether nothing has to be parsed, redacted or embedded for this item."""
    settled = entry.stage is Stage.LIVE or (
        entry.stage is Stage.FAILED and entry.failure != UNREADABLE
    )
    return settled and entry.item_version == item.version and entry.fingerprint == fingerprint


def _relative(root: tuple[str, ...], place: tuple[str, ...]) -> tuple[str, ...]:
    """Return the part of a place below the root; the item's own name if it is the root."""
    return place[len(root) :] or place[-1:]


def _facts(report: IngestReport) -> dict[str, object]:
    return {
        "indexed": report.indexed,
        "unchanged": report.unchanged,
        "permissions_changed": report.permissions_changed,
        "removed": report.removed,
        "failed": report.failed,
        "chunks": report.chunks,
        "redactions": report.redactions,
    }
