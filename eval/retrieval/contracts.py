"""Contracts with a table of the clauses that experts found in each: the form of CUAD.

A folder with `master_clauses.csv` and `txt/`: a row a contract, a column a kind of clause, in a
cell a list of the clauses' texts. Where they stand is not said, so they are looked up; one that
stands in several places, as a party's name does, is found in any of them.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from eval.retrieval.cases import Corpus, QuestionSet, SearchCase, Shaping, Target, Unit, document
from eval.retrieval.clauses import QUESTIONS
from rag.errors import ConfigurationError
from rag.records import Document, Span

TABLE = "master_clauses.csv"
TEXTS = "txt"
COMMONEST = 16
GOAL = 0.80
_OMITTED = "<omitted>"
_ID = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """The clauses of one kind in one contract."""

    contract: str
    kind: str
    clauses: tuple[str, ...] = field(repr=False)


def is_contracts(folder: Path) -> bool:
    """Whether a folder has this form."""
    return (folder / TABLE).is_file()


def read_contracts(folder: Path, shaping: Shaping) -> Corpus:
    """Read contracts and ask for the commonest kinds of clauses, by name and in words.

    Raises:
        ConfigurationError: something cannot be read; the message names file and line.
    """
    cells = list(_cells(folder / TABLE))
    files = _files(folder / TEXTS)
    missing = {cell.contract for cell in cells} - files.keys()
    if missing:
        raise ConfigurationError(
            f"{folder / TEXTS} lacks {len(missing)} of the contracts in {TABLE}"
        )
    digest = hashlib.sha256(_bytes(folder / TABLE))
    documents: dict[str, Document] = {}
    for stem in sorted({cell.contract for cell in cells}):
        data = _bytes(files[stem])
        digest.update(data)
        parsed = shaping.parse(data, files[stem].name)
        documents[stem] = document(_id(stem), source="contracts", parsed=parsed)
    cases, lost = _cases(_commonest(cells), documents, files)
    notes = (f"{lost} of {lost + len(cases)} filled cells could not be located and are left out",)
    return Corpus(
        name=folder.resolve().name,
        sha256=digest.hexdigest(),
        documents=tuple(documents.values()),
        sets=(
            _set(
                "contracts",
                "a clause of the one contract that is searched, asked for by its name",
                cases,
                goal=GOAL,
            ),
            _set(
                "contracts in words",
                "the same clause, asked for in words",
                [_worded(c) for c in cases],
            ),
        ),
        notes=notes,
    )


def absent(folder: Path) -> list[tuple[str, str]]:
    """Return contract and kind of what experts did not find, of the commonest kinds of clauses.

    Contracts are named by the ids that `read_contracts` gives them.
    """
    cells = list(_cells(folder / TABLE))
    filled = {(cell.contract, cell.kind) for cell in cells}
    kinds = {cell.kind for cell in _commonest(cells)}
    contracts = sorted({cell.contract for cell in cells})
    return [
        (_id(contract), kind)
        for contract in contracts
        for kind in QUESTIONS
        if kind in kinds and (contract, kind) not in filled
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Whether a contract has a kind of clause; `common` says that most contracts have it.

    `contract` is the id of its document, `cluster` what its questions have in common.
    """

    contract: str
    cluster: str
    kind: str
    filled: bool
    common: bool


def cells(folder: Path) -> list[Cell]:
    """Return every cell of the table, the empty ones too: what experts did not find."""
    clauses = list(_cells(folder / TABLE))
    files = _files(folder / TEXTS)
    filled = {(one.contract, one.kind) for one in clauses}
    common = {one.kind for one in _commonest(clauses)}
    return [
        Cell(
            contract=_id(contract),
            cluster=files[contract].name,
            kind=kind,
            filled=(contract, kind) in filled,
            common=kind in common,
        )
        for contract in sorted({one.contract for one in clauses})
        for kind in dict.fromkeys(one.kind for one in clauses)
    ]


def located(text: str, clause: str) -> list[list[Span]]:
    """Return for each part of a clause every place where it stands, by letters and digits alone.

    White space, hyphens and quotation marks differ between the two; `<omitted>` parts a clause.
    A part that stands nowhere as whole words is left out.
    """
    letters, places = _letters(text)
    found = []
    for part in clause.split(_OMITTED):
        wanted, _ = _letters(part)
        spans = list(_whole(text, letters, places, wanted)) if wanted else []
        if spans:
            found.append(spans)
    return found


