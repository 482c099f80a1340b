"""`GET /v1/documents/{id}`: a document as it is indexed."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from fastapi import APIRouter, Path

from rag.api.asker import Asker
from rag.api.problems import documented
from rag.api.schema import DocumentBody, document_body
from rag.errors import NotFoundError
from rag.ports import AnswerService

_LONGEST_ID = 200
_ERRORS = documented(401, 404, 413, 500, 503)

DocumentId = Annotated[
    str,
    Path(alias="id", description="Id of a document, as citations name it.", examples=["d-lease"]),
]


def document_routes(service: AnswerService) -> APIRouter:
    """Return the routes that show documents."""
    router = APIRouter(prefix="/v1", tags=["documents"])

    @router.get(
        "/documents/{id}",
        operation_id="read_document",
        summary="Read a document",
        response_description="The document after redaction.",
        responses=_ERRORS,
    )
    def read_document(document_id: DocumentId, principal: Asker) -> DocumentBody:
        """Return a document that the owner of the API key may read.

        One that they may not read is answered as one that does not exist.
        """
        if not _may_be_an_id(document_id):
            raise NotFoundError("no such document")
        return document_body(service.document(document_id, principal))

    return router


def _may_be_an_id(text: str) -> bool:
    """Whether a database can be asked for it: PostgreSQL, for one, refuses NUL."""
    return len(text) <= _LONGEST_ID and not any(unicodedata.category(c) in _NO_TEXT for c in text)


_NO_TEXT = frozenset({"Cc", "Cs"})
