"""Reads answers that arrive in pieces: server-sent events, or a JSON object a line.

A server is not trusted to end its lines, its answers or itself: everything has a limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from pydantic_core import from_json

from rag.errors import ConfigurationError, RetryError

_CHUNK = 1 << 16
_DONE = b"[DONE]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most bytes of a line and of a whole answer, far above what an answer needs."""

    line: int = 1 << 20
    total: int = 8 << 20


class Source(Protocol):
    """Where bytes come from: an HTTP response."""

    def read1(self, n: int = -1, /) -> bytes:
        """Return what is there, waiting for at least one byte; none at the end."""


def whole(source: Source, limits: Limits) -> bytes:
    """Read an answer to its end."""
    parts, size = [], 0
    while data := source.read1(_CHUNK):
        size += len(data)
        if size > limits.total:
            raise _too_much("an answer")
        parts.append(data)
    return b"".join(parts)


def lines(source: Source, limits: Limits) -> Iterator[bytes]:
    """Yield lines as they arrive, without their ends; the last one may lack it."""
    rest, size = b"", 0
    while data := source.read1(_CHUNK):
        size += len(data)
        if size > limits.total:
            raise _too_much("an answer")
        *ready, rest = (rest + data).split(b"\n")
        for line in ready:
            if len(line) > limits.line:
                raise _too_much("a line")
            yield line.removesuffix(b"\r")
        if len(rest) > limits.line:
            raise _too_much("a line")
    if rest:
        yield rest.removesuffix(b"\r")


def server_sent(source: Source, limits: Limits) -> Iterator[Mapping[str, object]]:
    """Yield the objects of server-sent events until the server says that it is done.

    What follows is read to the end, so that the connection can be used again. Comments, which
    servers send to keep a connection open, are passed over.
    """
    data: list[bytes] = []
    done = False
    for line in lines(source, limits):
        if done:
            continue
        if not line:
            event, data = b"\n".join(data), []
            done = event == _DONE
            if event and not done:
                yield parsed(event)
            continue
        name, _, value = line.partition(b":")
        # Some servers tell of an error in a field of that name.
        if name in (b"data", b"error"):
            data.append(value.removeprefix(b" "))
    event = b"\n".join(data)
    if event and event != _DONE and not done:
        yield parsed(event)


def json_lines(source: Source, limits: Limits) -> Iterator[Mapping[str, object]]:
    """Yield an object a line."""
    for line in lines(source, limits):
        if line.strip():
            yield parsed(line)


def parsed(data: bytes) -> Mapping[str, object]:
    """Return a JSON object, or raise `RetryError`: nothing of it is told, it may hold text."""
    try:
        value = from_json(data)
    except ValueError:
        raise RetryError("the model server sent something that is not JSON") from None
    if not isinstance(value, dict):
        raise RetryError("the model server sent JSON that is not an object")
    return cast("Mapping[str, object]", value)


def _too_much(what: str) -> ConfigurationError:
    return ConfigurationError(f"the model server sent {what} longer than any can be")
