"""The REST service over an `AnswerService`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import Lifespan

from rag.api.border import BodyLimit, Border, Doorkeeper
from rag.api.description import complete
from rag.api.documents import document_routes
from rag.api.health import health_routes
from rag.api.problems import handlers, on_unexpected
from rag.api.questions import question_routes
from rag.api.reidentification import reidentification_routes
from rag.api.searches import search_routes
from rag.api.slots import Slots
from rag.ports import AnswerService, ReidentifyService
from rag.settings import ApiSettings

API_VERSION = "1.0"

_DESCRIPTION = """Answers from documents that may not leave the building, with citations that can \
be checked.

Every answer holds the evidence that supports it, and the API key decides which documents that \
may come from. Errors are problems as RFC 9457 has them; their `hint` says what to do."""

_TAGS = [
    {
        "name": "questions",
        "description": "Ask, and get an answer with its evidence, or passages.",
    },
    {"name": "documents", "description": "Read what citations point to."},
    {"name": "health", "description": "For supervisors; no key is needed."},
]
_REIDENTIFICATION = {
    "name": "re-identification",
    "description": "Learn what pseudonyms stand for: needs a role and a reason.",
}


def create_app(
    service: AnswerService,
    settings: ApiSettings,
    *,
    reidentifier: ReidentifyService | None = None,
    close: Callable[[], None] | None = None,
) -> FastAPI:
    """Return the service as an ASGI application.

    Interactive pages are left out: they would load scripts from a content network.

    Args:
        service: What answers.
        settings: The section `api`.
        reidentifier: What tells originals; without it there is no such route.
        close: Called when the server stops.
    """
    expected = handlers()

    app = FastAPI(
        title="Ringfence",
        version=API_VERSION,
        description=_DESCRIPTION,
        openapi_tags=_TAGS if reidentifier is None else [*_TAGS, _REIDENTIFICATION],
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_until_stopped(close),
        exception_handlers=expected,
        # FastAPI would export traces and the values of refused fields if the environment said so.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    slots = Slots()
    app.include_router(question_routes(service, slots, settings.max_question))
    app.include_router(search_routes(service, slots, settings.max_question))
    app.include_router(document_routes(service))
    if reidentifier is not None:
        app.include_router(reidentification_routes(reidentifier))
    app.include_router(health_routes(service))
    app.openapi_schema = complete(app.openapi(), max_question=settings.max_question)
    # The last one added is the first that a request meets. Unexpected errors end here, below the
    # framework's own catch-all, which would hand them on to the server to be logged with values.
    app.add_middleware(BodyLimit)
    app.add_middleware(Doorkeeper, service=service)
    app.add_middleware(ExceptionMiddleware, handlers={**expected, Exception: on_unexpected})
    app.add_middleware(Border)
    return app


def _until_stopped(close: Callable[[], None] | None) -> Lifespan[FastAPI]:
    """Return what calls `close` when the server stops."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            if close is not None:
                close()

    return lifespan
