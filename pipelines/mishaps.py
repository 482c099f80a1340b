"""What a command says of an error that nobody raised on purpose: no value, no message of it."""

from __future__ import annotations

import errno
import sys
import traceback
from pathlib import Path
from types import TracebackType

from rag.errors import ConfigurationError, RetryError, RingfenceError

_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_FRAMES = 6


def as_known(error: OSError) -> RingfenceError | None:
    """Return what an operator can mend of an error of the system, or None if it may be a bug.

    A file's name is told only of the installation's own files, which name nobody.
    """
    from rag.settings import home_folder

    if error.errno == errno.ENOSPC:
        return RetryError("the disk is full: free some space and run again")
    path = Path(error.filename).absolute() if isinstance(error.filename, str) else None
    if error.errno in _REFUSED and path and path.is_relative_to(home_folder().absolute()):
        return ConfigurationError(
            f"{path}: {error.strerror}: the installation belongs to another user, or may not be"
            " written"
        )
    return None


def report_crash(
    kind: type[BaseException], _error: BaseException, trace: TracebackType | None
) -> None:
    """Say where a bug is, without the message of the error: it may quote a document."""
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    sys.stderr.write(
        f"ringfence: unexpected {kind.__name__}; please report it with these places:\n"
    )
    sys.stderr.write("  " + " > ".join(places) + "\n")
