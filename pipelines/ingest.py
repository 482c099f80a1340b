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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from pipelines.clock import Clock
from pipelines.home import Home
from pipelines.places import Places
from pipelines.report import IngestReport, Progress, Silent
from pipelines.stages import Stages
from rag.errors import RetryError, RingfenceError, SkipDocument
from rag.ports import AuditLog, Connector
from rag.records import (
    Acl,
    Document,
    Embedded,
    ListingGap,
    Parsed,
    RedactedDocument,
    RedactedText,
    SourceItem,
    Stage,
)
from rag.settings import Settings
from rag.state.register import Entry, Register

LOG = logging.getLogger(__name__)
SOURCE = "folder"
UNREADABLE = "unreadable"


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
            listed = {self._places.document_id(item.place): item for item in connector.items()}
            known = self._known(connector.root)
            progress.total(len(listed))
            for document_id, item in listed.items():
                self._bring(connector, item, known.get(document_id), fingerprint, report)
                progress.step()
            self._remove_gone(known.keys() - listed.keys(), listed.values(), report)
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
        entry: Entry | None,
        fingerprint: str,
        report: IngestReport,
    ) -> None:
        """Do what one listed item needs: nothing, a change of permissions, or all of it."""
        if isinstance(item, ListingGap):
            self._fail(connector, item, fingerprint, UNREADABLE, item.reason, report)
            return
        if entry is not None and _is_done(entry, item, fingerprint):
            self._keep(entry, item, report)
            return
        self._check_space()
        try:
            self._index(connector, item, fingerprint, entry, report)
        except _Unreadable as error:
            self._fail(connector, item, fingerprint, UNREADABLE, str(error), report)
        except SkipDocument as error:
            self._fail(connector, item, fingerprint, type(error).__name__, str(error), report)
        except (RingfenceError, MemoryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001  the one border where a document may fail
            kind = type(error).__name__
            LOG.warning("document %s failed: %s", self._places.document_id(item.place), kind)
            reason = f"unexpected {kind}"
            self._fail(connector, item, fingerprint, "unexpected", reason, report)

    def _index(
        self,
        connector: Connector,
        item: SourceItem,
        fingerprint: str,
        entry: Entry | None,
        report: IngestReport,
    ) -> None:
        """Take one item all the way and make it live."""
        clock = self._clock
        with clock.stage("fetch"):
            data = _fetch(connector, item)
        version = hashlib.sha256(data + fingerprint.encode()).hexdigest()[:32]
        if entry is not None and entry.stage is Stage.LIVE and entry.version == version:
            self._register.touch(entry.id, item_version=item.version)
            self._keep(entry, item, report)
            return
        with clock.stage("parse"):
            parsed = self._stages.formats.parse(data, item.name)
        document = self._document(connector, item, version, parsed)
        with clock.stage("redact"):
            redacted = self._stages.redactor.redact(document)
        with clock.stage("chunk"):
            chunks = self._stages.chunker.chunk(redacted)
        if not chunks:
            raise SkipDocument("holds no text")
        with clock.stage("embed"):
            embedded = self._stages.embedder.embed(chunks)
        with clock.stage("store"):
            self._store(item, redacted, embedded, fingerprint, entry)
        report.count(redacted, chunks=len(chunks), characters=len(parsed.text))

    def _store(
        self,
        item: SourceItem,
        document: RedactedDocument,
        embedded: Sequence[Embedded],
        fingerprint: str,
        before: Entry | None,
    ) -> None:
        """Write a version unseen, make it live, and only then forget the one before."""
        coming = self._entry(
            item,
            fingerprint,
            name=document.name,
            stage=Stage.STARTED,
            version=before.version if before else "",
            chunks=before.chunks if before else 0,
        )
        self._register.write(coming, document, places=self._places.above(item.place))
        self._stages.store.put(embedded)
        self._stages.store.publish(document.id, document.version)
        self._register.finish(document.id, version=document.version, chunks=len(embedded))

    def _document(
        self, connector: Connector, item: SourceItem, version: str, parsed: Parsed
    ) -> Document:
        return Document(
            id=self._places.document_id(item.place),
            tenant=self._settings.tenant,
            source=SOURCE,
            version=version,
            name="/".join(_relative(connector.root, item.place)),
            acl=item.acl,
            parsed=parsed,
        )

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

    def _entry(
        self,
        item: SourceItem | ListingGap,
        fingerprint: str,
        *,
        name: RedactedText,
        stage: Stage,
        version: str = "",
        chunks: int = 0,
        failure: str = "",
        reason: str = "",
    ) -> Entry:
        return Entry(
            id=self._places.document_id(item.place),
            tenant=self._settings.tenant,
            source=SOURCE,
            name=name,
            item_version=item.version if isinstance(item, SourceItem) else "",
            fingerprint=fingerprint,
            version=version,
            stage=stage,
            acl=item.acl if isinstance(item, SourceItem) else Acl(),
            chunks=chunks,
            failure=failure,
            reason=reason,
        )

    def _fail(
        self,
        connector: Connector,
        item: SourceItem | ListingGap,
        fingerprint: str,
        failure: str,
        reason: str,
        report: IngestReport,
    ) -> None:
        """Put a document on the list of failures and see that nothing of it can be found."""
        name = "/".join(_relative(connector.root, item.place))
        entry = self._entry(
            item,
            fingerprint,
            name=self._stages.redactor.redact_text(name, tenant=self._settings.tenant),
            stage=Stage.FAILED,
            failure=failure,
            reason=reason,
        )
        self._stages.store.remove(entry.id)
        self._register.fail(entry, places=self._places.above(item.place))
        report.failed += 1

    def _known(self, root: tuple[str, ...]) -> dict[str, Entry]:
        """Return what the register knows of a place and everything below it, by id."""
        below = self._places.mark(root)
        entries = self._register.entries(tenant=self._settings.tenant, below=below)
        return {entry.id: entry for entry in entries}

    def _remove_gone(
        self,
        gone: Iterable[str],
        listed: Iterable[SourceItem | ListingGap],
        report: IngestReport,
    ) -> None:
        """Remove what is no longer listed, unless it may lie in a part that was not."""
        gaps = [item for item in listed if isinstance(item, ListingGap)]
        sheltered = {document_id for gap in gaps for document_id in self._known(gap.place)}
        for document_id in sorted(frozenset(gone) - sheltered):
            self._register.mark(document_id, Stage.REMOVING)
            self._stages.store.remove(document_id)
            self._register.forget(document_id)
            report.removed += 1

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
