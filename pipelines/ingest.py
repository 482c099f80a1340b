"""The way of a document: fetch, parse, redact, chunk, embed, store, make live.

Every document is on its own: one that fails is put on the list with its reason and the others
go on. A run that is killed at any point is repaired by running it again, because a document
counts as done only when the index and the register both say so.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipelines.clock import Clock
from pipelines.erase import Erasure
from pipelines.exclusive import exclusive
from pipelines.gate import Gate
from pipelines.home import Home
from pipelines.items import UNEXPECTED, UNREADABLE, Unreadable, facts_mark, fetch, is_done
from pipelines.places import Places, name_below
from pipelines.policies import Fingerprints, PolicyTable
from pipelines.report import IngestReport, Progress, Silent
from pipelines.retention import day_of
from pipelines.sources import SourceTable
from pipelines.stages import Stages
from pipelines.verify import Verifier, looks_whole
from rag.access.narrowing import common
from rag.errors import RedactionError, RetryError, RingfenceError, SkipDocument
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
        policies: PolicyTable,
        sources: SourceTable,
        index_identity: str,
        erasure: Erasure | None = None,
    ) -> None:
        self._stages = stages
        self._register = register
        self._audit = audit
        self._home = home
        self._settings = settings
        self._places = places
        self._policies = policies
        self._sources = sources
        self._index_identity = index_identity
        self._gate = Gate(
            settings=settings, register=register, places=places, sources=sources, erasure=erasure
        )
        self._clock = Clock()

    def run(self, connector: Connector, progress: Progress | None = None) -> IngestReport:
        """Ingest everything that is new or changed, and remove what has gone.

        What takes access away comes first and needs no room on the disk: a removal or a
        narrower permission must not wait for, or fail with, the indexing of something else.
        """
        progress = progress or Silent()
        report = IngestReport()
        self._clock = Clock()
        with exclusive(self._home.ingest_lock):
            fingerprints = Fingerprints(self._stages, self._index_identity, self._policies)
            self._reconcile()
            self._register.sweep()
            report.expired = self._gate.erase_due()
            items = list(connector.items())
            listed = self._gate.admitted(items, self._item_version)
            report.kept_out = len(items) - len(listed)
            known = self._known(connector.root)
            progress.total(len(listed))
            self._remove_gone(known.keys() - listed.keys(), listed.values(), report)
            changed = self._settle(listed, known, fingerprints, report)
            for _ in range(len(listed) - len(changed)):
                progress.step()
            for document_id, item in changed.items():
                due = fingerprints.of(item.place)
                self._bring(connector, item, known.get(document_id), due, report)
                progress.step()
            self._home.unfinished.unlink(missing_ok=True)
            report.seconds = self._clock.rounded()
            if report.indexed or report.removed or report.failed or report.permissions_changed:
                self._audit.append("ingest", report.facts())
        return report

    def forget(self, place: tuple[str, ...]) -> int:
        """Remove every document that was ingested from a place or below it."""
        with exclusive(self._home.ingest_lock):
            known = self._known(place)
            for document_id in sorted(known):
                self._remove(document_id)
            self._home.unfinished.unlink(missing_ok=True)
            self._audit.append("forget", {"removed": len(known)})
        return len(known)

    def fingerprint(self, policy: str) -> str:
        """Return what a document under a policy depends on, this index included."""
        return self._stages.fingerprint(self._index_identity, policy)

    def close(self) -> None:
        """Make the index durable and let go of it."""
        self._stages.store.close()
        self._register.close()

    def _reconcile(self) -> None:
        """Mend what a killed run, a lost index or a lost database left in index and register.

        Only where there is reason to: it reads the whole index. An embedded one belongs to this
        register alone and dies with its identity, so that one is not even opened for it.
        """
        store, own = self._stages.store, self._settings.store.kind == "edge"
        trusted = own and bool(self._register.counts(tenant=self._settings.tenant))
        if not self._home.unfinished.exists() and (
            trusted or looks_whole(store, self._register, own=own)
        ):
            return
        self._begin()
        verifier = Verifier(store, self._register, tokens=False)
        verifier.repair(verifier.verify(texts=False), foreign=own)

    def _settle(
        self,
        listed: Mapping[str, SourceItem | ListingGap],
        known: Mapping[str, Entry],
        fingerprints: Fingerprints,
        report: IngestReport,
    ) -> dict[str, SourceItem | ListingGap]:
        """Do what needs no indexing, take access away, and return what has to be indexed."""
        changed = {}
        for document_id, item in listed.items():
            entry = known.get(document_id)
            if isinstance(item, ListingGap) or entry is None:
                changed[document_id] = item
            elif is_done(entry, self._item_version(item), fingerprints.of(item.place)):
                self._keep(entry, item, report)
            else:
                changed[document_id] = item
                if entry.version and entry.acl != item.acl:
                    self._grant(entry, common(entry.acl, item.acl), then=Stage.STARTED)
        return changed

    def _bring(
        self,
        connector: Connector,
        item: SourceItem | ListingGap,
        entry: Entry | None,
        fingerprint: str,
        report: IngestReport,
    ) -> None:
        """Index one item, or put it on the list of failures."""
        if isinstance(item, ListingGap):
            self._fail(connector, item, entry, fingerprint, UNREADABLE, item.reason, report)
            return
        self._check_space()
        try:
            self._index(connector, item, fingerprint, entry, report)
            return
        except Unreadable as error:
            failure, reason = UNREADABLE, str(error)
        except SkipDocument as error:
            failure, reason = type(error).__name__, str(error)
        except RingfenceError:
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise
            failure, reason = UNEXPECTED, f"unexpected {type(error).__name__}"
            LOG.warning("%s: %s", self._places.document_id(item.place), reason)
        self._fail(connector, item, entry, fingerprint, failure, reason, report)

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
            data = fetch(connector, item)
        depends_on = f"{fingerprint}{self._facts(item)}"
        version = hashlib.sha256(data + depends_on.encode()).hexdigest()[:32]
        if entry is not None and entry.stage is Stage.LIVE and entry.version == version:
            self._begin()
            self._register.touch(
                entry.id, item_version=self._item_version(item), dated=day_of(item)
            )
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
        self._begin()
        coming = self._entry(
            item,
            fingerprint,
            name=document.name,
            stage=Stage.STARTED,
            version=before.version if before else "",
            chunks=before.chunks if before else 0,
        )
        tokens = {point.chunk.ordinal: point.tokens for point in embedded if point.tokens}
        self._register.write(coming, document, places=self._places.above(item.place), tokens=tokens)
        self._stages.store.write(embedded)
        self._register.finish(document.id, version=document.version, chunks=len(embedded))

    def _document(
        self, connector: Connector, item: SourceItem, version: str, parsed: Parsed
    ) -> Document:
        return Document(
            id=self._places.document_id(item.place),
            tenant=self._settings.tenant,
            source=self._sources.of(item.place),
            version=version,
            name=name_below(connector.root, item.place),
            acl=item.acl,
            # What the source says wins: a document must not give itself tags.
            parsed=replace(parsed, metadata={**parsed.metadata, **item.metadata}),
            policy=self._policies.of(item.place),
        )

    def _facts(self, item: SourceItem) -> str:
        return facts_mark(self._places, self._sources.of(item.place), item)

    def _item_version(self, item: SourceItem) -> str:
        """Return what changes when anything that is indexed of an item does."""
        return f"{item.version}/{self._facts(item)}"

    def _keep(self, entry: Entry, item: SourceItem, report: IngestReport) -> None:
        """Leave a document as it is, but for its permissions."""
        if entry.stage is Stage.FAILED:
            report.failed += 1
            return
        if entry.acl != item.acl:
            self._grant(entry, item.acl, then=Stage.LIVE)
            report.permissions_changed += 1
        report.unchanged += 1

    def _grant(self, entry: Entry, acl: Acl, *, then: Stage) -> None:
        """Change permissions in index and register; a kill in between leaves it to be redone."""
        self._begin()
        self._register.mark(entry.id, Stage.STARTED)
        self._stages.store.grant(entry.id, acl)
        self._register.grant(entry.id, acl, stage=then)

    def _begin(self) -> None:
        """Note that index and register may differ from now on, until the run is finished."""
        self._home.unfinished.touch()

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
            source=self._sources.of(item.place),
            name=name,
            item_version=self._item_version(item) if isinstance(item, SourceItem) else "",
            fingerprint=fingerprint,
            version=version,
            stage=stage,
            acl=item.acl if isinstance(item, SourceItem) else Acl(),
            chunks=chunks,
            failure=failure,
            reason=reason,
            dated=day_of(item) if isinstance(item, SourceItem) else "",
        )

    def _fail(
        self,
        connector: Connector,
        item: SourceItem | ListingGap,
        before: Entry | None,
        fingerprint: str,
        failure: str,
        reason: str,
        report: IngestReport,
    ) -> None:
        """Put a document on the list of failures and see that nothing of it can be found."""
        document_id = self._places.document_id(item.place)
        self._begin()
        if before is not None:
            self._register.mark(document_id, Stage.REMOVING)
        self._stages.store.remove(document_id)
        entry = self._entry(
            item,
            fingerprint,
            name=self._shown(name_below(connector.root, item.place), document_id),
            stage=Stage.FAILED,
            failure=failure,
            reason=str(self._shown(reason, failure)),
        )
        self._register.fail(entry, places=self._places.above(item.place))
        report.failed += 1

    def _shown(self, text: str, otherwise: str) -> RedactedText:
        """Return text for the list of failures, redacted; else what says nothing."""
        try:
            return self._stages.redactor.redact_text(text, tenant=self._settings.tenant)
        except RedactionError:
            return self._stages.redactor.redact_text(otherwise, tenant=self._settings.tenant)

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
            self._remove(document_id)
            report.removed += 1

    def _remove(self, document_id: str) -> None:
        """Take a document out of the index, then out of the register."""
        self._begin()
        self._register.mark(document_id, Stage.REMOVING)
        self._stages.store.remove(document_id)
        self._register.forget(document_id)

    def _check_space(self) -> None:
        free = shutil.disk_usage(self._home.path).free // 1_000_000
        least = self._settings.state.min_free_mb
        if free < least:
            raise RetryError(
                f"only {free} MB are free on the disk of {self._home.path}, "
                f"state.min_free_mb is {least}: free some space and run again"
            )
