"""How many questions are worked on at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import RetryError

CONCURRENT_QUESTIONS = 8


class Slots:
    """A fixed number of places. Nobody waits for one: a queue would only hide the overload."""

    def __init__(self, count: int = CONCURRENT_QUESTIONS) -> None:
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place, or raise `RetryError` if all are taken."""
        if not self._free.acquire(blocking=False):
            raise RetryError("as many questions as can be answered at a time are being answered")
        try:
            yield
        finally:
            self._free.release()
