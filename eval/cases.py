"""Questions with what a right answer to them is, read from `cases.jsonl`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import ConfigurationError


class Expect(StrEnum):
    """What the right reaction to a question is."""

    ANSWER = "answer"
    NONE = "none"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """The passage that answers a question.

    `start` and `end` are characters of the document's parsed text, before redaction.
    """

    answer: str = field(repr=False)
    document: str = field(repr=False)
    quote: str = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question, who asks it, and what should come of it. `gold` is None where nothing answers."""

    id: str
    corpus: str
    question: str = field(repr=False)
    asker: str
    expect: Expect
    gold: Gold | None


_Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]


class _Row(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: _Filled
    question: _Filled
    asker: _Filled = Field(alias="as")
    expect: str


class _GoldRow(_Row):
    """A line with a passage that answers."""

    answer: _Filled
    document: _Filled
    quote: _Filled
    start: int = Field(ge=0)
    end: int = Field(ge=1)


def load_cases(path: Path, *, corpus: str = "") -> tuple[Case, ...]:
    """Read a `cases.jsonl`.

    Args:
        path: The file, one JSON object a line; empty lines are passed over.
        corpus: What the cases belong to in reports; the folder's name if it is not given.

    Raises:
        ConfigurationError: The file cannot be read or holds no case, or a line is wrong: the
            message names file, line and field, and nothing of the content.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 text") from error
    corpus = corpus or path.absolute().parent.name
    seen: dict[str, int] = {}
    cases = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        case = _case(line, corpus=corpus, where=f"{path}, line {number}")
        if case.id in seen:
            raise ConfigurationError(
                f"{path}, line {number}: id `{case.id}` stands on line {seen[case.id]} already"
            )
        seen[case.id] = number
        cases.append(case)
    if not cases:
        raise ConfigurationError(f"{path} holds no case")
    return tuple(cases)


def refuse_duplicates(cases: Iterable[Case]) -> None:
    """Raise `ConfigurationError` when an id stands twice, as files put together may do."""
    seen: dict[str, str] = {}
    for case in cases:
        if case.id in seen:
            raise ConfigurationError(
                f"case `{case.id}` is in `{seen[case.id]}` and in `{case.corpus}`"
            )
        seen[case.id] = case.corpus


def cases_hash(cases: Sequence[Case]) -> str:
    """Return a hash over everything the cases say, to tell whether two runs had the same."""
    rows = [json.dumps(asdict(case), sort_keys=True) for case in cases]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _case(line: str, *, corpus: str, where: str) -> Case:
    """Read one line, or say what is wrong with it."""
    try:
        values = json.loads(line)
    except ValueError as error:
        raise ConfigurationError(f"{where}: not valid JSON") from error
    if not isinstance(values, dict):
        raise ConfigurationError(f"{where}: not a JSON object")
    expect = _expect(values, where)
    try:
        row = (_Row if expect is Expect.NONE else _GoldRow).model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(f"{where}: {_explain(error)}") from error
    return Case(
        id=row.id,
        corpus=corpus,
        question=row.question,
        asker=row.asker,
        expect=expect,
        gold=_gold(row, where) if isinstance(row, _GoldRow) else None,
    )


def _expect(values: dict[str, object], where: str) -> Expect:
    try:
        return Expect(str(values["expect"]))
    except KeyError as error:
        raise ConfigurationError(f"{where}: `expect`: missing") from error
    except ValueError as error:
        known = ", ".join(Expect)
        raise ConfigurationError(f"{where}: `expect`: not one of {known}") from error


def _gold(row: _GoldRow, where: str) -> Gold:
    if row.end <= row.start:
        raise ConfigurationError(f"{where}: `end`: not after `start`")
    return Gold(
        answer=row.answer, document=row.document, quote=row.quote, start=row.start, end=row.end
    )


def _explain(error: ValidationError) -> str:
    """Say in one line which fields are wrong, without the values given."""
    parts = []
    for problem in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in problem["loc"])
        known = {"missing": "missing", "extra_forbidden": "not a field of this kind of case"}
        parts.append(f"`{name}`: {known.get(problem['type'], problem['msg'])}")
    return "; ".join(parts)
