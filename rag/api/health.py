"""`GET /healthz` and `GET /readyz`: for supervisors, without a key and without details."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse

from rag.api.problems import documented, problem_body, problem_response
from rag.api.schema import HealthBody, ReadyBody
from rag.errors import REMEDIES, RetryError
from rag.ports import AnswerService


def health_routes(service: AnswerService) -> APIRouter:
    """Return the routes that say whether the service is alive and ready."""
    router = APIRouter(tags=["health"])

    @router.get(
        "/healthz",
        operation_id="live",
        summary="Is the process alive?",
        response_description="It is.",
        responses=documented(413, 500),
    )
    def live() -> HealthBody:
        """Answer, and look at nothing else."""
        return HealthBody()

    @router.get(
        "/readyz",
        operation_id="ready",
        summary="Can it answer?",
        response_description="Every part can serve.",
        response_model=ReadyBody,
        responses=documented(413, 500, 503),
    )
    def ready() -> ReadyBody | JSONResponse:
        """Ask every part whether it can serve, and name those that cannot."""
        missing = sorted(name for name, works in service.ready().items() if not works)
        if missing:
            return problem_response(problem_body(503, REMEDIES[RetryError].hint, parts=missing))
        return ReadyBody()

    return router
