"""What is to be erased, what was, and what must not come back, in the state database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from rag.errors import NotFoundError
from rag.state.database import Database
from rag.state.tables import (
    CONTENTS,
    DOCUMENTS,
    ERASURES,
    PASSAGES,
    REVIEWS,
    VAULT_DOCUMENTS,
    VAULT_ENTRIES,
    VAULT_LINKS,
    VAULT_MENTIONS,
    WITHHELD,
)

_AT_ONCE = 500


class Progress(StrEnum):
    """How far an erasure is."""

    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


class Why(StrEnum):
    """Why a document must not come back."""

    ERASED = "erased"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRow:
    """An erasure that was asked for; the certificate is empty until it is done."""

    id: str
    tenant: str
    mark: str
    asked: str
    request: Mapping[str, Any]
    state: Progress
    failure: str
    certificate: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A document that was erased and is kept out; `day` and `item_version` are what it had."""

    document_id: str
    tenant: str
    erasure: str
    why: Why
    source: str
    item_version: str
    day: str
    at: str


class Erasures:
    """Erasures by id, and the documents that they keep out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        """The database it is in."""
        return self._database

    def ask(self, row: ErasureRow, withheld: Sequence[Withheld]) -> None:
        """Put an erasure on the list, and keep its documents out from now on: both or neither."""
        with self._database.writing() as connection:
            connection.execute(sa.insert(ERASURES).values(**asdict(row)))
            for some in _batches([one.document_id for one in withheld]):
                connection.execute(sa.delete(WITHHELD).where(WITHHELD.c.document_id.in_(some)))
            if withheld:
                connection.execute(sa.insert(WITHHELD), [asdict(one) for one in withheld])

    def row(self, erasure_id: str) -> ErasureRow:
        """Return an erasure."""
        found = self._rows(ERASURES.c.id == erasure_id)
        if not found:
            raise NotFoundError(f"no erasure {erasure_id}")
        return found[0]

    def rows(self, tenant: str) -> list[ErasureRow]:
        """Return the erasures of a tenant, the oldest first."""
        return self._rows(ERASURES.c.tenant == tenant)

    def waiting(self) -> list[str]:
        """Return the ids of those that are to be done, the oldest first."""
        return [one.id for one in self._rows(ERASURES.c.state == Progress.WAITING.value)]

    def marked(self, tenant: str, mark: str) -> list[ErasureRow]:
        """Return the erasures of the same thing, the oldest first."""
        return self._rows(ERASURES.c.tenant == tenant, ERASURES.c.mark == mark)

    def again(self, erasure_id: str) -> None:
        """Let one that failed be tried once more."""
        self._change(erasure_id, state=Progress.WAITING.value, failure="")

    def fail(self, erasure_id: str, failure: str) -> None:
        """Note why one could not be done."""
        self._change(erasure_id, state=Progress.FAILED.value, failure=failure)

    def finish(self, erasure_id: str, certificate: Mapping[str, Any]) -> None:
        """Note that one is done, with its certificate."""
        self._change(
            erasure_id, state=Progress.DONE.value, failure="", certificate=dict(certificate)
        )

    def withheld(self, tenant: str) -> list[Withheld]:
        """Return the documents that must not come back."""
        query = sa.select(WITHHELD).where(WITHHELD.c.tenant == tenant).order_by(WITHHELD.c.at)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [Withheld(**{**row, "why": Why(row["why"])}) for row in rows]

    def lift(self, tenant: str, document_id: str) -> bool:
        """Let a document come back; say whether it was kept out."""
        held = sa.and_(WITHHELD.c.tenant == tenant, WITHHELD.c.document_id == document_id)
        with self._database.writing() as connection:
            return bool(connection.execute(sa.delete(WITHHELD).where(held)).rowcount)

    def mentioning(self, tenant: str, tokens: Collection[str]) -> list[str]:
        """Return the documents in which one of these pseudonyms stands, in whatever version."""
        found: set[str] = set()
        columns = CONTENTS.c
        with self._database.reading() as connection:
            for token in tokens:
                noted = sa.select(VAULT_MENTIONS.c.document_id).where(
                    VAULT_MENTIONS.c.tenant == tenant, VAULT_MENTIONS.c.token == token
                )
                # The text counts too: without `keep_originals` the vault knows nothing.
                standing = sa.select(columns.document_id).where(
                    sa.or_(
                        *(
                            part.contains(token, autoescape=True)
                            for part in (
                                columns.text,
                                columns.title,
                                columns.name,
                                sa.cast(columns.facts, sa.Text),
                            )
                        )
                    )
                )
                for query in (noted, standing):
                    found.update(str(one) for (one,) in connection.execute(query))
            own = sa.select(DOCUMENTS.c.id).where(DOCUMENTS.c.tenant == tenant)
            known = {str(one) for (one,) in connection.execute(own)}
        return sorted(found & known)

    def holds(self, text: str) -> bool:
        """Whether a piece of text stands in any document that is still there."""
        parts = (CONTENTS.c.text, CONTENTS.c.title, CONTENTS.c.name)
        query = sa.select(CONTENTS.c.document_id).where(
            sa.or_(*(part.contains(text, autoescape=True) for part in parts))
        )
        with self._database.reading() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def of_documents(self, document_ids: Sequence[str]) -> dict[str, int]:
        """Count what is kept of documents, by what it is."""
        counted = {
            "register entries": DOCUMENTS.c.id,
            "redacted texts": CONTENTS.c.document_id,
            "passages with token vectors": PASSAGES.c.document_id,
            "vault records of documents": VAULT_DOCUMENTS.c.document_id,
            "vault records of mentions": VAULT_MENTIONS.c.document_id,
        }
        waiting = REVIEWS.c.verdict == ""
        noted = REVIEWS.c.note != ""
        with self._database.reading() as connection:
            found = {
                name: sum(
                    _count(connection, column.in_(some), column) for some in _batches(document_ids)
                )
                for name, column in counted.items()
            }
            found["checks in the queue, and notes of checks"] = sum(
                _count(
                    connection,
                    sa.and_(REVIEWS.c.document_id.in_(some), sa.or_(waiting, noted)),
                    REVIEWS.c.document_id,
                )
                for some in _batches(document_ids)
            )
        return found

    def of_pseudonyms(self, tenant: str, tokens: Collection[str]) -> dict[str, int]:
        """Count what is kept of pseudonyms, by what it is."""
        entries, mentions, links = VAULT_ENTRIES.c, VAULT_MENTIONS.c, VAULT_LINKS.c
        wanted = sorted(tokens)
        with self._database.reading() as connection:
            full = sa.and_(
                entries.tenant == tenant, entries.token.in_(wanted), entries.destroyed == ""
            )
            named = sa.and_(mentions.tenant == tenant, mentions.token.in_(wanted))
            linked = sa.and_(links.tenant == tenant, links.token.in_(wanted))
            return {
                "pseudonyms that can be resolved": _count(connection, full, entries.token),
                "originals of pseudonyms in documents": _count(connection, named, mentions.token),
                "names that lead to pseudonyms": _count(connection, linked, links.token),
            }

    def known_pseudonyms(self, tenant: str, tokens: Collection[str]) -> set[str]:
        """Return those of these pseudonyms that the vault has, also destroyed ones."""
        query = sa.select(VAULT_ENTRIES.c.token).where(
            VAULT_ENTRIES.c.tenant == tenant, VAULT_ENTRIES.c.token.in_(sorted(tokens))
        )
        with self._database.reading() as connection:
            return {str(token) for (token,) in connection.execute(query)}

    def _rows(self, *where: sa.ColumnElement[bool]) -> list[ErasureRow]:
        query = sa.select(ERASURES).where(*where).order_by(ERASURES.c.asked, ERASURES.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [ErasureRow(**{**row, "state": Progress(row["state"])}) for row in rows]

    def _change(self, erasure_id: str, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(
                sa.update(ERASURES).where(ERASURES.c.id == erasure_id).values(**values)
            )


def moment() -> str:
    """Return the time as it is written here."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _count(connection: sa.Connection, where: sa.ColumnElement[bool], column: sa.Column[Any]) -> int:
    query = sa.select(sa.func.count()).select_from(column.table).where(where)
    return int(connection.execute(query).scalar_one())


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
