"""`GET /v1/documents/{id}`, and below it `/evidence`: a document as it is indexed."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from fastapi import APIRouter, Path, Query

from rag.api.asker import Asker
from rag.api.passages import EvidenceBody, evidence_body
from rag.api.problems import documented
from rag.api.schema import DocumentBody, document_body
from rag.errors import NotFoundError
from rag.ports import AnswerService

_LONGEST_ID = 200
_ERRORS = documented(401, 404, 413, 500, 503)
_RANGE_ERRORS = documented(401, 404, 413, 422, 500, 503)

DocumentId = Annotated[
    str,
    Path(alias="id", description="Id of a document, as citations name it.", examples=["d-lease"]),
]


First = Annotated[int, Query(ge=0, description="First character.", examples=[23])]
Last = Annotated[int, Query(ge=1, description="Character after the last one.", examples=[57])]


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

    @router.get(
        "/documents/{id}/evidence",
        operation_id="read_evidence",
        summary="Read a passage where it stands",
        response_description="The passage with what stands before and after it.",
        responses=_RANGE_ERRORS,
    )
    def read_evidence(
        document_id: DocumentId, start: First, end: Last, principal: Asker
    ) -> EvidenceBody:
        """Return a passage of a document that the owner of the API key may read.

        Citations and passages have the range. A document that may not be read is answered as
        one that does not exist.
        """
        if not _may_be_an_id(document_id):
            raise NotFoundError("no such document")
        return evidence_body(service.passage(document_id, start, end, principal))

    return router


def _may_be_an_id(text: str) -> bool:
    """Whether a database can be asked for it: PostgreSQL, for one, refuses NUL."""
    return len(text) <= _LONGEST_ID and not any(unicodedata.category(c) in _NO_TEXT for c in text)


_NO_TEXT = frozenset({"Cc", "Cs"})
