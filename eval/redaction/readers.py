"""Labelled documents from files, each format recognised by its content.

`presidio`: JSON of presidio-research, a list of `full_text` with `spans`.
`court`: JSON lines of the Text Anonymization Benchmark's kind, `text` with `entities`.
`jsonl`: JSON lines of `text` with `spans` of `start`, `end`, `kind` (and `mark`, `entity`).
`brat`: `x.txt` beside `x.ann`.

An error names the file, the line and what is wrong, and nothing of the text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.redaction.brat import read_pair
from eval.redaction.kinds import own_kind
from eval.redaction.labels import Corpus, Labelled, LabelledSpan, Mark
from eval.redaction.split import Part, belongs
from rag.errors import ConfigurationError

EVERYTHING, COURT = "all", "court"

# One document in so many is held out, by format; formats that are not here are not split.
ONE_IN = {"presidio": 2, "court": 3}
# The policy a format's documents are measured under unless another is named.
POLICY = {"court": COURT}

_MARKS = {"DIRECT": Mark.DIRECT, "QUASI": Mark.QUASI, "NO_MASK": Mark.NONE, "NONE": Mark.NONE}
_SUFFIXES = (".json", ".jsonl", ".ann")
_SPAN = {
    "presidio": "`start_position`, `end_position` and `entity_type`",
    "court": "`start_offset`, `end_offset`, `entity_type`, `identifier_type` and `entity_id`",
    "jsonl": "`start`, `end` and `kind`",
}

Row = tuple[str, Mapping[str, Any]]


class _BadLabelError(ValueError):
    """A label that makes no sense; its message holds no text."""


def read_corpora(paths: Sequence[Path], *, part: Part = Part.ALL) -> list[Corpus]:
    """Read files and folders, a corpus a file, or a folder of brat pairs.

    Raises:
        ConfigurationError: something cannot be read, or holds no labelled document.
    """
    corpora = [corpus for path in paths for corpus in _read_path(path, part)]
    names = [corpus.name for corpus in corpora]
    for name in {name for name in names if names.count(name) > 1}:
        raise ConfigurationError(f"two corpora are called {name}: measure them one at a time")
    return corpora


def _read_path(path: Path, part: Part) -> Iterator[Corpus]:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in _SUFFIXES)
        if not files:
            raise ConfigurationError(f"{path} holds no .json, .jsonl or .ann file")
    elif path.is_file():
        files = [path.with_suffix(".ann") if path.suffix.lower() == ".txt" else path]
    else:
        raise ConfigurationError(f"{path} does not exist")
    pairs = [file for file in files if file.suffix.lower() == ".ann"]
    if pairs:
        name = path.resolve().name if path.is_dir() else path.stem
        yield _corpus(name, "brat", _read_pairs(pairs, name), pairs, part)
    for file in files:
        if file.suffix.lower() != ".ann":
            kind, rows = _recognised(file)
            documents = _read_rows(file, kind, rows)
            yield _corpus(file.stem, kind, documents, [file], part)


def _corpus(
    name: str, kind: str, documents: Sequence[Labelled], files: Sequence[Path], part: Part
) -> Corpus:
    one_in = ONE_IN.get(kind, 0)
    kept = tuple(one for one in documents if belongs(one.text, part=part, one_in=one_in))
    digest = hashlib.sha256()
    for file in files:
        digest.update(_bytes(file))
    return Corpus(
        name=name,
        format=kind,
        policy=POLICY.get(kind, EVERYTHING),
        one_in=one_in,
        sha256=digest.hexdigest(),
        documents=kept,
        skipped=len(documents) - len(kept),
    )


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None


def _text(file: Path) -> str:
    try:
        return _bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = _bytes(file)[: error.start].count(b"\n") + 1
        raise ConfigurationError(f"{file}, line {line}: not UTF-8") from None


def _read_pairs(pairs: Sequence[Path], name: str) -> list[Labelled]:
    documents = []
    for number, pair in enumerate(pairs, start=1):
        text_file = pair.with_suffix(".txt")
        text, labels = _text(text_file), _text(pair)
        try:
            spans = read_pair(text, labels)
        except ValueError as error:
            raise ConfigurationError(f"{pair}, {error}") from None
        documents.append(Labelled(id=f"{name}#{number}", corpus=name, text=text, spans=spans))
    return documents


def _recognised(file: Path) -> tuple[str, list[Row]]:
    """Return a file's format and its objects, each with the place to name in an error."""
    text = _text(file)
    rows = list(_array(file, text) if text.lstrip().startswith("[") else _lines(file, text))
    if not rows:
        raise ConfigurationError(f"{file} holds no labelled document")
    place, first = rows[0]
    if "full_text" in first:
        return "presidio", rows
    if "text" in first and "entities" in first:
        return "court", rows
    if "text" in first and "spans" in first:
        return "jsonl", rows
    raise ConfigurationError(
        f"{file}, {place}: no known format; a document needs `full_text` and `spans`,"
        " `text` and `entities`, or `text` and `spans`"
    )


