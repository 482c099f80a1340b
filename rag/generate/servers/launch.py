"""How a local model server is started: everything that is decided before there is a process."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

import rag
from rag.generate.wire.facts import ServerFacts
from rag.offline import OFF
from rag.settings import environment

# What a child inherits: nothing that can hold a secret, such as the installation's keys.
_INHERITED = frozenset(
    {"PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HOME", "LD_LIBRARY_PATH"}
    | {"CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"}
)
_CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may take: megabytes of its own memory (0: any), seconds to be ready and to end.

    Weights are mapped from their file and are not counted: the system can drop them at any
    time. What counts is what the server allocates: caches, buffers, and weights if not mapped.
    """

    memory_mb: int = 8192
    start_seconds: float = 300.0
    grace_seconds: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A server that can be started any number of times.

    A child that `reads_stdin` gets `config` and its key there, as a line of JSON, and writes its
    port to its standard output. Any other gets its key in the variable `key_variable`, and its
    port is looked up. `at_once` is how many requests for answers it shall be given at a time.
    """

    name: str
    command: tuple[str, ...]
    facts: ServerFacts
    limits: Limits
    environment: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, object] = field(default_factory=dict)
    reads_stdin: bool = True
    key_variable: str = ""
    adapters: tuple[str, ...] = ()
    at_once: int = 1


def python_child(module: str) -> tuple[str, ...]:
    """Return the command that runs one of our modules, whatever the current folder holds."""
    return (sys.executable, "-P", "-m", module)


def child_environment(threads: int) -> dict[str, str]:
    """Return the environment of a child: no secrets, no telemetry, threads that wait quietly."""
    inherited = {name: value for name, value in environment().items() if name in _INHERITED}
    return {
        **inherited,
        **OFF,
        "OMP_WAIT_POLICY": "passive",
        "OMP_NUM_THREADS": str(threads),
        "MALLOC_ARENA_MAX": "2",
        "PYTHONPATH": str(Path(rag.__file__).parents[1]),
        "PYTHONUNBUFFERED": "1",
    }


def usable_cores() -> int:
    """Return how many cores this process may use, by its affinity and by its control group."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, _granted_cores(_CGROUP_QUOTA)))


def _granted_cores(quota_file: Path) -> int:
    """Return the whole cores that a control group grants; many if it sets no limit."""
    try:
        quota, _, period = quota_file.read_text(encoding="ascii").strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        return sys.maxsize
    if not quota.isdigit() or not period.isdigit() or int(period) == 0:
        return sys.maxsize
    return max(1, int(quota) // int(period))


def chosen_threads(wanted: int) -> int:
    """Return how many threads a server gets: what is wanted, but no more than there are cores."""
    return min(wanted, usable_cores()) if wanted else usable_cores()


def new_key() -> SecretStr:
    """Return a key for one run of one server."""
    return SecretStr(secrets.token_urlsafe(_SECRET_BYTES))
