"""`POST /v1/query`: a question, and the answer with its evidence, at once or while written."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from rag.api.asker import Asker
from rag.api.filters import narrowing_of
from rag.api.problems import documented
from rag.api.schema import AnswerBody, QuestionBody, answer_body
from rag.api.slots import Slots
from rag.api.telling import MEDIA_TYPE, Telling
from rag.ports import AnswerService, Hear
from rag.records import Answer

_ERRORS = documented(400, 401, 403, 404, 413, 415, 422, 500, 503)
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events, the last of which is `answer` or `problem`.",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "description": "The data of an event `begin`, `sentence`, `answer`, `problem`.",
                    "oneOf": [
                        {"$ref": f"#/components/schemas/{name}"}
                        for name in ("BegunBody", "SaidBody", "AnswerBody", "ProblemBody")
                    ],
                }
            }
        },
    }
}


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

    @router.post(
        "/query/stream",
        operation_id="askAloud",
        summary="Ask, and hear the answer while it is written",
        response_class=StreamingResponse,
        responses={**_ERRORS, **_EVENTS},
        dependencies=[Depends(json_only)],
    )
    async def stream(body: QuestionBody, principal: Asker, request: Request) -> StreamingResponse:
        """Answer as `/v1/query` does, as server-sent events.

        `sentence` events come while a model writes, each once its evidence is found. The event
        `answer` is the whole answer and alone counts: a model may still be found to be wrong,
        and where several are asked, `begin` takes back what was told before.
        """
        check_length(body.question, max_question)
        asked = narrowing_of(body.filters)

        def ask(hear: Hear) -> Answer:
            with slots.one():
                return service.ask(body.question, principal, asked, hear)

        return await Telling(ask, request).response()

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
