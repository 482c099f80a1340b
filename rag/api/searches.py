"""`POST /v1/search`: a question, and the passages that may answer it."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from rag.api.asker import Asker
from rag.api.filters import narrowing_of
from rag.api.passages import FoundBody, SearchBody, found_body
from rag.api.problems import documented
from rag.api.questions import check_length, json_only
from rag.api.slots import Slots
from rag.ports import AnswerService

_ERRORS = documented(400, 401, 403, 404, 413, 415, 422, 500, 503)


def search_routes(service: AnswerService, slots: Slots, max_question: int) -> APIRouter:
    """Return the routes that find passages."""
    router = APIRouter(prefix="/v1", tags=["questions"])

    @router.post(
        "/search",
        operation_id="search",
        summary="Find passages",
        response_description="The passages, the best first; none if there is none to read.",
        responses=_ERRORS,
        dependencies=[Depends(json_only)],
    )
    def search(body: SearchBody, principal: Asker) -> FoundBody:
        """Find passages in the documents that the owner of the API key may read."""
        check_length(body.question, max_question)
        with slots.one():
            asked = narrowing_of(body.filters)
            return found_body(service.search(body.question, principal, asked, limit=body.limit))

    return router
