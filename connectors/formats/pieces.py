"""From unstructured's pieces to a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from connectors.formats.assemble import Assembler
from connectors.formats.rows import split_header
from connectors.formats.unstructured_offline import Piece
from rag.records import ElementKind

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FIRST_PAGE = 1
_LEFT_OUT = frozenset({"PageBreak", "PageNumber", "FormKeysValues"})
_RUNNING = frozenset({"Header", "Footer"})
_BULLET = re.compile(r"[-*•‣◦·–]\s+")


def add_pieces(assembler: Assembler, pieces: Sequence[Piece]) -> None:
    """Add pieces in order; neighbouring items of a list become one list."""
    items: list[str] = []
    for piece in pieces:
        if piece.kind == "ListItem":
            items.append(_BULLET.sub("", piece.text.strip(), count=1))
            continue
        _flush(assembler, items)
        _add(assembler, piece)
    _flush(assembler, items)


def _flush(assembler: Assembler, items: list[str]) -> None:
    if items:
        lines = "\n".join(" ".join(item.split()) for item in items)
        assembler.add(ElementKind.LIST, lines)
        items.clear()


def _add(assembler: Assembler, piece: Piece) -> None:
    if piece.kind in _LEFT_OUT:
        return
    if piece.kind == "Title":
        assembler.heading(piece.text, level=1 + (piece.depth or 0), page=piece.page)
    elif piece.kind == "Table" and piece.table:
        header, rows = table_rows(piece.table)
        assembler.table(rows, header=header, page=piece.page)
    elif piece.kind in _RUNNING:
        # Word repeats it on every page; it is kept once, as what stands around page one.
        assembler.add(ElementKind.HEADER, piece.text, page=piece.page or _FIRST_PAGE)
    else:
        assembler.add(ElementKind.TEXT, piece.text, page=piece.page)


def table_rows(html: str) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Return header and rows of a table, from its markup."""
    from lxml import html as markup

    cells = _grid(markup.fragment_fromstring(html, create_parent=True))
    rows = [[text for text, _ in row] for row in cells]
    if len(rows) > 1 and all(marked for text, marked in cells[0] if text):
        return rows[0], rows[1:]
    if cells and all(row and row[0][1] and not any(m for _, m in row[1:]) for row in cells):
        # Headers down the side: each row is one fact with its label.
        return (), [[f"{row[0].rstrip(' :')}: {' '.join(row[1:])}"] for row in rows]
    return split_header(rows)


def _grid(root: HtmlElement) -> list[list[tuple[str, bool]]]:
    """Return the cells of each row with whether they are marked as headers."""
    rows = (
        [(" ".join(cell.text_content().split()), cell.tag == "th") for cell in row]
        for row in root.iter("tr")
    )
    return [row for row in rows if any(text for text, _ in row)]
