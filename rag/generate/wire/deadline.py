"""When an answer must be there: in all, and the next piece of it."""

from __future__ import annotations

import time


class Deadline:
    """The end of a call, and the longest silence within it; every read asks how long it may wait.

    `TimeoutError` is raised when nothing is left, so that a server that drips a byte at a time
    is no slower to fail than one that says nothing.
    """

    def __init__(self, seconds: float, *, silence: float | None = None) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        self._silence = silence

    def remaining(self) -> float:
        """Return the seconds left, or raise `TimeoutError`."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def next_wait(self) -> float:
        """Return how long the next read may wait, or raise `TimeoutError`."""
        left = self.remaining()
        return left if self._silence is None else min(left, self._silence)

    def allow_silence(self, seconds: float) -> None:
        """From now on, no read waits longer than this."""
        self._silence = seconds
