"""One process of a benchmark: reads texts from stdin, then does a pass for every line it gets.

Run as ``python -m pipelines.bench_worker ours|stock``. The texts come by a pipe and never lie in
a file; what it prints are figures.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import cast

from eval.bench.samples import Sample
from pipelines.build import Installation, build_names, build_policies, open_installation
from rag.errors import RingfenceError
from rag.generate.servers.child import peak_mb as peak_mb_of
from rag.ports import NameModel
from rag.records import Acl, Document, Finding, Parsed, Span
from rag.redact.analysis import Analysis
from rag.redact.engine import PresidioRedactor
from rag.redact.pseudonyms import Pseudonyms
from rag.settings import home_folder

OURS, STOCK = "ours", "stock"
PATTERNS, NAMES, AGAIN, PSEUDONYMS = "patterns", "name model", "reading again", "pseudonyms"
REST = "echoes, merging, replacing"


class Stages:
    """The CPU seconds of each stage of a pass."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        begun = time.process_time()
        try:
            yield
        finally:
            spent = time.process_time() - begun
            self._seconds[name] = self._seconds.get(name, 0.0) + spent

    def take(self, whole: float) -> dict[str, float]:
        """Return the seconds of each stage, with what is left of the whole, and begin anew."""
        seconds, self._seconds = self._seconds, {}
        if seconds:
            seconds[REST] = max(0.0, whole - sum(seconds.values()))
        return seconds


class _TimedAnalysis:
    """Recognizers whose time counts as reading a text, or as reading parts of it again."""

    def __init__(self, analysis: Analysis, stages: Stages) -> None:
        self._analysis = analysis
        self._stages = stages

    def __getattr__(self, name: str) -> object:
        return getattr(self._analysis, name)

    def find(
        self, text: str, regions: Sequence[Span] | None = None, *options: object
    ) -> list[Finding]:
        find = cast("Callable[..., list[Finding]]", self._analysis.find)
        with self._stages.stage(PATTERNS if regions is None else AGAIN):
            return find(text, regions, *options)


class _TimedNames:
    """A name model whose time counts."""

    def __init__(self, names: NameModel, stages: Stages) -> None:
        self._names = names
        self._stages = stages

    @property
    def fingerprint(self) -> str:
        return self._names.fingerprint

    @property
    def kinds(self) -> frozenset[str]:
        return self._names.kinds

    def find(self, text: str, near: Sequence[int] | None = None) -> Sequence[Finding]:
        with self._stages.stage(NAMES):
            return self._names.find(text, near)


class _TimedPseudonyms(Pseudonyms):
    """Pseudonyms whose making counts."""

    def __init__(self, key: bytes, stages: Stages) -> None:
        super().__init__(key)
        self._stages = stages

    def token(self, *, tenant: str, kind: str, value: str) -> str:
        with self._stages.stage(PSEUDONYMS):
            return super().token(tenant=tenant, kind=kind, value=value)


class _TimedRedactor(PresidioRedactor):
    """The installation's redactor, its recognizers timed."""

    def __init__(self, inst: Installation, stages: Stages) -> None:
        super().__init__(
            inst.settings.redact,
            _TimedPseudonyms(inst.keys.derive("pseudonyms"), stages),
            _TimedNames(build_names(inst), stages),
            inst.settings.plugins,
            policies=build_policies(inst),
        )
        self._stages = stages

    def warm(self) -> Analysis:
        """Load the recognizers and return them with a clock before them."""
        return cast("Analysis", _TimedAnalysis(super().warm(), self._stages))


def redact_all(inst: Installation, stages: Stages) -> Callable[[Sequence[str]], None]:
    """Return what redacts texts as documents of this installation."""
    redactor = _TimedRedactor(inst, stages)
    redactor.warm()

    def run(texts: Sequence[str]) -> None:
        for number, text in enumerate(texts):
            redactor.redact(_document(str(number), text))

    return run


def stock_all() -> Callable[[Sequence[str]], None]:
    """Return what puts texts to Presidio's own recognizers."""
    from rag.redact.stock import stock_presidio

    count = stock_presidio()

    def run(texts: Sequence[str]) -> None:
        for text in texts:
            count(text)

    return run


def measured(run: Callable[[Sequence[str]], None], texts: Sequence[str], stages: Stages) -> Sample:
    """Do one pass over texts and return what it took."""
    stages.take(0.0)
    wall, cpu = time.perf_counter(), time.process_time()
    run(texts)
    cpu = time.process_time() - cpu
    return Sample(
        characters=sum(map(len, texts)),
        cpu=cpu,
        wall=time.perf_counter() - wall,
        peak_mb=peak_mb(),
        stages=stages.take(cpu),
    )


def peak_mb(pid: int | None = None) -> float:
    """Return the most memory that a process of ours has had; this one if none is named."""
    peak = peak_mb_of(os.getpid() if pid is None else pid)
    if peak is not None or pid is not None:
        return peak or 0.0
    # Not Linux; there a process inherits its parent's peak.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str]) -> int:
    """Serve passes until stdin ends; an error is one line and an exit code."""
    texts: list[str] = json.loads(sys.stdin.readline())
    stages = Stages()
    try:
        inst = open_installation(home_folder())
        run = stock_all() if arguments == [STOCK] else redact_all(inst, stages)
        for _ in sys.stdin:
            sys.stdout.write(json.dumps(asdict(measured(run, texts, stages))) + "\n")
            sys.stdout.flush()
    except RingfenceError as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
        return 1
    return 0


def _document(name: str, text: str) -> Document:
    parsed = Parsed(text=text, title="", elements=(), media_type="text/plain")
    return Document(
        id=name,
        tenant="measured",
        source="bench",
        version="1",
        name=f"{name}.txt",
        acl=Acl(),
        parsed=parsed,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
