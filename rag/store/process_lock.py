"""A lock that one process holds on a folder, and that says who holds it."""

from __future__ import annotations

import fcntl
import os
import re
import sys
from pathlib import Path
from typing import IO

from rag.errors import RetryError

# A sub-command, and nothing an operator may have typed behind it: that could be a question.
_COMMAND = re.compile(r"[a-z][a-z-]{0,19}")


class ProcessLock:
    """Held from `acquire` to `release`, or until the process dies: nothing stale stays behind."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self, what: str, *, otherwise: str) -> None:
        """Take the lock on `what`, or raise `RetryError` saying who has it and what to do."""
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise RetryError(f"{what} is held by process {holder}: {otherwise}") from None
        except OSError:
            file.close()
            raise
        file.truncate(0)
        file.write(f"{os.getpid()} ({_command(sys.argv)})")
        file.flush()
        self._file = file

    def holder(self) -> str:
        """Return the process that holds the lock, as it names itself; empty if none does."""
        if self._file is not None:
            return ""
        try:
            file = self._path.open("r", encoding="utf-8")
        except FileNotFoundError:
            return ""
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read().strip() or "unknown"
        return ""

    def release(self) -> None:
        """Give the lock back; without one, do nothing."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def _command(arguments: list[str]) -> str:
    """Return the program and its sub-command, without any argument that could hold a value."""
    program = Path(arguments[0]).name if arguments and arguments[0] else "python"
    if len(arguments) > 1 and _COMMAND.fullmatch(arguments[1]):
        return f"{program} {arguments[1]}"
    return program
