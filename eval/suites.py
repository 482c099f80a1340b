"""A suite: questions with known answers, the documents they are about, and a version.

A suite of one's own is a YAML file:

    format: 1
    suite: wards
    version: "3"
    about: questions of the wards, checked by two nurses
    documents: documents          # a folder, from this file; it is read as `ringfence ingest` does
    principals: principals.toml   # who asks; without it the installation's own
    identifiers: identifiers.jsonl  # who and what is in the documents, if that is known
    cases: cases.jsonl            # or the cases themselves, as a list

A case names the passage that answers it by its `quote`; `start` and `end` may be left out, and are
looked up. What is asked of public data is read by `eval.readers`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.cases import Case, read_cases
from eval.gold import locate
from rag.errors import ConfigurationError, RingfenceError
from rag.records import Document

FORMAT = 1
FILE = "suite.yaml"
_KEYS = frozenset(
    {"format", "suite", "version", "about", "documents", "principals", "identifiers", "cases"}
)
_LISTED = 20

TextOf = Callable[[str], str]
"""Returns the parsed text of a document by its name, or raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Questions and their documents: a folder of them, or documents made of public data."""

    name: str
    version: str
    about: str
    cases: tuple[Case, ...] = field(repr=False)
    documents: Path | None = None
    principals: Path | None = None
    identifiers: Path | None = None
    made: tuple[Document, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()


def is_suite(path: Path) -> bool:
    """Whether a path is a suite's file, or a folder with one."""
    return path.suffix in (".yaml", ".yml") or (path / FILE).is_file()


def load_suite(path: Path, text_of: Callable[[Path], TextOf]) -> Suite:
    """Read a suite, and look up the passages that it names by their quotes alone.

    Args:
        path: The file, or the folder that it lies in.
        text_of: Of a folder of documents, what returns their parsed text.

    Raises:
        ConfigurationError: The file is wrong, or passages do not stand in the documents: these
            are listed by case.
    """
    file = path / FILE if path.is_dir() else path
    facts = _facts(file)
    base = file.parent
    documents = base / str(facts["documents"])
    if not documents.is_dir():
        raise ConfigurationError(f"{file}: `documents`: {documents} is no folder")
    text = text_of(documents)
    name = str(facts["suite"])
    rows, where = _rows(facts["cases"], base, file)
    return Suite(
        name=name,
        version=str(facts["version"]),
        about=str(facts.get("about", "")),
        cases=read_cases(_located(rows, text, file), corpus=name, where=where),
        documents=documents,
        principals=_beside(facts, "principals", base, file),
        identifiers=_beside(facts, "identifiers", base, file),
    )


def suite_hash(suite: Suite) -> str:
    """Return a hash over a suite's documents, where these were made of data."""
    digest = hashlib.sha256()
    for one in suite.made:
        digest.update(f"{one.id}\0{one.parsed.text}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _facts(file: Path) -> Mapping[str, Any]:
    import yaml

    try:
        facts = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ConfigurationError(f"{file}{line}: not valid YAML") from None
    if not isinstance(facts, dict):
        raise ConfigurationError(f"{file}: not a suite")
    if facts.get("format") != FORMAT:
        raise ConfigurationError(f"{file}: `format`: {FORMAT} is the one that is read here")
    for key in sorted(map(str, facts.keys() - _KEYS)):
        raise ConfigurationError(f"{file}: `{key}`: not a field of a suite")
    for key in ("suite", "version", "documents", "cases"):
        if not facts.get(key):
            raise ConfigurationError(f"{file}: `{key}`: missing")
    return facts


def _beside(facts: Mapping[str, Any], key: str, base: Path, file: Path) -> Path | None:
    if not facts.get(key):
        return None
    path = base / str(facts[key])
    if not path.is_file():
        raise ConfigurationError(f"{file}: `{key}`: {path} is no file")
    return path


def _rows(cases: object, base: Path, file: Path) -> tuple[list[object], Callable[[int], str]]:
    """Return the cases as they stand, and what names the place of one."""
    if isinstance(cases, list):
        return list(cases), lambda number: f"{file}, case {number}"
    path = base / str(cases)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 text") from error
    kept = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    numbers = [number for number, _ in kept]
    found = []
    for number, line in kept:
        try:
            found.append(json.loads(line))
        except ValueError as error:
            raise ConfigurationError(f"{path}, line {number}: not valid JSON") from error
    return found, lambda number: f"{path}, line {numbers[number - 1]}"


def _located(rows: Iterable[object], text_of: TextOf, file: Path) -> list[object]:
    """Return cases with `start` and `end`, and refuse those whose passage is not there."""
    found: list[object] = []
    missing = []
    for row in rows:
        if not isinstance(row, dict):
            found.append(row)
            continue
        places = [row, *(row.get("also") or [])]
        spans = [_span(place, text_of) for place in places if isinstance(place, dict)]
        missing += [f"{row.get('id', '?')}: {one}" for one in spans if isinstance(one, str)]
        at = [one if isinstance(one, dict) else {} for one in spans]
        also = [{**place, **one} for place, one in zip(places[1:], at[1:], strict=True)]
        found.append({**row, **at[0], **({"also": also} if also else {})})
    if missing:
        more = f"; and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
        raise ConfigurationError(
            f"{file}: {len(missing)} passages do not stand in the documents: "
            + "; ".join(missing[:_LISTED])
            + more
        )
    return found


def _span(place: Mapping[str, object], text_of: TextOf) -> Mapping[str, object] | str:
    """Return where and how a passage stands, or what is wrong; nothing for a case without one."""
    quote, name = place.get("quote"), place.get("document")
    if not isinstance(quote, str) or not isinstance(name, str):
        return {}
    if place.get("start") is not None and place.get("end") is not None:
        return {}  # held against the index before a run
    try:
        text = text_of(name)
    except (OSError, RingfenceError):
        return "its document cannot be read"
    try:
        span = locate(text, quote)
    except ConfigurationError as error:
        return str(error)
    return {"quote": text[span.start : span.end], "start": span.start, "end": span.end}