def _whole(text: str, letters: str, places: Sequence[int], wanted: str) -> Iterator[Span]:
    """Yield where letters stand with no letter or digit directly before or after."""
    at = letters.find(wanted)
    while at >= 0:
        start, end = places[at], places[at + len(wanted) - 1] + 1
        if not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum():
            yield Span(start=start, end=end)
        at = letters.find(wanted, at + 1)


def _letters(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text in small, and where each stands."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isalnum():
            folded = character.casefold()
            letters.append(folded)
            places += [place] * len(folded)
    return "".join(letters), places


def _cells(path: Path) -> Iterator[_Cell]:
    try:
        text = _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not UTF-8 text") from None
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if rows.fieldnames is None or "Filename" not in rows.fieldnames:
        raise ConfigurationError(f"{path}, line 1: there is no column `Filename`")
    kinds = [name for name in rows.fieldnames if name in QUESTIONS]
    if not kinds:
        raise ConfigurationError(f"{path}, line 1: no column is a known kind of clause")
    for row in rows:
        for kind in kinds:
            clauses = _listed(row, kind, f"{path}, line {rows.line_num}")
            if clauses:
                yield _Cell(contract=_stem(row["Filename"] or ""), kind=kind, clauses=clauses)


def _listed(row: Mapping[str, str | None], kind: str, where: str) -> tuple[str, ...]:
    """Return the clauses of a cell, which is written as a list of strings."""
    cell = (row[kind] or "").strip()
    if not cell:
        return ()
    try:
        found = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ConfigurationError(f"{where}, column `{kind}`: not a list of texts")
    return tuple(one for one in found if one.strip())


def _commonest(cells: Sequence[_Cell]) -> list[_Cell]:
    """Return the cells of the kinds that most contracts have; of equals the first column wins."""
    counts = Counter(cell.kind for cell in cells)
    order = list(QUESTIONS)
    kinds = sorted(counts, key=lambda kind: (-counts[kind], order.index(kind)))[:COMMONEST]
    return [cell for cell in cells if cell.kind in kinds]


def _cases(
    cells: Sequence[_Cell], documents: Mapping[str, Document], files: Mapping[str, Path]
) -> tuple[list[SearchCase], int]:
    """Return a case a cell, and the number of cells none of whose clauses was located."""
    cases = []
    for cell in cells:
        contract = documents[cell.contract]
        places = [p for clause in cell.clauses for p in located(contract.parsed.text, clause)]
        targets = tuple(dict.fromkeys(_target(contract.id, spans) for spans in places))
        if targets:
            cases.append(
                SearchCase(
                    id=f"{contract.id[:8]} {cell.kind}",
                    question=cell.kind,
                    targets=targets,
                    within=contract.id,
                    cluster=files[cell.contract].name,
                    kind=cell.kind,
                )
            )
    return cases, len(cells) - len(cases)


def _target(contract: str, spans: Sequence[Span]) -> Target:
    first, *others = ((span.start, span.end) for span in spans)
    return Target(document_id=contract, start=first[0], end=first[1], also=tuple(others))


def _worded(case: SearchCase) -> SearchCase:
    return replace(case, question=QUESTIONS[case.kind])


def _set(
    name: str, about: str, cases: Sequence[SearchCase], *, goal: float | None = None
) -> QuestionSet:
    return QuestionSet(
        name=name,
        about=about,
        unit=Unit.PASSAGE,
        metrics=("hit@5", "hit@1", "hit@10", "mrr"),
        kept="characters",
        cases=tuple(cases),
        goal=goal,
    )


def _files(folder: Path) -> dict[str, Path]:
    try:
        return {_stem(path.name): path for path in sorted(folder.glob("*.txt"))}
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be read: {error.strerror}") from None


def _stem(name: str) -> str:
    """Return a file's name without its ending, by letters and digits: the table's differ."""
    return re.sub(r"[\W_]", "", name.rpartition(".")[0]).casefold()


def _id(stem: str) -> str:
    return hashlib.sha256(stem.encode()).hexdigest()[:_ID]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
