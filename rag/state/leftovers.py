"""What the state database keeps of documents that it does not know: for verification."""

from __future__ import annotations

import sqlalchemy as sa

from rag.state.database import Database
from rag.state.passages import delete_texts
from rag.state.reviews import release
from rag.state.tables import CONTENTS, DOCUMENTS, PASSAGES
from rag.state.vault import erase, strays


class Leftovers:
    """Texts, token vectors and originals without a document."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def documents(self) -> set[str]:
        """Return the ids of the documents that they are of."""
        with self._database.reading() as connection:
            return _strays(connection)

    def drop(self) -> int:
        """Erase them; return of how many documents they were."""
        with self._database.writing() as connection:
            found = _strays(connection)
            for document_id in sorted(found):
                delete_texts(connection, document_id)
                erase(connection, document_id)
                release(connection, document_id)
        return len(found)

    def any_tokens(self) -> bool:
        """Whether any passage has token vectors."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(PASSAGES.c.ordinal).limit(1)).first() is not None

    def token_ordinals(self, document_id: str, version: str) -> set[int]:
        """Return which passages of a version have token vectors."""
        query = sa.select(PASSAGES.c.ordinal).where(
            PASSAGES.c.document_id == document_id, PASSAGES.c.version == version
        )
        with self._database.reading() as connection:
            return {int(ordinal) for (ordinal,) in connection.execute(query)}


def _strays(connection: sa.Connection) -> set[str]:
    """Return the ids that some table knows and the register does not."""
    found = set(strays(connection))
    for table in (CONTENTS, PASSAGES):
        query = (
            sa.select(table.c.document_id)
            .outerjoin(DOCUMENTS, DOCUMENTS.c.id == table.c.document_id)
            .where(DOCUMENTS.c.id.is_(None))
            .distinct()
        )
        found |= {str(document_id) for (document_id,) in connection.execute(query)}
    return found
