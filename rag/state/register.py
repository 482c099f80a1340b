"""The register of documents: what is known of each, and the redacted text of each version.

What the vault keeps of a version lives and dies with its text, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from rag.errors import NotFoundError
from rag.records import Acl, RedactedDocument, RedactedText, Stage
from rag.redact.mint import stored
from rag.state.database import Database
from rag.state.encoding import acl_row, content_row, row_acl, row_document
from rag.state.passages import add_passages, delete_texts, read_passages
from rag.state.reviews import release
from rag.state.tables import CONTENTS, DOCUMENTS
from rag.state.vault import erase, strays

_CONTENTS = sa.select(CONTENTS, DOCUMENTS.c.tenant, DOCUMENTS.c.source).join(
    DOCUMENTS, DOCUMENTS.c.id == CONTENTS.c.document_id
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the register knows of a document besides its text."""

    id: str
    tenant: str
    source: str
    name: RedactedText = field(repr=False)
    item_version: str
    fingerprint: str
    version: str
    stage: Stage
    acl: Acl
    chunks: int
    failure: str
    reason: str
    dated: str = ""
    since: str = field(default="", compare=False)  # kept from its first version on

    @property
    def day(self) -> str:
        """The day it counts as: that of its source, else the one on which it was first seen."""
        return self.dated or self.since[:10]


