"""Questions with what a right answer to them is, read from `cases.jsonl`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
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


class Form(StrEnum):
    """How an answer is compared with the expected one."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A passage that answers a question, or a part of it.

    `start` and `end` are characters of the document's parsed text, before redaction.
    """

    document: str = field(repr=False)
    quote: str = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question, who asks it, and what should come of it. `gold` is empty where nothing answers.

    Any of `answers` is right. `kind` tells questions apart in tables, such as `arithmetic`. Cases
    of one `group` ask the same in other words. `cluster` names what cases have in common, such as
    their document, so that they are not counted as independent; empty means that this one stands
    alone. `attack` is an instruction that was planted in what is answered from. `repeats` is the
    id of the case that this one asks once more. `within` is the one document that is searched;
    empty means all.
    """

    id: str
    corpus: str
    question: str = field(repr=False)
    asker: str
    expect: Expect
    answers: tuple[str, ...] = field(default=(), repr=False)
    gold: tuple[Gold, ...] = ()
    form: Form = Form.TEXT
    kind: str = ""
    group: str = ""
    cluster: str = ""
    attack: str = field(default="", repr=False)
    repeats: str = ""
    within: str = field(default="", repr=False)

    @property
    def answer(self) -> str:
        """The expected answer, of several the first; empty where there is none."""
        return self.answers[0] if self.answers else ""


_Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]


class _Row(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: _Filled
    question: _Filled
    asker: _Filled = Field(alias="as")
    expect: str
    kind: str = ""
    group: str = ""
    cluster: str = ""
    attack: str = ""


class _PlaceRow(BaseModel):
    """A passage that answers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    document: _Filled
    quote: _Filled
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class _GoldRow(_Row, _PlaceRow):
    """A line with a passage that answers, and perhaps further ones and other wordings."""

    answer: _Filled
    form: str = Form.TEXT.value
    or_else: list[_Filled] = Field(default_factory=list, alias="or")
    also: list[_PlaceRow] = Field(default_factory=list)


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
    kept = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    values = []
    for number, line in kept:
        try:
            values.append(json.loads(line))
        except ValueError as error:
            raise ConfigurationError(f"{path}, line {number}: not valid JSON") from error
    if not values:
        raise ConfigurationError(f"{path} holds no case")
    return read_cases(
        values, corpus=corpus, where=lambda number: f"{path}, line {kept[number - 1][0]}"
    )


def read_cases(
    values: Sequence[object], *, corpus: str, where: Callable[[int], str]
) -> tuple[Case, ...]:
    """Read cases that were read from JSON or YAML.

    Args:
        values: The cases as they stand.
        corpus: What they belong to in reports.
        where: Names the place of the first, the second and so on in errors.

    Raises:
        ConfigurationError: One is wrong, its id stands twice, or there are none.
    """
    if not values:
        raise ConfigurationError(f"{where(1)}: there is no case")
    seen: dict[str, int] = {}
    cases = []
    for number, value in enumerate(values, start=1):
        case = _case(value, corpus=corpus, where=where(number))
        if case.id in seen:
            before = where(seen[case.id]).rpartition(", ")[2]
            raise ConfigurationError(f"{where(number)}: id `{case.id}` stands on {before} already")
        seen[case.id] = number
        cases.append(case)
    return tuple(cases)


def repeated(cases: Sequence[Case], times: int) -> tuple[Case, ...]:
    """Return cases so many times, to see whether the same question gets the same answer."""
    again = (
        replace(case, id=f"{case.id}~{n}", repeats=case.id, cluster=case.cluster or case.id)
        for n in range(2, times + 1)
        for case in cases
    )
    return (*cases, *again)


def refuse_duplicates(cases: Iterable[Case]) -> None:
    """Raise `ConfigurationError` when an id stands twice, as files put together may do."""
    seen: dict[str, str] = {}
    for case in cases:
        if case.id in seen:
            raise ConfigurationError(
                f"case `{case.id}` is in `{seen[case.id]}` and in `{case.corpus}`"
            )
        seen[case.id] = case.corpus


def case_hash(case: Case) -> str:
    """Return a hash over everything a case says."""
    return hashlib.sha256(json.dumps(asdict(case), sort_keys=True).encode()).hexdigest()


def cases_hash(hashes: Mapping[str, str]) -> str:
    """Return a hash over the hashes of cases by id, in whatever order: two runs had the same."""
    return hashlib.sha256(json.dumps(sorted(hashes.items())).encode()).hexdigest()


def question_hash(case: Case) -> str:
    """Return a hash over what is asked and by whom: what an answer given before is good for."""
    asked = json.dumps([case.id, case.corpus, case.question, case.asker])
    return hashlib.sha256(asked.encode()).hexdigest()


def _case(values: object, *, corpus: str, where: str) -> Case:
    """Read one case, or say what is wrong with it."""
    if not isinstance(values, dict):
        raise ConfigurationError(f"{where}: not a JSON object")
    expect = _expect(values, where)
    try:
        row = (_Row if expect is Expect.NONE else _GoldRow).model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(f"{where}: {_explain(error)}") from error
    gold = row if isinstance(row, _GoldRow) else None
    return Case(
        id=row.id,
        corpus=corpus,
        question=row.question,
        asker=row.asker,
        expect=expect,
        answers=(gold.answer, *gold.or_else) if gold else (),
        gold=tuple(_gold(one, where) for one in (gold, *gold.also)) if gold else (),
        form=_form(gold.form, where) if gold else Form.TEXT,
        kind=row.kind,
        group=row.group,
        cluster=row.cluster,
        attack=row.attack,
    )


def _expect(values: dict[str, object], where: str) -> Expect:
    try:
        return Expect(str(values["expect"]))
    except KeyError as error:
        raise ConfigurationError(f"{where}: `expect`: missing") from error
    except ValueError as error:
        known = ", ".join(Expect)
        raise ConfigurationError(f"{where}: `expect`: not one of {known}") from error


def _form(name: str, where: str) -> Form:
    try:
        return Form(name)
    except ValueError as error:
        raise ConfigurationError(f"{where}: `form`: not one of {', '.join(Form)}") from error


def _gold(row: _PlaceRow, where: str) -> Gold:
    if row.end <= row.start:
        raise ConfigurationError(f"{where}: `end`: not after `start`")
    return Gold(document=row.document, quote=row.quote, start=row.start, end=row.end)


def _explain(error: ValidationError) -> str:
    """Say in one line which fields are wrong, without the values given."""
    parts = []
    for problem in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in problem["loc"])
        known = {"missing": "missing", "extra_forbidden": "not a field of this kind of case"}
        parts.append(f"`{name}`: {known.get(problem['type'], problem['msg'])}")
    return "; ".join(parts)
