"""How a child of ours hears what to do, says where it listens, and ends with its parent."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

_LONGEST_CONFIG = 1 << 20


def read_config() -> dict[str, Any]:
    """Read the line of JSON that says what to do, and end when the pipe of it does."""
    line = sys.stdin.buffer.readline(_LONGEST_CONFIG)
    threading.Thread(target=_end_with_pipe, daemon=True).start()
    config: dict[str, Any] = json.loads(line)
    return config


def keep_standard_output() -> int:
    """Return a descriptor for what the parent reads; whatever a library prints goes elsewhere."""
    ours = os.dup(1)
    os.dup2(2, 1)
    return ours


def say_port(descriptor: int, port: int) -> None:
    """Tell the parent where this process listens."""
    os.write(descriptor, f"{port}\n".encode())


def _end_with_pipe() -> None:
    while os.read(0, 1 << 12):
        pass
    os._exit(0)