class Register:
    """Documents by id, in SQLite or PostgreSQL. Every write is durable when it returns."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    @property
    def database(self) -> Database:
        """The database it is in, for what else is kept there; `close` closes it."""
        return self._database

    def close(self) -> None:
        """Close every connection to the database."""
        self._database.close()

    def entry(self, document_id: str) -> Entry | None:
        """Return what is known of a document, if anything is."""
        query = sa.select(DOCUMENTS).where(DOCUMENTS.c.id == document_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return _entry(row) if row is not None else None

    def entries(self, *, tenant: str | None = None, below: str | None = None) -> list[Entry]:
        """Return the documents of a tenant or all, or those below one folder (its keyed hash)."""
        query = sa.select(DOCUMENTS).order_by(DOCUMENTS.c.name)
        if tenant is not None:
            query = query.where(DOCUMENTS.c.tenant == tenant)
        if below is not None:
            query = query.where(DOCUMENTS.c.places.contains(f" {below} ", autoescape=True))
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(query).mappings()]

    def write(
        self,
        entry: Entry,
        document: RedactedDocument,
        *,
        places: Sequence[str],
        tokens: Mapping[int, bytes] | None = None,
    ) -> None:
        """Write the text of a version beside the one that is live, and note that it is coming.

        Comes before anything of the version is in the index, so that nothing can be in the
        index that the register does not know.
        """
        with self._database.writing() as connection:
            self._put(connection, entry, places)
            delete_texts(connection, document.id, version=document.version)
            connection.execute(sa.insert(CONTENTS).values(**content_row(document)))
            add_passages(connection, document.id, document.version, tokens or {})

    def finish(self, document_id: str, *, version: str, chunks: int) -> None:
        """Note that a version is live, and remove the text of every other."""
        with self._database.writing() as connection:
            self._update(
                connection,
                document_id,
                stage=Stage.LIVE.value,
                version=version,
                chunks=chunks,
                failure="",
                reason="",
            )
            delete_texts(connection, document_id, but=version)
            erase(connection, document_id, kept=version)

    def fail(self, entry: Entry, *, places: Sequence[str]) -> None:
        """Put a document on the list of failures; no text of it stays."""
        with self._database.writing() as connection:
            self._put(connection, entry, places)
            delete_texts(connection, entry.id)
            erase(connection, entry.id)

    def mark(self, document_id: str, stage: Stage) -> None:
        """Note how far a document is."""
        with self._database.writing() as connection:
            self._update(connection, document_id, stage=stage.value)

    def grant(self, document_id: str, acl: Acl, *, stage: Stage) -> None:
        """Note changed permissions, which hold for every version that is there."""
        with self._database.writing() as connection:
            self._update(connection, document_id, acl=acl_row(acl), stage=stage.value)
            connection.execute(
                sa.update(CONTENTS)
                .where(CONTENTS.c.document_id == document_id)
                .values(acl=acl_row(acl))
            )

    def touch(self, document_id: str, *, item_version: str, dated: str = "") -> None:
        """Note that the source calls the same content by another version, of another day."""
        with self._database.writing() as connection:
            self._update(connection, document_id, item_version=item_version, dated=dated)

    def rename_fingerprint(self, before: str, after: str) -> None:
        """Note that what depended on one thing depends on another, and is the same."""
        with self._database.writing() as connection:
            connection.execute(
                sa.update(DOCUMENTS)
                .where(DOCUMENTS.c.fingerprint == before)
                .values(fingerprint=after)
            )

    def forget(self, document_id: str) -> None:
        """Remove all that is known of a document."""
        with self._database.writing() as connection:
            delete_texts(connection, document_id)
            connection.execute(sa.delete(DOCUMENTS).where(DOCUMENTS.c.id == document_id))
            erase(connection, document_id)
            release(connection, document_id)

    def sweep(self) -> int:
        """Erase what the vault keeps of documents that never got here: a killed run left it."""
        with self._database.writing() as connection:
            unknown = strays(connection)
            for document_id in unknown:
                erase(connection, document_id)
        return len(unknown)

    def document(self, document_id: str, version: str | None = None) -> RedactedDocument:
        """Return a version of a document, by default the one that is live."""
        query = _CONTENTS.where(CONTENTS.c.document_id == document_id)
        wanted = DOCUMENTS.c.version if version is None else sa.literal(version)
        query = query.where(CONTENTS.c.version == wanted)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"no document {document_id}")
        return row_document(dict(row))

    def documents(
        self, wanted: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], RedactedDocument]:
        """Return versions of documents by id and version, those that are there."""
        if not wanted:
            return {}
        query = _CONTENTS.where(CONTENTS.c.document_id.in_(sorted({id_ for id_, _ in wanted})))
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings()
            found = {(row["document_id"], row["version"]): dict(row) for row in rows}
        return {key: row_document(found[key]) for key in wanted if key in found}

    def tokens(self, wanted: Collection[tuple[str, str, int]]) -> dict[tuple[str, str, int], bytes]:
        """Return the packed token vectors of passages by document, version and ordinal.

        Only of those that are there.
        """
        with self._database.reading() as connection:
            return read_passages(connection, wanted)

    def counts(self, *, tenant: str) -> dict[str, int]:
        """Return how many documents are at each stage."""
        query = (
            sa.select(DOCUMENTS.c.stage, sa.func.count())
            .where(DOCUMENTS.c.tenant == tenant)
            .group_by(DOCUMENTS.c.stage)
        )
        with self._database.reading() as connection:
            return {str(stage): int(count) for stage, count in connection.execute(query)}

    @staticmethod
    def _put(connection: sa.Connection, entry: Entry, places: Sequence[str]) -> None:
        first = sa.select(DOCUMENTS.c.since).where(DOCUMENTS.c.id == entry.id)
        since = connection.execute(first).scalar_one_or_none()
        connection.execute(sa.delete(DOCUMENTS).where(DOCUMENTS.c.id == entry.id))
        row = {**_row(entry, places), "since": since or _now()}
        connection.execute(sa.insert(DOCUMENTS).values(**row))

    @staticmethod
    def _update(connection: sa.Connection, document_id: str, **values: object) -> None:
        connection.execute(
            sa.update(DOCUMENTS)
            .where(DOCUMENTS.c.id == document_id)
            .values(**values, changed=_now())
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _row(entry: Entry, places: Sequence[str]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "tenant": entry.tenant,
        "source": entry.source,
        "places": f" {' '.join(places)} ",
        "name": str(entry.name),
        "item_version": entry.item_version,
        "fingerprint": entry.fingerprint,
        "version": entry.version,
        "stage": entry.stage.value,
        "acl": acl_row(entry.acl),
        "chunks": entry.chunks,
        "failure": entry.failure,
        "reason": entry.reason,
        "dated": entry.dated,
        "changed": _now(),
    }


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(
        id=row["id"],
        tenant=row["tenant"],
        source=row["source"],
        name=stored(row["name"]),
        item_version=row["item_version"],
        fingerprint=row["fingerprint"],
        version=row["version"],
        stage=Stage(row["stage"]),
        acl=row_acl(row["acl"]),
        chunks=row["chunks"],
        failure=row["failure"],
        reason=row["reason"],
        dated=row["dated"],
        since=row["since"],
    )
