"""An answer as a stream of events: its sentences while they are written, then the whole of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from threading import Event, Thread
from typing import TypeAlias

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.requests import Request
from starlette.responses import StreamingResponse

from rag.api.body import Body
from rag.api.problems import problem_of
from rag.api.schema import answer_body, begun_body, said_body
from rag.ports import Hear
from rag.records import Answer, Begun, Said

MEDIA_TYPE = "text/event-stream"
PROBLEM = "problem"
SILENCE_SECONDS = 15.0
# A proxy that reads them would keep events until there are many, but for the second one.
_HEADERS = {"content-type": MEDIA_TYPE, "x-accel-buffering": "no"}

Told: TypeAlias = Begun | Said | Answer | Exception


class AskerLeft(Exception):  # noqa: N818  nothing is wrong: nobody listens any more
    """Raised in what is being written for somebody who has closed the connection."""


class Telling:
    """One answer that is written in a thread of its own and told in the event loop."""

    def __init__(self, ask: Callable[[Hear], Answer], request: Request) -> None:
        """Begin to answer.

        Args:
            ask: Answers, and tells what it hears; it may raise.
            request: What is answered.
        """
        self._ask = ask
        self._request = request
        self._loop = asyncio.get_running_loop()
        self._told: asyncio.Queue[Told] = asyncio.Queue()
        self._left = Event()
        Thread(target=self._work, name="ringfence-telling", daemon=True).start()

    async def response(self) -> StreamingResponse:
        """Return the response once there is something to tell; errors before that are raised."""
        try:
            first = await self._told.get()
        except asyncio.CancelledError:
            self._left.set()
            raise
        if isinstance(first, Exception):
            raise first
        return StreamingResponse(self._events(first), headers=_HEADERS)

    async def _events(self, told: Told) -> AsyncIterator[bytes]:
        try:
            while True:
                yield self._event(told)
                if isinstance(told, Answer | Exception):
                    return
                while True:
                    with suppress(TimeoutError):
                        told = await asyncio.wait_for(self._told.get(), SILENCE_SECONDS)
                        break
                    yield KEEPALIVE_COMMENT
        finally:
            self._left.set()

    def _work(self) -> None:
        try:
            self._tell(self._ask(self._hear))
        except AskerLeft:
            return
        except Exception as error:  # noqa: BLE001  the route raises it, or it ends the stream
            self._tell(error)

    def _hear(self, told: Begun | Said) -> None:
        if self._left.is_set():
            raise AskerLeft
        self._tell(told)

    def _tell(self, told: Told) -> None:
        with suppress(RuntimeError):  # the service has stopped: nobody listens
            self._loop.call_soon_threadsafe(self._told.put_nowait, told)

    def _event(self, told: Told) -> bytes:
        match told:
            case Begun():
                return _event("begin", begun_body(told))
            case Said():
                return _event("sentence", said_body(told))
            case Answer():
                return _event("answer", answer_body(told))
            case Exception():
                return _event(PROBLEM, problem_of(told, self._request))


def _event(name: str, body: Body) -> bytes:
    return format_sse_event(event=name, data_str=body.model_dump_json(exclude_none=name == PROBLEM))
