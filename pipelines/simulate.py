"""Measures what a model of a size costs on this machine, with random weights of its shape."""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ConfigurationError, RetryError
from rag.generate.wire.records import Request

if TYPE_CHECKING:
    from rag.generate.servers.launch import Launch
    from rag.generate.servers.supervised import Supervised
    from rag.generate.wire.client import ModelClient
    from rag.models.simulated import Recipe, Shape

EVIDENCE = (200, 400, 800, 1600)
# What stands around the evidence: instructions, the same each time, and a question.
FIXED_TOKENS = 120
QUESTION_TOKENS = 30
ANSWER_TOKENS = 60
_CONTEXT = 2048
_PATIENCE = 3600.0
_SPARE_MEMORY = 1 << 30

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What an answer from so much evidence costs; `estimated` from the row before if so."""

    evidence: int
    prompt_rate: float
    first_seconds: float
    answer_rate: float
    answer_seconds: float
    cached_tokens: int
    estimated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a simulated model cost here.

    `others` is how many other programs wanted a core in the minute before, on average.
    """

    like: str
    quantisation: str
    file_bytes: int
    processor: str
    threads: int
    server: str
    load_seconds: float
    memory_bytes: int
    own_bytes: int
    others: float
    fixed_tokens: int
    answer_tokens: int
    rows: tuple[Row, ...]


def check_memory(size: int, meminfo: Path = Path("/proc/meminfo")) -> None:
    """Refuse weights that do not fit into free memory: what would be measured is the disk."""
    available = _kilobytes(meminfo, "MemAvailable")
    if available and available < size + _SPARE_MEMORY:
        raise ConfigurationError(
            f"the weights take {size / 1e9:.1f} GB and 1 GB beside them, {available / 1e9:.1f} GB "
            "of memory are free: they would be read from the disk again and again, at minutes a "
            "word. A smaller size or quantisation fits; --anyway measures it all the same"
        )


def measure(
    path: Path,
    shape: Shape,
    recipe_name: str,
    *,
    threads: int,
    program: Path | None,
    seconds: float,
    say: Say,
) -> Measured:
    """Start a server on a file, ask it, and return what it cost.

    Args:
        path: The simulated model.
        shape: Its shape.
        recipe_name: Its quantisation.
        threads: Threads of the server; 0 means as many as there are cores for us.
        program: A llama-server that was built for this machine, instead of xllamacpp.
        seconds: Steps that would go beyond this many seconds in all are estimated.
        say: Told what is going on.
    """
    from rag.generate.servers.launch import chosen_threads
    from rag.generate.servers.supervised import Supervised
    from rag.generate.wire.client import ModelClient, Patience

    launch = _launch(path, threads, program)
    patience = Patience(answer=_PATIENCE, silence=_PATIENCE, small=60.0)
    others = os.getloadavg()[0]
    supervised = Supervised(launch)
    client = ModelClient(supervised, patience=patience)
    try:
        say(f"starting {launch.name} on {path.name}")
        load = _until_first_token(client, supervised)
        rows = _rows(client, seconds, say)
        whole, own = _memory(supervised.status().pid)
    finally:
        client.close()
    return Measured(
        like=shape.like,
        quantisation=recipe_name,
        file_bytes=path.stat().st_size,
        processor=processor_name(),
        threads=chosen_threads(threads),
        server="native llama-server" if program else "xllamacpp",
        load_seconds=load,
        memory_bytes=whole,
        own_bytes=own,
        others=others,
        fixed_tokens=FIXED_TOKENS,
        answer_tokens=ANSWER_TOKENS,
        rows=rows,
    )


def forget_pages(path: Path) -> None:
    """Have the system forget a file's pages, so that loading reads it from the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def write_model(path: Path, shape: Shape, recipe: Recipe, advance: Callable[[int], None]) -> None:
    """Write a simulated model and check it as every other model is checked."""
    from rag.models.gguf import read_header
    from rag.models.simulated import write

    write(path, shape, recipe, advance)
    read_header(path)


def processor_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return what the processor calls itself."""
    try:
        found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()


