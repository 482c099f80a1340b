"""How long something may take before it is broken off, whatever hangs in it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Where the first signal was swallowed on its way, another follows.
_AGAIN = 1.0


class TimeIsUp(BaseException):
    """It took too long; says where it was. No `except Exception` of what hangs stops this."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUp` in a block that takes longer.

    A signal breaks off what waits and what runs in Python alike; code that never comes back to
    Python it cannot. Only the main thread is sent signals: elsewhere nothing is broken off.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _raise)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _raise(_number: int, frame: FrameType | None) -> None:
    place = f"{frame.f_globals.get('__name__', '')}:{frame.f_lineno}" if frame is not None else ""
    raise TimeIsUp(place)
