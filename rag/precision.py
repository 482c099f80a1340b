"""In which numbers models calculate on this processor."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_CPUINFO = Path("/proc/cpuinfo")
_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})


def choose(
    wanted: Literal["auto", "float32", "bfloat16"], cpuinfo: Path = _CPUINFO
) -> Literal["float32", "bfloat16"]:
    """Return what was asked for; with `auto`, bfloat16 where the processor has it in hardware.

    Torch says that it supports bfloat16 on processors that only imitate it, more slowly than
    float32, so the processor's own flags decide.
    """
    if wanted != "auto":
        return wanted
    try:
        flags = cpuinfo.read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return "float32"
    return "float32" if _FLAGS.isdisjoint(flags) else "bfloat16"
