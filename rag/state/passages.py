"""What is kept of a version beside its row: its text and the token vectors of its passages."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from rag.state.tables import CONTENTS, PASSAGES


def add_passages(
    connection: sa.Connection, document_id: str, version: str, tokens: Mapping[int, bytes]
) -> None:
    """Keep the packed token vectors of a version's passages."""
    rows = [
        {"document_id": document_id, "version": version, "ordinal": ordinal, "tokens": packed}
        for ordinal, packed in tokens.items()
    ]
    if rows:
        connection.execute(sa.insert(PASSAGES), rows)


def read_passages(
    connection: sa.Connection, wanted: Collection[tuple[str, str, int]]
) -> dict[tuple[str, str, int], bytes]:
    """Return the packed token vectors of some passages, those that are there.

    They are joined: the same list after `IN` would have SQLite read the whole table.
    """
    if not wanted:
        return {}
    columns = (PASSAGES.c.document_id, PASSAGES.c.version, PASSAGES.c.ordinal)
    asked = sa.values(*(sa.column(c.name, c.type) for c in columns), name="asked")
    rows = asked.data(list(wanted)).cte()
    same = sa.and_(*(column == rows.c[column.name] for column in columns))
    query = sa.select(*columns, PASSAGES.c.tokens).select_from(rows.join(PASSAGES, same))
    return {(d, v, int(n)): bytes(packed) for d, v, n, packed in connection.execute(query)}


def delete_texts(
    connection: sa.Connection, document_id: str, *, version: str = "", but: str = ""
) -> None:
    """Delete text and token vectors of a document: of all versions, of one, or of all but one."""
    for table in (CONTENTS, PASSAGES):
        query = sa.delete(table).where(table.c.document_id == document_id)
        if version:
            query = query.where(table.c.version == version)
        if but:
            query = query.where(table.c.version != but)
        connection.execute(query)
