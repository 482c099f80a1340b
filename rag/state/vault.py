"""The rows of the vault. What they hold is sealed before it gets here: see `rag.redact.vault`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from rag.records import Acl
from rag.state.database import Database
from rag.state.encoding import row_acl
from rag.state.tables import (
    CONTENTS,
    DOCUMENTS,
    VAULT_DOCUMENTS,
    VAULT_ENTRIES,
    VAULT_LINKS,
    VAULT_MENTIONS,
)

# Databases bound the number of parameters of a statement; rows are sealed anew so many at a time.
_AT_ONCE = 500
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """A pseudonym; `destroyed` is when that was done, empty while it was not."""

    tenant: str
    token: str
    kind: str
    key_id: str
    wrapped: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    destroyed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow:
    """A pseudonym in a version of a document."""

    document_id: str
    version: str
    token: str
    tenant: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """What else was replaced in a version of a document."""

    document_id: str
    version: str
    tenant: str
    key_id: str
    wrapped: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


Wrapped = EntryRow | DocumentRow


class VaultRows:
    """The tables of the vault, in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def replacing(self, document_id: str, version: str) -> Iterator[Replacing]:
        """Write anew, all or nothing, what is kept of a version of a document."""
        with self._database.writing() as connection:
            for table in (VAULT_MENTIONS, VAULT_DOCUMENTS):  # first: it takes SQLite's write lock
                connection.execute(sa.delete(table).where(_of_version(table, document_id, version)))
            yield Replacing(connection)

    def entries(self, tenant: str, tokens: Iterable[str]) -> dict[str, EntryRow]:
        """Return what there is of these pseudonyms, destroyed ones too."""
        with self._database.reading() as connection:
            return _entries(connection, tenant, tokens)

    def mentions(self, document_id: str, version: str) -> list[MentionRow]:
        """Return the pseudonyms of a version of a document."""
        query = sa.select(VAULT_MENTIONS).where(_of_version(VAULT_MENTIONS, document_id, version))
        with self._database.reading() as connection:
            return [MentionRow(**row) for row in connection.execute(query).mappings()]

    def document(self, document_id: str, version: str) -> DocumentRow | None:
        """Return what else was replaced in a version of a document."""
        query = sa.select(VAULT_DOCUMENTS).where(_of_version(VAULT_DOCUMENTS, document_id, version))
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else DocumentRow(**row)

    def holders(self, tenant: str, token: str) -> list[tuple[str, Acl]]:
        """Return the documents in whose live version a pseudonym stands, and who may read them."""
        mentions = VAULT_MENTIONS.c
        query = (
            sa.select(CONTENTS.c.document_id, CONTENTS.c.acl)
            .join(
                VAULT_MENTIONS,
                sa.and_(
                    mentions.document_id == CONTENTS.c.document_id,
                    mentions.version == CONTENTS.c.version,
                ),
            )
            .join(
                DOCUMENTS,
                sa.and_(
                    DOCUMENTS.c.id == CONTENTS.c.document_id,
                    DOCUMENTS.c.version == CONTENTS.c.version,
                    DOCUMENTS.c.tenant == tenant,
                ),
            )
            .where(mentions.tenant == tenant, mentions.token == token)
            .order_by(CONTENTS.c.document_id)
        )
        with self._database.reading() as connection:
            return [(str(found), row_acl(acl)) for found, acl in connection.execute(query)]

    def linked(self, tenant: str, link: str, most: int) -> list[str]:
        """Return the pseudonyms that a keyed hash leads to."""
        links = VAULT_LINKS.c
        query = (
            sa.select(links.token)
            .where(links.tenant == tenant, links.link == link)
            .order_by(links.token)
            .limit(most)
        )
        with self._database.reading() as connection:
            return [str(token) for (token,) in connection.execute(query)]

    def destroy(self, tenant: str, token: str) -> bool:
        """Empty a pseudonym and what documents keep of it; say whether it was there and full."""
        entries, mentions = VAULT_ENTRIES.c, VAULT_MENTIONS.c
        with self._database.writing() as connection:
            done = connection.execute(
                sa.update(VAULT_ENTRIES)
                .where(entries.tenant == tenant, entries.token == token, entries.destroyed == "")
                .values(
                    key_id="",
                    wrapped=b"",
                    sealed=b"",
                    destroyed=datetime.now(UTC).isoformat(timespec="seconds"),
                )
            )
            connection.execute(
                sa.delete(VAULT_MENTIONS).where(mentions.tenant == tenant, mentions.token == token)
            )
            _unlink(connection, tenant, [token])
        return bool(done.rowcount)

    def scrub(self) -> bool:
        """Take what was erased out of the database's log too; say whether that was possible."""
        return self._database.scrub()

    def rewrap(self, key_id: str, wrap: Callable[[Wrapped], bytes]) -> int:
        """Wrap the next rows that another key than this one wraps; return how many there were."""
        with self._database.writing() as connection:
            rows: list[Wrapped] = [
                *(EntryRow(**row) for row in _under_others(connection, VAULT_ENTRIES, key_id)),
                *(DocumentRow(**row) for row in _under_others(connection, VAULT_DOCUMENTS, key_id)),
            ]
            for row in rows:
                connection.execute(_rewrapped(row, key_id, wrap(row)))
        return len(rows)

    def key_ids(self) -> set[str]:
        """Return the ids of the keys that wrap something."""
        with self._database.reading() as connection:
            return {
                str(key_id)
                for table in (VAULT_ENTRIES, VAULT_DOCUMENTS)
                for (key_id,) in connection.execute(sa.select(table.c.key_id).distinct())
                if key_id
            }

    def sample(self) -> EntryRow | None:
        """Return any pseudonym that is not destroyed."""
        query = sa.select(VAULT_ENTRIES).where(VAULT_ENTRIES.c.destroyed == "").limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else EntryRow(**row)

    def counts(self, tenant: str) -> dict[str, int]:
        """Return how many there are of what."""
        entries = VAULT_ENTRIES.c
        own = entries.tenant == tenant
        with self._database.reading() as connection:

            def count(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
                query = sa.select(sa.func.count()).select_from(table).where(*where)
                return int(connection.execute(query).scalar_one())

            return {
                "pseudonyms": count(VAULT_ENTRIES, own, entries.destroyed == ""),
                "destroyed": count(VAULT_ENTRIES, own, entries.destroyed != ""),
                "documents": count(VAULT_DOCUMENTS, VAULT_DOCUMENTS.c.tenant == tenant),
            }


class Replacing:
    """What may be written while a version of a document is written anew."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def entries(self, tenant: str, tokens: Iterable[str]) -> dict[str, EntryRow]:
        """Return what there is of these pseudonyms; nobody changes them until this is done."""
        return _entries(self._connection, tenant, tokens, locked=True)

    def write(
        self,
        document: DocumentRow,
        mentions: Sequence[MentionRow],
        entries: Sequence[EntryRow],
    ) -> None:
        """Write a version's rows, and the pseudonyms that are new."""
        for table, rows in ((VAULT_ENTRIES, entries), (VAULT_MENTIONS, mentions)):
            if rows:
                self._connection.execute(sa.insert(table), [asdict(row) for row in rows])
        self._connection.execute(sa.insert(VAULT_DOCUMENTS), [asdict(document)])

    def link(self, tenant: str, links: Mapping[str, Collection[str]]) -> None:
        """Let keyed hashes lead to pseudonyms, which they may do already."""
        known = set()
        columns = VAULT_LINKS.c
        for some in _batches(sorted(links)):
            query = sa.select(columns.token, columns.link).where(
                columns.tenant == tenant, columns.token.in_(some)
            )
            known |= {(str(token), str(link)) for token, link in self._connection.execute(query)}
        wanted = {(token, link) for token, ones in links.items() for link in ones}
        rows = [
            {"tenant": tenant, "token": token, "link": link}
            for token, link in sorted(wanted - known)
        ]
        if rows:
            self._connection.execute(sa.insert(VAULT_LINKS), rows)

    def amend(self, entry: EntryRow) -> None:
        """Write what is sealed in a pseudonym that there was."""
        entries = VAULT_ENTRIES.c
        self._connection.execute(
            sa.update(VAULT_ENTRIES)
            .where(entries.tenant == entry.tenant, entries.token == entry.token)
            .values(sealed=entry.sealed)
        )


def erase(connection: sa.Connection, document_id: str, *, kept: str | None = None) -> None:
    """Erase what is kept of every version of a document but one, and what nothing else holds."""
    versions = [VAULT_MENTIONS.c.document_id == document_id]
    lists = [VAULT_DOCUMENTS.c.document_id == document_id]
    if kept is not None:
        versions.append(VAULT_MENTIONS.c.version != kept)
        lists.append(VAULT_DOCUMENTS.c.version != kept)
    named = sa.select(VAULT_MENTIONS.c.tenant, VAULT_MENTIONS.c.token).where(*versions).distinct()
    loose: dict[str, list[str]] = {}
    for tenant, token in connection.execute(named):
        loose.setdefault(tenant, []).append(token)
    connection.execute(sa.delete(VAULT_MENTIONS).where(*versions))
    connection.execute(sa.delete(VAULT_DOCUMENTS).where(*lists))
    entries, mentions = VAULT_ENTRIES.c, VAULT_MENTIONS.c
    held = sa.exists().where(mentions.tenant == entries.tenant, mentions.token == entries.token)
    for tenant, tokens in loose.items():
        for some in _batches(tokens):
            connection.execute(
                sa.delete(VAULT_ENTRIES).where(
                    entries.tenant == tenant,
                    entries.token.in_(some),
                    entries.destroyed == "",
                    ~held,
                )
            )
        _unlink(connection, tenant, tokens)


def _unlink(connection: sa.Connection, tenant: str, tokens: Sequence[str]) -> None:
    """Delete the links of those of the pseudonyms that nothing is kept of any more."""
    entries, links = VAULT_ENTRIES.c, VAULT_LINKS.c
    full = sa.exists().where(
        entries.tenant == links.tenant, entries.token == links.token, entries.destroyed == ""
    )
    for some in _batches(tokens):
        connection.execute(
            sa.delete(VAULT_LINKS).where(links.tenant == tenant, links.token.in_(some), ~full)
        )


def strays(connection: sa.Connection) -> list[str]:
    """Return the ids that the vault knows and the register does not."""
    query = (
        sa.select(VAULT_DOCUMENTS.c.document_id)
        .outerjoin(DOCUMENTS, DOCUMENTS.c.id == VAULT_DOCUMENTS.c.document_id)
        .where(DOCUMENTS.c.id.is_(None))
        .distinct()
    )
    return [str(document_id) for (document_id,) in connection.execute(query)]


def _entries(
    connection: sa.Connection, tenant: str, tokens: Iterable[str], *, locked: bool = False
) -> dict[str, EntryRow]:
    found = {}
    for some in _batches(sorted(set(tokens))):
        query = sa.select(VAULT_ENTRIES).where(
            VAULT_ENTRIES.c.tenant == tenant, VAULT_ENTRIES.c.token.in_(some)
        )
        query = query.with_for_update() if locked else query
        for row in connection.execute(query).mappings():
            found[str(row["token"])] = EntryRow(**row)
    return found


def _batches(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(tokens), _AT_ONCE):
        yield tokens[start : start + _AT_ONCE]


def _of_version(table: sa.Table, document_id: str, version: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.document_id == document_id, table.c.version == version)


def _under_others(
    connection: sa.Connection, table: sa.Table, key_id: str
) -> Sequence[sa.RowMapping]:
    query = (
        sa.select(table)
        .where(table.c.key_id != key_id, table.c.key_id != "")
        .limit(_ROWS_AT_ONCE)
        .with_for_update()
    )
    return connection.execute(query).mappings().all()


def _rewrapped(row: Wrapped, key_id: str, wrapped: bytes) -> sa.Update:
    """Return the change of one row; one that was changed or destroyed meanwhile is left alone."""
    if isinstance(row, EntryRow):
        table = VAULT_ENTRIES
        place = sa.and_(table.c.tenant == row.tenant, table.c.token == row.token)
    else:
        table = VAULT_DOCUMENTS
        place = _of_version(table, row.document_id, row.version)
    return (
        sa.update(table)
        .where(place, table.c.key_id == row.key_id, table.c.wrapped == row.wrapped)
        .values(key_id=key_id, wrapped=wrapped)
    )
