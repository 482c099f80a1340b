"""Folders to work in that do not stay behind, however the work ends.

What works in one may be killed. On SIGTERM, SIGHUP and Ctrl-C the folder is removed before the
process ends; what a kill -9 left is removed when the next one is made beside it. A folder is held
by a lock that the system lets go of when its process ends, so that none in use is taken for one
that was left: where folders cannot be locked, as on some network shares, nothing is removed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_PREFIX = ".ringfence-"
_RANDOM = r"[a-z0-9_]{8}"  # as `tempfile` draws it
_TERMINATING = (signal.SIGTERM, signal.SIGHUP)
_BY_SIGNAL = 128  # as shells say it


@contextmanager
def workroom(beside: Path, what: str) -> Iterator[Path]:
    """Give a new folder and remove it in the end; first remove what was left of others.

    Args:
        beside: The folder it is made in.
        what: A word that says what works there: only its own kind is removed.
    """
    _remove_left(beside, what)
    path, held = _made(beside, what)
    with _ended_in_order():
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)
            os.close(held)


def _made(beside: Path, what: str) -> tuple[Path, int]:
    """Return a new folder and what holds it."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{what}-", dir=beside))
        held = _opened(path)
        if held is None:
            continue  # somebody removed it between the two calls, for nobody held it yet
        _hold(held)
        if path.is_dir():
            return path, held
        os.close(held)


def _remove_left(beside: Path, what: str) -> None:
    """Remove folders of this name and user that no living process holds."""
    named = re.compile(re.escape(f"{_PREFIX}{what}-") + _RANDOM)
    for path in beside.iterdir():
        found = _opened(path) if named.fullmatch(path.name) else None
        if found is None:
            continue
        try:
            if os.fstat(found).st_uid == os.geteuid() and _hold(found):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(found)


def _opened(path: Path) -> int | None:
    """Return a descriptor of a folder; None if it is gone, no folder, or a link."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None


def _hold(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by a process that lives, or a file system without locks
        return False
    return True


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Have signals that ask to end unwind what is under way, where nobody else listens to them."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    ours = [one for one in _TERMINATING if signal.getsignal(one) is signal.SIG_DFL]
    for one in ours:
        signal.signal(one, _end)
    try:
        yield
    finally:
        for one in ours:
            signal.signal(one, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    for one in _TERMINATING:
        signal.signal(one, signal.SIG_IGN)  # a second one would end the tidying
    sys.exit(_BY_SIGNAL + number)
