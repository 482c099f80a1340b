"""The folder a run is kept in: written whole or not at all, and never changed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from eval.records import CaseResult, Run
from rag.errors import ConfigurationError

FORMAT = 1
RUN_FILE = "run.json"
CASES_FILE = "cases.jsonl"


def refuse_existing(folder: Path) -> None:
    """Raise `ConfigurationError` when a folder exists: a run is never written over."""
    if folder.exists() or folder.is_symlink():
        raise ConfigurationError(f"{folder} exists already: a run is never written over")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, and put it in its place only once everything is written.

    Raises:
        ConfigurationError: The place is taken or cannot be written to.
    """
    refuse_existing(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written: {error.strerror}") from error
    try:
        yield unfinished
        _make_durable(unfinished)
        refuse_existing(folder)
        unfinished.rename(folder)
        _sync(folder.parent)
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def write_run(run: Run, folder: Path) -> None:
    """Write the two files of a run into an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(run_facts(run), folder / RUN_FILE)
    lines = [json.dumps(_line(result), ensure_ascii=False) for result in run.results]
    write_text("\n".join(lines) + "\n", folder / CASES_FILE)


def write_json(facts: Mapping[str, object], path: Path) -> None:
    """Write facts for people and programs alike."""
    write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Write text as UTF-8; halves of characters, which a model may emit, stand there escaped."""
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


def run_facts(run: Run) -> dict[str, object]:
    """Return what `run.json` holds: settings, counts, metrics and scores, and no text."""
    return {
        "format": FORMAT,
        "model": run.setup.model,
        "settings_hash": run.setup.settings_hash,
        "index_fingerprint": run.setup.index_fingerprint,
        "code_version": run.setup.code_version,
        "python_version": run.python_version,
        "seeds": dict(run.seeds),
        "started": run.started,
        "seconds": round(run.seconds, 3),
        "cases_hash": run.cases_hash,
        "evidence_hash": run.evidence_hash,
        "counts": {name: dict(summary.counts) for name, summary in run.summary.items()},
        "summary": {
            name: {metric: asdict(value) for metric, value in summary.metrics.items()}
            for name, summary in run.summary.items()
        },
        "scores": {result.id: dict(result.scores) for result in run.results},
        "crashes": [
            {"case": result.id, **asdict(crash)}
            for result in run.results
            for crash in result.crashes
        ],
    }


def _line(result: CaseResult) -> dict[str, object]:
    """Return what `cases.jsonl` holds of a case; every text in it is redacted."""
    outcome, answer = result.outcome, result.outcome.answer
    return {
        "id": result.id,
        "corpus": result.corpus,
        "as": result.asker,
        "expect": result.expect,
        "question": outcome.question,
        "retrieved": [
            {"rank": p.rank, "document": p.document_id, "start": p.start, "end": p.end}
            for p in outcome.retrieved
        ],
        "answer": answer.answer if answer else "",
        "verdict": answer.verdict if answer else None,
        "model": answer.model if answer else None,
        "audit_id": answer.audit_id if answer else None,
        "citations": [
            {"n": c.n, "document": c.document, "page": c.page, "start": c.start, "end": c.end}
            for c in (answer.citations if answer else ())
        ],
        "error": outcome.error or None,
        "seconds": round(result.seconds, 6),
        "timings": {stage: round(value, 6) for stage, value in outcome.timings.items()},
    }


def _make_durable(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
