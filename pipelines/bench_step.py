"""One step of a benchmark in a process of its own: JSON in, JSON out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from rag.errors import ConfigurationError, RetryError, RingfenceError
from rag.generate.servers.confined import end_with_parent
from rag.offline import switch_off_telemetry
from rag.settings import environment


def step(module: str, what: str, **given: object) -> dict[str, Any]:
    """Have a module of ours do a step, and return what it says."""
    done = subprocess.run(  # noqa: S603 our own module
        [sys.executable, "-m", module, what, str(os.getpid())],
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback could quote a document
        text=True,
        encoding="utf-8",
        env=environment(),
        check=False,
    )
    answer: dict[str, Any] = _read(done.stdout)
    if "error" in answer:
        kind = RetryError if answer.get("again") else ConfigurationError
        raise kind(str(answer["error"]))
    if done.returncode or not answer:
        raise RetryError("a process of the benchmark ended early: is there enough memory?")
    return answer


def serve_step(arguments: list[str], steps: Mapping[str, Callable[..., object]]) -> int:
    """Do one step; an error is one line and an exit code, of a crash its kind alone.

    A process that is named behind the step is the parent, with which this one ends.
    """
    if arguments[1:]:
        end_with_parent(int(arguments[1]))
    switch_off_telemetry()
    sys.excepthook = _tell_kind
    given: dict[str, Any] = json.loads(sys.stdin.read())
    try:
        done = steps[arguments[0]](**given)
    except RingfenceError as error:
        again = isinstance(error, RetryError)
        sys.stdout.write(json.dumps({"error": str(error), "again": again}))
        return 1
    sys.stdout.write(json.dumps(done))
    return 0


def _tell_kind(kind: type[BaseException], *_: object) -> None:
    """Say what kind of error ended a step: its words could quote a document."""
    error = f"a process of the benchmark ended with {kind.__name__}"
    sys.stdout.write(f"\n{json.dumps({'error': error, 'again': True})}")


def _read(text: str) -> dict[str, Any]:
    """Return what a step printed; libraries may have printed lines before."""
    lines = text.strip().splitlines()
    try:
        answer = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
