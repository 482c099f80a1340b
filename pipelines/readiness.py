"""Whether every part can serve, found out no more often than every few seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

_READY_SECONDS = 5.0


class Readiness:
    """What a check found, kept for some seconds, so that asking for it costs nothing.

    While one caller checks, the others get what was found before and do not wait, but for the
    very first time.
    """

    def __init__(
        self, check: Callable[[], Mapping[str, bool]], *, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Take note of the check; it runs when first asked for.

        Args:
            check: Says of each part whether it works.
            now: The seconds on a clock that never goes back.
        """
        self._check = check
        self._now = now
        self._checking = threading.Lock()
        self._found: tuple[float, Mapping[str, bool]] | None = None

    def outcome(self) -> Mapping[str, bool]:
        """Return what the last check found, checking anew if that is too long ago."""
        found = self._fresh()
        if found is not None:
            return found
        before = self._found
        if not self._checking.acquire(blocking=before is None) and before is not None:
            return before[1]
        try:
            found = self._fresh()  # by whoever was waited for
            if found is None:
                found = self._check()
                self._found = (self._now(), found)
            return found
        finally:
            self._checking.release()

    def _fresh(self) -> Mapping[str, bool] | None:
        last = self._found
        fresh = last is not None and self._now() - last[0] < _READY_SECONDS
        return last[1] if fresh and last is not None else None
