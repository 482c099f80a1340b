"""Where the time goes, by stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Adds up the seconds of each stage."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            self._seconds[name] = self._seconds.get(name, 0.0) + spent

    def rounded(self) -> dict[str, float]:
        """Return the seconds of each stage and of all together, to a tenth of a millisecond."""
        seconds = {**self._seconds, "total": sum(self._seconds.values())}
        return {name: round(value, 4) for name, value in seconds.items()}
