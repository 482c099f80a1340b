"""One process at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import RetryError


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold the ingest lock of an installation, or say which process does.

    The kernel lets go of it when the process ends, however it ends.
    """
    with lock.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise RetryError(
                f"process {file.read().strip() or 'unknown'} is ingesting into "
                f"{lock.parent}: wait until it is done"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