def _array(file: Path, text: str) -> Iterator[Row]:
    try:
        rows = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise ConfigurationError(f"{file}, line {line}: not valid JSON") from None
    for number, row in enumerate(rows, start=1):
        yield _object(file, f"document {number}", row)


def _lines(file: Path, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (json.JSONDecodeError, RecursionError):
                raise ConfigurationError(f"{file}, line {number}: not valid JSON") from None
            yield _object(file, f"line {number}", row)


def _object(file: Path, place: str, row: object) -> Row:
    if not isinstance(row, dict):
        raise ConfigurationError(f"{file}, {place}: not an object")
    return place, row


def _read_rows(file: Path, kind: str, rows: Sequence[Row]) -> list[Labelled]:
    read = _READERS[kind]
    documents = []
    for place, row in rows:
        try:
            text, spans = read(row)
        except KeyError as error:
            needed = f"`{error.args[0]}` is missing; a span has {_SPAN[kind]}"
            raise ConfigurationError(f"{file}, {place}: {needed}") from None
        except _BadLabelError as error:
            raise ConfigurationError(f"{file}, {place}: {error}") from None
        except (AttributeError, TypeError):
            raise ConfigurationError(f"{file}, {place}: a value is of the wrong type") from None
        number = place.rpartition(" ")[2]
        documents.append(
            Labelled(id=f"{file.stem}#{number}", corpus=file.stem, text=text, spans=spans)
        )
    return documents


Read = tuple[str, tuple[LabelledSpan, ...]]


def _presidio(row: Mapping[str, Any]) -> Read:
    text = _string(row["full_text"])
    return text, tuple(
        _span(
            text,
            (one["start_position"], one["end_position"]),
            one["entity_type"],
            said=one.get("entity_value"),
        )
        for one in row["spans"]
    )


def _court(row: Mapping[str, Any]) -> Read:
    text = _string(row["text"])
    return text, tuple(
        _span(
            text,
            (one["start_offset"], one["end_offset"]),
            one["entity_type"],
            said=one.get("span_text"),
            mark=one["identifier_type"],
            entity=one["entity_id"],
        )
        for one in row["entities"]
    )


def _plain(row: Mapping[str, Any]) -> Read:
    text = _string(row["text"])
    return text, tuple(
        _span(
            text,
            (one["start"], one["end"]),
            one["kind"],
            mark=one.get("mark", ""),
            entity=one.get("entity", ""),
        )
        for one in row["spans"]
    )


_READERS: dict[str, Callable[[Mapping[str, Any]], Read]] = {
    "presidio": _presidio,
    "court": _court,
    "jsonl": _plain,
}


def _span(
    text: str,
    place: tuple[object, object],
    label: str,
    *,
    said: str | None = None,
    mark: str = "",
    entity: str = "",
) -> LabelledSpan:
    start, end = place
    if not isinstance(start, int) or not isinstance(end, int):
        raise _BadLabelError("an offset is no whole number")
    if not 0 <= start < end <= len(text):
        raise _BadLabelError(f"the range {start}-{end} is not in the text")
    if said is not None and text[start:end] != said:
        raise _BadLabelError(f"the text at {start}-{end} is not what its label says")
    if mark and mark.upper() not in _MARKS:
        raise _BadLabelError(f"the mark at {start}-{end} is not one of {', '.join(_MARKS)}")
    return LabelledSpan(
        start=start,
        end=end,
        kind=own_kind(label),
        mark=_MARKS[mark.upper()] if mark else Mark.UNSAID,
        entity=_string(entity),
    )


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise _BadLabelError("a value is of the wrong type")
    return value
