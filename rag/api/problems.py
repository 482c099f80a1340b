"""Errors as RFC 9457 problems, from the one table of remedies. Nothing of the inside shows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rag.api.filters import FiltersBody
from rag.api.passages import SearchBody
from rag.api.schema import InvalidBody, ProblemBody, QuestionBody, ReidentifyBody
from rag.errors import (
    REMEDIES,
    ConfigurationError,
    NotFoundError,
    RetryError,
    RingfenceError,
    UnauthenticatedError,
    remedy,
)

Handler: TypeAlias = Callable[[Request, Any], Coroutine[Any, Any, Response]]

MEDIA_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="ringfence"'
RETRY_AFTER_SECONDS = "5"

_LOG = logging.getLogger(__name__)

_BODIES = (QuestionBody, ReidentifyBody, FiltersBody, SearchBody)

# What to do about errors of the protocol; errors of ours have their hints in `REMEDIES`.
_HINTS = {
    400: "send valid JSON",
    404: REMEDIES[NotFoundError].hint,
    405: "use a method that the header Allow names",
    413: "send a shorter request",
    415: "send application/json",
    422: "mend the request",
    500: REMEDIES[RingfenceError].hint,
}
# A hint of 503 or 401 has a row of its own; these are what callers meet most.
_DOCUMENTED_HINTS = {
    **_HINTS,
    **{row.http_status: row.hint for row in REMEDIES.values() if row.http_status not in _HINTS},
    503: REMEDIES[RetryError].hint,
    401: REMEDIES[UnauthenticatedError].hint,
}
_KNOWN_FIELDS = frozenset(
    {
        *("start", "end"),  # of the range in an address
        *(name for body in _BODIES for name in body.model_fields),
    }
)


def problem_response(body: ProblemBody, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a problem as a response."""
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status_code=body.status,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def problem_body(status: int, hint: str = "", *, parts: Sequence[str] | None = None) -> ProblemBody:
    """Return the problem of a status."""
    return ProblemBody(
        title=HTTPStatus(status).phrase,
        status=status,
        hint=hint or _HINTS.get(status, _HINTS[422]),
        parts=None if parts is None else list(parts),
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the entries of these errors for the service's description."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemBody"},
                    "example": problem_body(status, _DOCUMENTED_HINTS[status]).model_dump(
                        exclude_none=True
                    ),
                }
            },
        }
        for status in statuses
    }


def handlers() -> dict[int | type[Exception], Handler]:
    """Return what makes a response of each error that is expected."""
    return {
        RingfenceError: _on_ringfence_error,
        HTTPException: _on_http_exception,
        RequestValidationError: _on_invalid_request,
    }


async def on_unexpected(request: Request, error: Exception) -> JSONResponse:
    """Answer an error that nobody raised on purpose; its type alone is logged."""
    return problem_response(problem_of(error, request))


def problem_of(error: Exception, request: Request) -> ProblemBody:
    """Return the problem of an error; of one that is ours to mend, the type is logged."""
    if not isinstance(error, RingfenceError):
        _note(request, error)
        return problem_body(500)
    row = remedy(error)
    if isinstance(error, ConfigurationError) or row.http_status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _note(request, error)
    return problem_body(row.http_status, row.hint)


async def _on_ringfence_error(request: Request, error: Exception) -> JSONResponse:
    problem = problem_of(error, request)
    headers = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = CHALLENGE
    if isinstance(error, RetryError):
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    return problem_response(problem, headers)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    del request
    if not isinstance(error, HTTPException):
        return problem_response(problem_body(500))
    return problem_response(problem_body(error.status_code), error.headers)


async def _on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    del request
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    if any(detail["type"] == "json_invalid" for detail in found):
        return problem_response(problem_body(HTTPStatus.BAD_REQUEST))
    invalid = problem_body(HTTPStatus.UNPROCESSABLE_ENTITY)
    return problem_response(invalid.model_copy(update={"errors": _invalid(found)}))


def _invalid(details: Iterable[Mapping[str, Any]]) -> list[InvalidBody]:
    """Name what is wrong: never a value, nor the name of a field that we do not have."""
    return [
        InvalidBody(
            where=next((p for p in reversed(detail["loc"]) if p in _KNOWN_FIELDS), "body"),
            code=detail["type"],
            problem=detail["msg"],
        )
        for detail in details
    ]


def _note(request: Request, error: Exception) -> None:
    request_id = getattr(request.state, "request_id", "-")
    _LOG.error("%s in request %s", type(error).__name__, request_id)
