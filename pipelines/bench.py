"""Benchmarks of this installation, each thing measured in a process of its own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from connectors.formats.registry import default_formats
from eval.bench.page import PAGE_FILE, write_page
from eval.bench.reading import FIGURES_FILE
from eval.bench.redact import RedactBench, bench_redact, facts, section
from eval.bench.samples import Sample
from eval.folder import whole_folder, write_json
from pipelines.bench_about import about
from pipelines.bench_worker import OURS, STOCK
from pipelines.build import Installation, build_names, settings_hash
from pipelines.corpora import NAMES, documents_folder
from rag.errors import ConfigurationError, RetryError, SkipDocument
from rag.settings import environment

MOST_CHARACTERS = 400_000

# One thread a process: what several cores give is measured by several processes.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What is measured on: whole documents, in an order fixed by their hash, up to a limit."""

    values: tuple[str, ...] = field(repr=False)
    sha256: str


class WorkerProcess:
    """A process that does a pass when it is told to."""

    def __init__(self, into: IO[str], out: IO[str]) -> None:
        self._into = into
        self._out = out

    def begin(self) -> None:
        """Start a pass."""
        self._write("pass\n")

    def end(self) -> Sample:
        """Wait for the pass and return what it took."""
        line = self._out.readline()
        if not line:
            raise RetryError("a process of the benchmark ended early")
        answer = json.loads(line)
        if "error" in answer:
            raise ConfigurationError(answer["error"])
        return Sample(**answer)

    def give(self, texts: Sequence[str]) -> None:
        """Hand over the texts."""
        self._write(json.dumps(texts) + "\n")

    def _write(self, line: str) -> None:
        try:
            self._into.write(line)
            self._into.flush()
        except BrokenPipeError:
            raise RetryError("a process of the benchmark ended early") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A finished benchmark and where its figures are."""

    result: RedactBench
    file: Path
    page: Path


def measure_speed(
    inst: Installation, data: Path | None, *, seconds: float, folder: Path
) -> Measured:
    """Measure how fast this installation redacts the texts below `data`, or the sample corpora."""
    texts, names = load_texts(data), build_names(inst)
    facts_of_run = about(
        texts_sha256=texts.sha256,
        policy=inst.settings.redact.policy,
        name_model=names.fingerprint if names.kinds else "",
        settings=settings_hash(inst.settings),
    )
    with ExitStack() as stack:
        ours, second, stock = (
            stack.enter_context(_worker(what, texts.values)) for what in (OURS, OURS, STOCK)
        )
        result = bench_redact(ours, second, stock, documents=len(texts.values), seconds=seconds)
    with whole_folder(folder) as unfinished:
        write_json({**facts_of_run, **facts(result)}, unfinished / FIGURES_FILE)
        write_page([section(result, facts_of_run)], unfinished / PAGE_FILE)
    return Measured(result=result, file=folder / FIGURES_FILE, page=folder / PAGE_FILE)


def new_folder(inst: Installation, what: str) -> Path:
    """Return where the figures go if nobody says."""
    return inst.home.runs / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-bench-{what}"


def load_texts(data: Path | None) -> Texts:
    """Read the texts of documents, whatever the formats read, up to a limit of characters."""
    formats = default_formats()
    folders = [data] if data else [documents_folder(name) for name in NAMES]
    files = [
        file
        for folder in folders
        for file in ([folder] if folder.is_file() else sorted(folder.rglob("*")))
        if file.is_file() and file.suffix.lower() in formats.suffixes
    ]
    files.sort(key=lambda file: hashlib.sha256(file.name.encode()).digest())
    texts: list[str] = []
    room = MOST_CHARACTERS
    for file in files:
        try:
            text = formats.parse(file.read_bytes(), file.name).text[:room]
        except SkipDocument:
            continue
        texts += [text] if text else []
        room -= len(text)
        if not room:
            break
    if not texts:
        raise ConfigurationError(f"{data} holds no text that can be read")
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
    return Texts(values=tuple(texts), sha256=digest)


@contextmanager
def _worker(what: str, texts: Sequence[str]) -> Iterator[WorkerProcess]:
    """Start a process with one thread, and stop it afterwards."""
    process = subprocess.Popen(  # noqa: S603 our own module
        [sys.executable, "-m", "pipelines.bench_worker", what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback could quote a document
        text=True,
        encoding="utf-8",
        env=environment() | dict.fromkeys(_THREADS, "1"),
    )
    if process.stdin is None or process.stdout is None:
        raise RetryError("a process of the benchmark has no pipes")
    try:
        worker = WorkerProcess(process.stdin, process.stdout)
        worker.give(texts)
        yield worker
    finally:
        process.kill()
        process.communicate()
