"""Runs a program that ends with its parent, within a limit of memory, leaving no core dump.

    python -m rag.generate.servers.confined PARENT MEGABYTES PROGRAM ARGUMENTS...

The limits are set here and not between fork and exec in the parent, which has threads. The
limit is on data (RLIMIT_DATA): the address space would count the mapped file of weights.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_USAGE = 64
CANNOT_RUN = 127  # as shells say it


def main(arguments: Sequence[str]) -> int:
    """Confine this process, then become the program."""
    if len(arguments) < 3:
        return _USAGE
    parent, megabytes, *command = arguments
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if int(megabytes):
        most = int(megabytes) << 20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    end_with_parent(int(parent))
    try:
        os.execvp(command[0], command)  # noqa: S606  no shell is wanted
    except OSError:
        return CANNOT_RUN


def end_with_parent(parent: int) -> None:
    """Have the system kill this process when its parent ends, which it may have done already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(_USAGE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
