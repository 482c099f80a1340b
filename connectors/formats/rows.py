"""Rows of a table as lines that can be read, searched and cited alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

CELL_SEPARATOR = " | "
_LEADING_ROWS = 3
# A number with its signs, currency or unit: what stands in a row of data and in no header.
_AMOUNT = re.compile(
    r"(?:[<>=~+(-]|[A-Z]{3}\s|[€$£¥])*\s*\d[\d.,' /:()-]*\s?(?:%|[a-zµ]{1,3}(?:/\w+)?)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/-]\d{2,4})?")


def labelled_rows(rows: Sequence[Sequence[str]], *, header: Sequence[str] = ()) -> list[str]:
    """Return a line a row; empty cells are left out, and rows without a cell too."""
    lines = (_line(row, header) for row in rows)
    return [line for line in lines if line]


def _line(row: Sequence[str], header: Sequence[str]) -> str:
    if not header and len(row) == 2 and row[0].endswith(":"):
        return " ".join(filter(None, row))  # a form: the label is in the row
    names = [*header, *[""] * len(row)]
    cells = []
    for name, cell in zip(names, row, strict=False):
        if not cell:
            continue
        label = name.rstrip(" :")
        cells.append(f"{label}: {cell}" if label else cell)
    return CELL_SEPARATOR.join(cells)


def split_header(rows: Sequence[Sequence[str]]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Take the first row for the header if it looks like one, and return header and data.

    Names of columns are distinct, are no amounts, and all but the first column have one.
    """
    if len(rows) < 2 or not _names_columns(rows[0], max(len(row) for row in rows)):
        return (), rows
    return rows[0], rows[1:]


def _names_columns(row: Sequence[str], width: int) -> bool:
    names = [cell.strip() for cell in row]
    given = [name.casefold() for name in names if name]
    if width < 2 or len(given) < 2 or len(set(given)) < len(given):
        return False
    if len(given) < len(names) - 1 or (len(given) < len(names) and names[0]):
        return False
    if names[0].endswith(":"):
        return False  # a form: labels in the first column
    return not any(_AMOUNT.fullmatch(name) and not _YEAR.fullmatch(name) for name in names)


def split_preamble(
    rows: Sequence[Sequence[str]],
) -> tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]]:
    """Split off the lines some exports write above the header: one cell in a wider table."""
    width = max((len(row) for row in rows), default=0)
    count = 0
    while (
        width > 2
        and count < min(_LEADING_ROWS, len(rows) - 2)
        and sum(1 for cell in rows[count] if cell.strip()) <= 1
    ):
        count += 1
    return rows[:count], rows[count:]
