"""`POST /v1/query`: a question, and the answer with its evidence."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from rag.api.asker import Asker
from rag.api.filters import narrowing_of
from rag.api.problems import documented
from rag.api.schema import AnswerBody, QuestionBody, answer_body
from rag.api.slots import Slots
from rag.ports import AnswerService

_ERRORS = documented(400, 401, 403, 404, 413, 415, 422, 500, 503)


async def json_only(request: Request) -> None:
    """Refuse a body that does not say that it is JSON."""
    sent, _, _ = request.headers.get("content-type", "").partition(";")
    if sent.strip().lower() != "application/json":
        raise HTTPException(415)


def question_routes(service: AnswerService, slots: Slots, max_question: int) -> APIRouter:
    """Return the routes that answer questions."""
    router = APIRouter(prefix="/v1", tags=["questions"])

    @router.post(
        "/query",
        operation_id="ask",
        summary="Ask a question",
        response_description="The answer, an abstention or a refusal: see `verdict`.",
        responses=_ERRORS,
        dependencies=[Depends(json_only)],
    )
    def query(body: QuestionBody, principal: Asker) -> AnswerBody:
        """Answer from the documents that the owner of the API key may read."""
        check_length(body.question, max_question)
        with slots.one():
            asked = narrowing_of(body.filters)
            return answer_body(service.ask(body.question, principal, asked))

    return router


def check_length(question: str, max_question: int) -> None:
    """Refuse a question that is longer than the setting allows."""
    if len(question) > max_question:
        raise RequestValidationError(
            [
                {
                    "type": "string_too_long",
                    "loc": ("body", "question"),
                    "msg": f"String should have at most {max_question} characters",
                }
            ]
        )
