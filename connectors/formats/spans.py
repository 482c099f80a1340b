"""Cells that span rows or columns of an HTML table, written out before unstructured drops that."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from lxml.etree import _Element

    Below: TypeAlias = dict[int, tuple[int, _Element]]

_WIDEST = 100
_ROW_GROUPS = ("thead", "tbody", "tfoot")


def write_out_spans(root: _Element) -> None:
    """Give every row of every table a cell for each column.

    A cell that reaches down stands in each of its rows. A header that reaches right names each
    of its columns; a cell of data that does is followed by empty ones.
    """
    for table in root.iter("table"):
        below: Below = {}
        for row in _rows(table):
            _write_out(row, below)


def _rows(table: _Element) -> Iterator[_Element]:
    """Yield the rows of a table, without those of tables in its cells."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from child.iterchildren("tr")


def _write_out(row: _Element, below: Below) -> None:
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    column = 0
    for cell in cells:
        while column in below:
            cell.addprevious(_from_above(column, below))
            column += 1
        across, down = _span(cell, "colspan"), _span(cell, "rowspan")
        after = cell
        for number in range(across):
            if number:
                copy = _twin(cell, with_text=cell.tag == "th")
                after.addnext(copy)
                after = copy
            if down > 1:
                below[column] = (down - 1, _twin(after, with_text=True))
            column += 1
    while column in below:
        row.append(_from_above(column, below))
        column += 1


def _from_above(column: int, below: Below) -> _Element:
    left, cell = below.pop(column)
    if left > 1:
        below[column] = (left - 1, cell)
    return deepcopy(cell)


def _twin(cell: _Element, *, with_text: bool) -> _Element:
    twin = deepcopy(cell)
    twin.tail = None
    for name in ("colspan", "rowspan"):
        if name in twin.attrib:
            del twin.attrib[name]
    if not with_text:
        twin.text = None
        for child in list(twin):
            twin.remove(child)
    return twin


def _span(cell: _Element, name: str) -> int:
    value = str(cell.get(name) or "1")
    return min(max(int(value), 1), _WIDEST) if value.isdecimal() else 1
