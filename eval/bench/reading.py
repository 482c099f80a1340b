"""Reads what a benchmark has written, and finds the newest run of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from eval.bench import answer, answer_page, ingest, ingest_page, redact, search
from eval.bench.page import Section
from rag.errors import ConfigurationError

FORMAT = 2
FIGURES_FILE = "bench.json"
_RESULTS = ("bars", "summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How what a benchmark has written is read, and put on the page."""

    record: type
    section: Callable[[Any, Mapping[str, object]], Section]


_KINDS = {
    ingest.KIND: _Kind(record=ingest.IngestBench, section=ingest_page.section),
    search.KIND: _Kind(record=search.SearchBench, section=search.section),
    answer.KIND: _Kind(record=answer.AnswerBench, section=answer_page.section),
    redact.KIND: _Kind(record=redact.RedactBench, section=redact.section),
}


def sections_of(runs: Sequence[Path]) -> list[Section]:
    """Return what these runs say, in the order of a document's way.

    Raises:
        ConfigurationError: One is no run of a benchmark, or not of this version.
    """
    found = [_section(_file_of(run)) for run in runs]
    order = list(_KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), str(one.about.get("started"))))


def newest(folder: Path) -> list[Path]:
    """Return the newest run of each kind below a folder; one that cannot be read is left out."""
    latest: dict[str, tuple[str, Path]] = {}
    for file in sorted(folder.glob(f"*/{FIGURES_FILE}")):
        try:
            facts = _facts(file)
        except ConfigurationError:
            continue
        kind, started = str(facts["bench"]), str(facts.get("started"))
        if kind not in latest or latest[kind][0] < started:
            latest[kind] = (started, file)
    return [file for _, file in latest.values()]


def _section(file: Path) -> Section:
    from pydantic import TypeAdapter, ValidationError

    facts = _facts(file)
    kind = _KINDS[str(facts["bench"])]
    try:
        result: object = TypeAdapter(kind.record).validate_python(facts)
        names = {*_RESULTS, *(field.name for field in fields(kind.record))}
        return kind.section(result, {k: v for k, v in facts.items() if k not in names})
    except (ValidationError, LookupError, ValueError, ArithmeticError):
        raise ConfigurationError(f"{file} is not whole: measure again") from None


def _facts(file: Path) -> dict[str, Any]:
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigurationError(f"{file} cannot be read as a benchmark's figures") from None
    if not isinstance(facts, dict) or facts.get("bench") not in _KINDS:
        raise ConfigurationError(f"{file} does not hold a benchmark's figures")
    if facts.get("format") != FORMAT:
        raise ConfigurationError(f"{file} was written by another version: measure again")
    return facts


def _file_of(run: Path) -> Path:
    return run / FIGURES_FILE if run.is_dir() else run