def estimated(rows: Sequence[Row], evidence: int) -> Row:
    """Return what more evidence will cost at the rates of the last row that was measured."""
    last = rows[-1]
    first = (evidence + QUESTION_TOKENS) / last.prompt_rate
    return Row(
        evidence=evidence,
        prompt_rate=last.prompt_rate,
        first_seconds=first,
        answer_rate=last.answer_rate,
        answer_seconds=first + (ANSWER_TOKENS - 1) / last.answer_rate,
        cached_tokens=last.cached_tokens,
        estimated=True,
    )


def _launch(path: Path, threads: int, program: Path | None) -> Launch:
    from rag.generate.servers.llama_cpp import llama_cpp
    from rag.generate.servers.llama_server import llama_server
    from rag.settings import ModelSettings

    settings = ModelSettings(
        runtime="llama-server" if program else "llama.cpp",
        program=str(program or ""),
        name="simulated",
        context=_CONTEXT,
        slots=1,
        threads=threads,
        memory_mb=0,
        start_timeout=_PATIENCE,
    )
    return llama_server(settings, path) if program else llama_cpp(settings, path)


def _until_first_token(client: ModelClient, supervised: Supervised) -> float:
    """Return the seconds from starting the server to its first token, which has read all weights.

    The prompt is the fixed part of the others, which the server then has in its cache.
    """
    from rag.generate.wire.deadline import Deadline

    began = time.monotonic()
    supervised.address(Deadline(_PATIENCE))
    client.complete(Request(max_tokens=1, prompt="c" * FIXED_TOKENS))
    return time.monotonic() - began


def _rows(client: ModelClient, seconds: float, say: Say) -> tuple[Row, ...]:
    """Ask with more and more evidence; a character of these prompts is a token."""
    began = time.monotonic()
    rows: list[Row] = []
    for evidence, letter in zip(EVIDENCE, "defg", strict=True):
        if rows:
            guess = estimated(rows, evidence)
            if rows[-1].estimated or time.monotonic() - began + guess.answer_seconds > seconds:
                rows.append(guess)
                continue
        say(f"reading {evidence:,} tokens of evidence and writing {ANSWER_TOKENS}")
        rows.append(_asked(client, evidence, letter))
    return tuple(rows)


def _asked(client: ModelClient, evidence: int, letter: str) -> Row:
    prompt = "c" * FIXED_TOKENS + letter * evidence + "h" * QUESTION_TOKENS
    reply = client.complete(Request(max_tokens=ANSWER_TOKENS, prompt=prompt))
    read = reply.usage.prompt_tokens - reply.usage.cached_tokens
    writing = reply.seconds - reply.seconds_to_first
    written = reply.usage.completion_tokens - 1
    if read < evidence or written < 1 or writing <= 0:
        raise RetryError("the server did not read or write what it was asked to: measure again")
    answer_rate = written / writing
    return Row(
        evidence=evidence,
        prompt_rate=read / reply.seconds_to_first,
        first_seconds=reply.seconds_to_first,
        answer_rate=answer_rate,
        answer_seconds=reply.seconds_to_first + (ANSWER_TOKENS - 1) / answer_rate,
        cached_tokens=reply.usage.cached_tokens,
        estimated=False,
    )


def _memory(pid: int) -> tuple[int, int]:
    """Return the bytes of a process in memory, and those of them that no file holds."""
    status = Path("/proc") / str(pid) / "status"
    return _kilobytes(status, "VmRSS"), _kilobytes(status, "RssAnon")


def _kilobytes(file: Path, name: str) -> int:
    """Return a value of one of Linux's tables, in bytes; 0 where there is none."""
    try:
        found = re.search(rf"^{name}:\s+(\d+) kB", file.read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0
