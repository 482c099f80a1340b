"""The llama.cpp server that was compiled for this machine's processor, if there is one.

A wheel has to run on old processors. A build for the one that is here reads prompts faster; on
another it would end with an illegal instruction. So the processor's instruction sets are kept
with it, and it is used only where all of them are there and its hash is the recorded one.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.errors import ConfigurationError
from rag.models.hashes import replace_private, sha256_of

RECORD = "native.json"
CPUINFO = Path("/proc/cpuinfo")
# Instruction sets that a compiler may use; a processor has many more marks than these.
_SETS = re.compile(
    r"sse\w*|ssse3|pni|avx\w*|amx\w*|fma|f16c|bmi[12]|abm|popcnt|movbe|gfni|vaes|vpclmulqdq|adx"
    r"|sha\w*|aes|asimd\w*|sve\w*|sme(?!p)\w*|i8mm|bf16|fphp|dotprod"
)
_MARKS = re.compile(r"^(?:flags|Features)\s*:\s*(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeBuild:
    """A server that was built here: its program, its hash, and what its processor has to have."""

    program: str
    sha256: str
    processor: tuple[str, ...]
    made_from: str
    made_from_sha256: str
    version: str
    compiler: str
    built: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeChoice:
    """The program to run, or why the one that comes with the runtime is used instead."""

    program: Path | None
    reason: str


def processor_flags(cpuinfo: Path = CPUINFO) -> tuple[str, ...]:
    """Return the instruction sets of this processor, as Linux names them; none if it does not."""
    try:
        marks = _MARKS.search(cpuinfo.read_text(encoding="ascii", errors="replace"))
    except OSError:
        return ()
    return tuple(sorted(m for m in marks[1].split() if _SETS.fullmatch(m))) if marks else ()


def recorded(folder: Path) -> NativeBuild | None:
    """Return what is recorded of a build in a folder, or nothing."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        processor = tuple(str(flag) for flag in found.pop("processor"))
        return NativeBuild(processor=processor, **{key: str(found[key]) for key in found})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise ConfigurationError(
            f"{folder / RECORD} cannot be read: `ringfence models build-native` makes it anew"
        ) from None


def record(folder: Path, build: NativeBuild) -> None:
    """Keep what is known of a build."""
    replace_private(folder / RECORD, json.dumps(asdict(build), indent=1).encode())


def choose(folder: Path, *, cpuinfo: Path = CPUINFO) -> NativeChoice:
    """Return the program in a folder if it is whole and fits this processor, else why not."""
    build = recorded(folder)
    if build is None:
        return NativeChoice(program=None, reason="there is no native build")
    missing = sorted(set(build.processor) - set(processor_flags(cpuinfo)))
    if missing:
        shown = ", ".join(missing[:5])
        return NativeChoice(
            program=None,
            reason=f"the native build is for another processor (this one lacks {shown})",
        )
    program = folder / Path(build.program).name
    if not program.is_file():
        return NativeChoice(program=None, reason="the program of the native build is gone")
    if sha256_of(program) != build.sha256:
        return NativeChoice(program=None, reason="the program of the native build was changed")
    return NativeChoice(program=program, reason="")
