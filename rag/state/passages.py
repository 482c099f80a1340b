"""What is kept of a version beside its row: its text and the token vectors of its passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    connection: sa.Connection, document_id: str, version: str, ordinals: Sequence[int]
) -> dict[int, bytes]:
    """Return the packed token vectors of some passages, those that are there."""
    query = sa.select(PASSAGES.c.ordinal, PASSAGES.c.tokens).where(
        PASSAGES.c.document_id == document_id,
        PASSAGES.c.version == version,
        PASSAGES.c.ordinal.in_(list(ordinals)),
    )
    return {int(ordinal): bytes(packed) for ordinal, packed in connection.execute(query)}


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
