"""What every request passes before a route sees it: headers, log, key, size of the body.

Plain ASGI, so that it holds for routes that do not exist as well.
"""

from __future__ import annotations

import logging
import uuid
from time import perf_counter

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import RefusedError, UnauthenticatedError
from rag.ports import AnswerService

MAX_BODY_BYTES = 64 * 1024
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/openapi.json"})
REQUEST_ID = "x-request-id"

_LOG = logging.getLogger(__name__)
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_KEY_SCHEME = "bearer "


class Border:
    """Numbers each request, sets the headers of each response, and logs no more than its shape."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started = perf_counter()
        status = "-"

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
                MutableHeaders(scope=message).update({**_HEADERS, REQUEST_ID: request_id})
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            # The template, not the path: a path may name a document.
            template = getattr(scope.get("route"), "path", "-")
            elapsed = round((perf_counter() - started) * 1000)
            _LOG.info("%s %s %s %d ms", _method(scope), template, status, elapsed)


class Doorkeeper:
    """Lets nobody without a known API key past it, but for what is open to all."""

    def __init__(self, app: ASGIApp, service: AnswerService) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or raise `UnauthenticatedError` before its body is read."""
        if scope["type"] == "http" and scope["path"] not in OPEN_PATHS:
            key = _presented_key(Headers(scope=scope))
            try:
                principal = await run_in_threadpool(self._service.authenticate, key)
            except RefusedError as error:
                raise UnauthenticatedError("the API key is missing or not known") from error
            scope.setdefault("state", {})["principal"] = principal
        await self._app(scope, receive, send)


class BodyLimit:
    """Reads the body up to the limit before anything parses it, however it is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or raise the error of a body that is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > MAX_BODY_BYTES:
            raise HTTPException(413)
        body = await _read(receive)
        if body is None:
            return  # the client has gone: there is nobody to answer
        message: Message | None = {"type": "http.request", "body": body, "more_body": False}

        async def replay() -> Message:
            nonlocal message
            if message is None:
                return await receive()
            whole, message = message, None
            return whole

        await self._app(scope, replay, send)


async def _read(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413)
        if not message.get("more_body", False):
            return bytes(body)


def _presented_key(headers: Headers) -> str:
    """Return the one key that was sent; none, or several that differ, are the same refusal."""
    keys = {key.strip() for key in headers.getlist("x-api-key")}
    for value in headers.getlist("authorization"):
        scheme, key = value[: len(_KEY_SCHEME)], value[len(_KEY_SCHEME) :]
        if scheme.lower() != _KEY_SCHEME:
            raise UnauthenticatedError("the API key is missing or not known")
        keys.add(key.strip())
    if len(keys) != 1 or keys == {""}:
        raise UnauthenticatedError("the API key is missing or not known")
    return keys.pop()


def _method(scope: Scope) -> str:
    """Return the method if it is one there is: a client may send any word."""
    method = str(scope["method"])
    return method if method in _METHODS else "-"


_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
