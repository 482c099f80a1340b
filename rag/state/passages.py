"""What is kept of a version beside its row: its text and the token vectors of its passages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

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

    They are joined: the same list after `IN` would have SQLite read the whole table. The statement
    is text, because SQLAlchemy makes its `VALUES` anew every time, which takes longer than reading.
    """
    if not wanted:
        return {}
    given: dict[str, str | int] = {}
    for n, (document_id, version, ordinal) in enumerate(wanted):
        given |= {f"d{n}": document_id, f"v{n}": version, f"o{n}": ordinal}
    query = _reading(len(wanted))
    return {(d, v, int(n)): bytes(packed) for d, v, n, packed in connection.execute(query, given)}


@lru_cache(maxsize=512)
def _reading(count: int) -> sa.TextClause:
    """Return the statement that reads so many passages."""
    names = ("document_id", "version", "ordinal")
    places = ", ".join(f"(:d{n}, :v{n}, :o{n})" for n in range(count))
    kept = PASSAGES.name
    read = ", ".join(f"{kept}.{name}" for name in (*names, "tokens"))
    same = " AND ".join(f"{kept}.{name} = asked.{name}" for name in names)
    return sa.text(  # names of our own alone are put in; what is asked for is bound
        f"WITH asked ({', '.join(names)}) AS (VALUES {places}) "  # noqa: S608 -- see above
        f"SELECT {read} FROM asked JOIN {kept} ON {same}"
    )


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
