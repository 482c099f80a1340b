"""Rows of tables, said in a sentence: what stands in a cell, with its row's and its column's name.

A row is written `Lung | 1.2 g | 5 days` below `Source | Dose | Length`, or with its columns' names
in it: `Source: Lung | Dose: 1.2 g`. A sentence may name the cells of one row in any order, each
beside its own column's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from rag.ground.lexicon import root
from rag.ground.quantities import SCALES
from rag.ground.tokens import Kind, Token, same, tokens
from rag.ground.units import CURRENCIES
from rag.records import Evidence

_CELLS = re.compile(r"\s*\|\s*")
_NAMED = re.compile(r"^([^:|]{1,60}):\s+(\S.*)$", re.DOTALL)
_MEASURED_IN = re.compile(
    r"([$€£¥]?)\s?(m|bn|k|['’]?000s?|million|thousand|billion)?", re.IGNORECASE
)
_SHORT_SCALES = {"m": "million", "bn": "billion", "k": "thousand", "000": "thousand"}
_SCALE = re.compile(r"\bin\s+(?:[^\W\d_]+\s+)?(thousand|million|billion)s\b", re.IGNORECASE)
_TYING = frozenset(
    root(word) for word in ["amounted", "totalled", "totaled", "equalled", "stood", "came"]
)
_LONGEST_CAPTION = 12
_MOST_CELLS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a row says in one column."""

    name: tuple[Token, ...]
    value: tuple[Token, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table; `caption` are the lines above its header, `start` to `end` is its text."""

    start: int
    end: int
    label: tuple[Token, ...]
    cells: tuple[Cell, ...]
    caption: tuple[Token, ...] = field(default=(), repr=False)


def rows(passage: Evidence) -> list[Row]:
    """Return the rows of the tables in a passage."""
    found: list[Row] = []
    header: list[str] = []
    caption: list[str] = []
    above = passage.context.rsplit("\n", 1)[-1] if passage.context else ""
    if "|" in above:
        header = _cut(above)
    currency, scale = _currency(passage.text), _scale(f"{passage.context}\n{passage.text}")
    last_was_header = False
    for match in re.finditer(r"[^\n]+", passage.text):
        line = match.group()
        if "|" not in line:
            plain = len(line.split()) <= _LONGEST_CAPTION and not line.rstrip().endswith(".")
            caption = [*caption[-2:], line] if plain else []
            if not plain:
                header = []
            continue
        cells = _cut(line)
        measured = _measured_in(cells)
        if measured and last_was_header:
            currency, scale = measured[0] or currency, measured[1] or scale
            continue
        if _names(cells) and not any(_NAMED.match(cell) for cell in cells):
            header = _below(header, cells) if last_was_header else cells
            last_was_header = True
            continue
        last_was_header = False
        row = _row(cells, header, caption, match.span())
        found += _variants(row, currency, scale)
    return found


def readings(row: Row, said: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the row as sentences that name those of its cells whose values the sentence has."""
    used = [cell for cell in row.cells if _has(cell.value, said)]
    if not used or len(used) > _MOST_CELLS:
        return
    for order in permutations(used):
        for head in (row.caption, ()):
            yield [*head, *row.label, *(t for cell in order for t in (*cell.name, *cell.value))]
            yield [*head, *row.label, *(t for cell in order for t in (*cell.value, *cell.name))]
            yield [*row.label, *(t for cell in order for t in (*cell.value, *head, *cell.name))]
        names = [t for cell in order for t in cell.name]
        values = [t for cell in order for t in cell.value]
        yield [*names, *row.label, *values] if len(used) == 1 else []
        yield [*values, *row.label, *names] if len(used) == 1 else []
        yield [*values, *names, *row.label] if len(used) == 1 else []
        yield [*names, *values, *row.label] if len(used) == 1 else []


def plainly(said: Sequence[Token]) -> list[Token]:
    """Return a sentence without the verbs that only tie a value to its name."""
    return [token for token in said if token.form not in _TYING]


def _has(value: Sequence[Token], said: Sequence[Token]) -> bool:
    hard = [token for token in value if token.hard] or list(value)
    return bool(hard) and any(same(token, other) for token in said for other in hard)


def _cut(line: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(line.strip())]


def _measured_in(cells: Sequence[str]) -> tuple[str, str] | None:
    """Return currency and scale of a line that says in what the columns below are told."""
    found = [_MEASURED_IN.fullmatch(cell) for cell in cells if cell not in ("", "Note", "Notes")]
    pairs = {(m[1], (m[2] or "").casefold().strip("'’s")) for m in found if m and m[0]}
    if not found or not all(found) or len(pairs) != 1:
        return None
    currency, scale = pairs.pop()
    return currency, _SHORT_SCALES.get(scale, scale)


def _below(header: Sequence[str], cells: Sequence[str]) -> list[str]:
    """Return names of columns with those of the line below, right ends on one another."""
    missing = len(cells) - len(header)
    if missing < 0:
        return list(cells)
    return [f"{a} {b}".strip() for a, b in zip([""] * missing + list(header), cells, strict=True)]


def _names(cells: Sequence[str]) -> bool:
    """Whether a line names columns: no cell of it holds a number but years."""
    numbers = [t for cell in cells for t in tokens(cell) if t.kind is Kind.NUMBER]
    return all(token.quantity is not None and token.quantity.year for token in numbers)


def _row(
    cells: Sequence[str], header: Sequence[str], caption: Sequence[str], span: tuple[int, int]
) -> Row:
    named = [_NAMED.match(cell) for cell in cells]
    if any(named):
        pairs = [(m[1], m[2]) if m else ("", cell) for m, cell in zip(named, cells, strict=True)]
        label = pairs[0][1] if pairs else ""
        rest = pairs[1:]
        first = pairs[0][0]
    else:
        label, values = (cells[0], cells[1:]) if cells else ("", [])
        names = list(header[-len(values) :]) if len(header) >= len(values) else [""] * len(values)
        rest = list(zip(names, values, strict=False))
        first = header[0] if len(header) == len(cells) else ""
    return Row(
        start=span[0],
        end=span[1],
        label=tuple(tokens(f"{first} {label}")),
        cells=tuple(Cell(name=tuple(tokens(n)), value=tuple(tokens(v))) for n, v in rest),
        caption=tuple(tokens(" ".join(caption))) if not any(named) else (),
    )


def _variants(row: Row, currency: str, scale: str) -> Iterator[Row]:
    """Yield a row as it stands, and with the currency and the scale that its table states."""
    yield row
    if currency:
        yield replace(row, cells=tuple(_told(cell, currency, "") for cell in row.cells))
    if scale:
        yield replace(row, cells=tuple(_told(cell, "", scale) for cell in row.cells))
    if currency and scale:
        yield replace(row, cells=tuple(_told(cell, currency, scale) for cell in row.cells))


def _told(cell: Cell, currency: str, scale: str) -> Cell:
    return replace(cell, value=tuple(_scaled(token, currency, scale) for token in cell.value))


def _scaled(token: Token, currency: str, scale: str) -> Token:
    number = token.quantity
    if number is None or number.value is None or number.unit not in ("", currency):
        return token
    value = number.value * SCALES[scale] if scale else number.value
    return replace(token, quantity=replace(number, value=value, unit=currency or number.unit))


def _currency(text: str) -> str:
    """Return the one currency that the amounts of a text have; empty if there are several."""
    lines = [line for line in text.split("\n") if "|" in line]
    units = {
        token.quantity.unit
        for line in lines
        for token in tokens(line)
        if token.quantity is not None and token.quantity.unit in CURRENCIES
    }
    return units.pop() if len(units) == 1 else ""


def _scale(text: str) -> str:
    scales = {match[1].casefold() for match in _SCALE.finditer(text)}
    return scales.pop() if len(scales) == 1 else ""
