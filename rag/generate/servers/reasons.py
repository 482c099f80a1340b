"""Why a model server ended, as a class of reasons: its own words may hold a prompt."""

from __future__ import annotations

import os
import re
import signal
import threading
from typing import IO

from rag.generate.servers.confined import CANNOT_RUN

_LONGEST_LINE = 4096
_CHUNK = 1 << 16

_SIGNS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    (
        "it ran out of the memory it may use",
        re.compile(
            rb"(?i)bad_alloc|out of memory|cannot allocate memory|MemoryError|failed to allocate"
            rb"|unable to allocate|Thread creation failed|failed to create thread"
        ),
    ),
    (
        "its file is of an architecture that it does not know",
        re.compile(rb"(?i)unknown (model )?architecture"),
    ),
    (
        "its vocabulary is one that it cannot read",
        re.compile(rb"(?i)error loading model vocabulary|unknown (pre-)?tokenizer"),
    ),
    (
        "a tensor of its file is missing or of a wrong form",
        re.compile(
            rb"(?i)missing tensor|wrong shape|wrong number of tensors|tensor '.*' (data|not)"
        ),
    ),
    ("its library is not installed", re.compile(rb"ModuleNotFoundError|ImportError")),
    ("an assertion in its code failed", re.compile(rb"(?:GGML|LLAMA)_ASSERT|Assertion .* failed")),
    ("it could not listen", re.compile(rb"(?i)address already in use|couldn't bind")),
    (
        "it could not load a LoRA adapter",
        re.compile(rb"(?i)(failed to (load|apply)|error).{0,20} lora"),
    ),
    ("it could not load the model", re.compile(rb"(?i)(failed to load|error loading) model")),
)


class Diagnosis(threading.Thread):
    """Reads what a server writes, keeps which signs of trouble there were, and forgets the rest."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__(daemon=True, name="ringfence-model-server-words")
        self._source = source
        self._seen: set[str] = set()

    def run(self) -> None:
        """Read until the server closes its end."""
        rest = b""
        with self._source as source:
            while data := os.read(source.fileno(), _CHUNK):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._look(line)
                rest = rest[-_LONGEST_LINE:]
        self._look(rest)

    def reason(self) -> str:
        """Return the most telling sign that was seen, or nothing."""
        self.join(timeout=1.0)
        return next((reason for reason, _ in _SIGNS if reason in self._seen), "")

    def _look(self, line: bytes) -> None:
        for reason, sign in _SIGNS:
            if sign.search(line[:_LONGEST_LINE]):
                self._seen.add(reason)


def ended_by(code: int) -> str:
    """Say how a process ended: by its own code, or by a signal's name."""
    if code == CANNOT_RUN:
        return "its program cannot be run"
    if code >= 0:
        return f"it ended with code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return f"it was ended by {name}"
