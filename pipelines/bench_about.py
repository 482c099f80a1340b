"""On which machine and with which code a benchmark was run: without it no figure means anything."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eval.bench.reading import FORMAT
from pipelines.simulate import processor_name
from rag.fingerprint import code_of_all
from rag.generate.servers.launch import usable_cores
from rag.settings import environment

_PACKAGES = (
    "torch",
    "sentence-transformers",
    "presidio-analyzer",
    "qdrant-edge-py",
    "qdrant-client",
    "llama-index-core",
    "haystack-ai",
    "xllamacpp",
)


def about(**more: object) -> dict[str, object]:
    """Return what figures of two runs must share to be compared."""
    return {
        "format": FORMAT,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        **more,
        "machine": machine(),
    }


def machine(meminfo: Path = Path("/proc/meminfo")) -> Mapping[str, object]:
    """Return what is known of this machine, and of the code that runs on it."""
    versions = {name: _version(name) for name in _PACKAGES}
    return {
        "processor": processor_name(),
        "cores": usable_cores(),
        # What a single process may use of them, where somebody has said so.
        "threads": environment().get("OMP_NUM_THREADS", "as many as cores"),
        "memory_gb": _memory_gb(meminfo),
        "busy_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "ringfence": version("ringfence"),
        "code": code_of_all("rag", "connectors", "eval", "pipelines")[:12],
        "versions": {name: found for name, found in versions.items() if found},
    }


def _memory_gb(meminfo: Path) -> float:
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
    except OSError:  # not Linux
        return 0.0
    found = [int(line.split()[1]) for line in lines if line.startswith("MemTotal:")]
    return round(found[0] / 1e6, 1) if found else 0.0


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
