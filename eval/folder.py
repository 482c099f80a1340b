"""The folder a run is kept in. What stands in it is never changed; `run.json` is written last.

    plan.json        what is evaluated: hashes, versions, which questions
    evidence.jsonl   what was found for each case, once
    answers.jsonl    what was written for each case: prompts, outputs, answers, times
    cases.jsonl      what each case is, and its scores
    run.json         the figures, and the hashes of the other files

A folder without `run.json` is a run that was stopped; it can be resumed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.kept import (
    attempted_row,
    frozen_row,
    line,
    row_attempted,
    row_frozen,
    row_scored,
    scored_row,
)
from eval.records import CaseResult, Metric, Plan, Run, Summary
from eval.solver import Setup
from rag.errors import ConfigurationError
from rag.records import Evidence

FORMAT = 2
PLAN_FILE = "plan.json"
EVIDENCE_FILE = "evidence.jsonl"
ANSWERS_FILE = "answers.jsonl"
CASES_FILE = "cases.jsonl"
RUN_FILE = "run.json"
HASHED = (PLAN_FILE, EVIDENCE_FILE, ANSWERS_FILE, CASES_FILE)


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
        sync(folder.parent)
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def write_run(run: Run, folder: Path) -> None:
    """Write the files of a run into an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(plan_facts(run.plan), folder / PLAN_FILE)
    rows = [(r.id, r.outcome.found, r.attempted) for r in run.results]
    write_text("".join(line(frozen_row(i, f)) for i, f, _ in rows), folder / EVIDENCE_FILE)
    write_text("".join(line(attempted_row(i, a)) for i, _, a in rows), folder / ANSWERS_FILE)
    finish_run(run, folder)


def finish_run(run: Run, folder: Path) -> None:
    """Write the files with scores into a folder that has the evidence and the answers."""
    write_text("".join(line(scored_row(one)) for one in run.results), folder / CASES_FILE)
    files = {name: _digest(folder / name) for name in HASHED}
    unfinished = folder / f".{RUN_FILE}"
    write_json({**run_facts(run), "files": files}, unfinished)
    _make_durable(folder)
    unfinished.rename(folder / RUN_FILE)
    sync(folder)


def read_run(folder: Path) -> Run:
    """Return a finished run as it was written.

    Raises:
        ConfigurationError: It is not finished, or its files are not as they were written.
    """
    facts = read_facts(folder)
    changed = [name for name in HASHED if facts["files"].get(name) != _digest(folder / name)]
    if changed:
        raise ConfigurationError(f"{folder}: {', '.join(changed)} changed since the run")
    with reading(folder):
        plan = facts_plan(load_json(folder / PLAN_FILE))
        found = {row["id"]: row_frozen(row) for row in rows(folder / EVIDENCE_FILE)}
        given = {
            row["id"]: row_attempted(row, found[row["id"]]) for row in rows(folder / ANSWERS_FILE)
        }
        results = [row_scored(row, given[row["id"]]) for row in rows(folder / CASES_FILE)]
        return Run(
            plan=plan,
            seconds=facts["seconds"],
            evidence_hash=facts["evidence_hash"],
            seeds=facts["seeds"],
            results=tuple(results),
            summary={
                name: Summary(
                    counts=facts["counts"][name],
                    metrics={metric: Metric(**values) for metric, values in metrics.items()},
                )
                for name, metrics in facts["summary"].items()
            },
        )


def read_facts(folder: Path) -> dict[str, Any]:
    """Return what `run.json` of a finished run holds."""
    if not (folder / RUN_FILE).is_file():
        stopped = (folder / PLAN_FILE).is_file()
        raise ConfigurationError(
            f"{folder} is a run that was stopped: `ringfence eval run --resume` goes on with it"
            if stopped
            else f"{folder} is no run"
        )
    with reading(folder):
        facts = load_json(folder / RUN_FILE)
        if facts["format"] != FORMAT:
            raise ConfigurationError(f"{folder} is a run of format {facts['format']}, not {FORMAT}")
        return facts


def rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a file of lines."""
    for text in path.read_text(encoding="utf-8").split("\n"):
        if text:
            yield json.loads(text)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turn what goes wrong while a run is read into one sentence without its content."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        kind = type(error).__name__
        raise ConfigurationError(f"{folder} does not read as a run ({kind})") from None


def write_json(facts: Mapping[str, object], path: Path) -> None:
    """Write facts for people and programs alike."""
    write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Write text as UTF-8; halves of characters, which a model may emit, stand there escaped."""
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


def plan_facts(plan: Plan) -> dict[str, object]:
    """Return what `plan.json` holds."""
    return {"format": FORMAT, **asdict(plan)}


def facts_plan(facts: Mapping[str, Any]) -> Plan:
    """Return the plan that `plan.json` holds."""
    values = {name: value for name, value in facts.items() if name != "format"}
    return Plan(**{**values, "setup": Setup(**values["setup"])})


def run_facts(run: Run) -> dict[str, object]:
    """Return what `run.json` holds: settings, counts, metrics and scores, and no text."""
    return {
        "format": FORMAT,
        "model": run.setup.model,
        "models": dict(run.setup.models),
        "prompt": run.setup.prompt,
        "suites": dict(run.setup.suites),
        "closed_book": run.setup.closed_book,
        "settings_hash": run.setup.settings_hash,
        "index_fingerprint": run.setup.index_fingerprint,
        "code_version": run.setup.code_version,
        "python_version": run.python_version,
        "seeds": dict(run.seeds),
        "started": run.started,
        "seconds": run.seconds,
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


def evidence_hash(results: Sequence[CaseResult]) -> str:
    """Return a hash over what was found for each case, the best first."""
    found = [
        [
            result.id,
            [[p.document_id, p.start, p.end] for p in result.outcome.retrieved],
            [[e.document_id, e.document_version, e.start, e.end] for e in _seen(result)],
        ]
        for result in sorted(results, key=lambda one: one.id)
    ]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def sync(path: Path) -> None:
    """Make a file or folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _seen(result: CaseResult) -> Sequence[Evidence]:
    return (*result.outcome.found.evidence, *result.outcome.found.hidden)


def load_json(path: Path) -> dict[str, Any]:
    """Return the facts of a file."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _make_durable(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)
