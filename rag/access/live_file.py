"""Files that say who may do what, and hold at once when they are changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from rag.errors import ConfigurationError

Content = TypeVar("Content")
_Facts = tuple[int, ...] | None


class LiveFile(Generic[Content]):
    """The content of a file, read anew when the file has changed.

    What was read before a change never holds after it, even if the file cannot be read now.
    """

    def __init__(self, path: Path, read: Callable[[Path], Content]) -> None:
        """Take note of the file without reading it.

        Args:
            path: The file; it need not be there, if `read` has an answer for that.
            read: Reads it, or raises `ConfigurationError`.
        """
        self._path = path
        self._read = read
        # One attribute for both: threads that read at once must not mix old and new.
        self._last: tuple[_Facts, Content] | None = None

    def content(self) -> Content:
        """Return what the file says now."""
        facts = self._facts()  # before reading: a change in between is then seen next time
        last = self._last
        if last is None or last[0] != facts:
            self._last = None
            last = (facts, self._read(self._path))
            self._last = last
        return last[1]

    def _facts(self) -> _Facts:
        """Return what changes when the file does; an old time may be given to a new file."""
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ConfigurationError(f"{self._path} cannot be read: {error.strerror}") from error
        return facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_size
