"""Completes the OpenAPI description with what holds for every route."""

from __future__ import annotations

from typing import Any

from rag.api.border import OPEN_PATHS, REQUEST_ID
from rag.api.problems import MEDIA_TYPE
from rag.api.schema import BegunBody, ProblemBody, SaidBody

_SCHEMES: dict[str, dict[str, str]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "`Authorization: Bearer KEY` with an API key of this installation.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The same key in a header of its own.",
    },
}
_HEADERS: dict[str, dict[str, Any]] = {
    "RequestId": {
        "description": "Number of this request, made by the service; its log uses it.",
        "schema": {"type": "string"},
    },
    "Challenge": {"description": "How to authenticate.", "schema": {"type": "string"}},
    "RetryAfter": {
        "description": "Seconds to wait, where waiting helps.",
        "schema": {"type": "integer"},
    },
}
# What the framework would answer to an invalid request; we answer a problem.
_NOT_OURS = ("HTTPValidationError", "ValidationError")
_ASKING = ("QuestionBody", "SearchBody")
_HEADERS_OF_STATUS = {
    "401": ("WWW-Authenticate", "Challenge"),
    "503": ("Retry-After", "RetryAfter"),
}


def complete(schema: dict[str, Any], *, max_question: int) -> dict[str, Any]:
    """Add to a generated description: security, headers, the problem schema, the limit."""
    components = schema["components"]
    components["securitySchemes"] = _SCHEMES
    components["headers"] = _HEADERS
    for body in (ProblemBody, BegunBody, SaidBody):
        described = body.model_json_schema(ref_template="#/components/schemas/{model}")
        components["schemas"].update(described.pop("$defs", {}))
        components["schemas"][body.__name__] = described
    for name in _ASKING:
        components["schemas"][name]["properties"]["question"]["maxLength"] = max_question
    for name in _NOT_OURS:
        components["schemas"].pop(name, None)
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            operation["security"] = [] if path in OPEN_PATHS else [{name: []} for name in _SCHEMES]
            operation["responses"] = _without_defaults(operation["responses"])
            for status, response in operation["responses"].items():
                response["headers"] = _headers(status)
    return schema


def _without_defaults(responses: dict[str, Any]) -> dict[str, Any]:
    """Leave out the 422 that the framework adds to every route with a parameter."""
    return {
        status: response
        for status, response in responses.items()
        if MEDIA_TYPE in response["content"] or status < "400"
    }


def _headers(status: str) -> dict[str, dict[str, str]]:
    names = {REQUEST_ID: "RequestId"}
    if status in _HEADERS_OF_STATUS:
        name, component = _HEADERS_OF_STATUS[status]
        names[name] = component
    return {name: {"$ref": f"#/components/headers/{part}"} for name, part in names.items()}
