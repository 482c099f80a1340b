"""PDF: text in reading order with pages and boxes, through pypdfium2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from connectors.formats.assemble import Assembler, clean_line, title_of
from connectors.formats.damage import damage_skips
from connectors.formats.dated import dated_by_pdf
from connectors.formats.pdf_lines import Segment, columns_of, segments_of, union
from connectors.formats.pdf_page import Page, read_pages
from connectors.formats.pdf_paragraphs import (
    BULLET,
    Block,
    bare,
    blocks_of,
    continues,
    is_heading,
    is_item,
    joined,
    usual_size,
)
from connectors.formats.pdf_running import Margin, running_lines
from connectors.formats.pdf_tables import ruled_tables
from connectors.formats.rows import split_header
from rag.errors import SkipDocument
from rag.records import ElementKind, Parsed

_NO_TITLE = re.compile(
    r"untitled|microsoft word|\(anonymous\)|.*\.(?:docx?|pdf|indd|rtf)", re.IGNORECASE
)
_NEAR = 4.0
_LEVELS_BY_SIZE = 4


@dataclass(slots=True)
class _PageBlocks:
    """A page's paragraphs between its running header and footer."""

    number: int
    above: Sequence[Margin]
    below: Sequence[Margin]
    blocks: list[Block]
    turned: str = field(repr=False)


class PdfParser:
    """Reads `.pdf` that holds text; scanned pages need character recognition first."""

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings it reads."""
        return frozenset({".pdf"})

    @damage_skips()
    def parse(self, data: bytes, name: str) -> Parsed:
        """Return paragraphs, headings, lists, tables and running lines, with page and box."""
        contents = read_pages(data)
        words = [word for page in contents.pages for word in page.words]
        if not words:
            raise SkipDocument("no text on its pages: needs OCR")
        body = usual_size(words)
        running = running_lines(contents.pages, body)
        pages = [_page_blocks(page, running[page.number]) for page in contents.pages]
        _continue_paragraphs(pages)
        writer = _Writer(body=body, vocabulary=frozenset(bare(word.text) for word in words))
        writer.levels = _levels(pages, body)
        for page in pages:
            writer.page(page)
        own_title = "" if _NO_TITLE.match(contents.title) else contents.title
        title = writer.largest_heading or clean_line(own_title) or title_of(name)
        empty = sum(not page.words for page in contents.pages)
        facts = {
            "pages": str(len(pages)),
            "pages_without_text": str(empty) if empty else "",
            **dated_by_pdf(*contents.days),
        }
        return writer.assembler.parsed(title=title, media_type="application/pdf", metadata=facts)


def _page_blocks(page: Page, running: Sequence[Margin]) -> _PageBlocks:
    taken = {id(word) for line in running for word in line.words}
    page = replace(page, words=[word for word in page.words if id(word) not in taken])
    tables, words = ruled_tables(page)
    upright = [word for word in words if word.upright]
    segments = segments_of(upright)
    segments += [Segment(words=(), box=table.box, table=table) for table in tables]
    return _PageBlocks(
        number=page.number,
        above=[line for line in running if line.above],
        below=[line for line in running if not line.above],
        blocks=[b for column in columns_of(segments) for b in blocks_of(column, page.number)],
        turned=" ".join(word.text for word in words if not word.upright),
    )


def _continue_paragraphs(pages: Sequence[_PageBlocks]) -> None:
    """Join what a column's or a page's end cut apart, to the page where it began."""
    last: tuple[_PageBlocks, int] | None = None
    for page in pages:
        kept: list[Block] = []
        source, page.blocks = page.blocks, kept
        for block in source:
            before = last[0].blocks[last[1]] if last else None
            if last and before and continues(before, block):
                whole = replace(
                    before, lines=[*before.lines, *block.lines], fills_width=block.fills_width
                )
                last[0].blocks[last[1]] = whole
                continue
            kept.append(block)
            last = (page, len(kept) - 1)


def _levels(pages: Sequence[_PageBlocks], body: float) -> dict[float, int]:
    """Rank the sizes of headings, largest first; those of body size come below them all."""
    sizes = {b.size for page in pages for b in page.blocks if is_heading(b, body)}
    larger = sorted((size for size in sizes if size >= 1.12 * body), reverse=True)
    return {size: min(rank, _LEVELS_BY_SIZE) for rank, size in enumerate(larger, start=1)}


@dataclass(slots=True)
class _Writer:
    """Hands blocks to the assembler as what they are."""

    body: float
    vocabulary: frozenset[str] = field(repr=False)
    levels: dict[float, int] = field(default_factory=dict)
    assembler: Assembler = field(default_factory=Assembler)
    largest_heading: str = field(default="", repr=False)
    _largest: float = 0.0
    _table: tuple[Sequence[float], Sequence[str]] = ((), ())

    def page(self, page: _PageBlocks) -> None:
        """Add the running header, the blocks, and the running footer of a page."""
        self._running(page.number, page.above)
        for group in _lists(page.blocks):
            self._group(group)
        self.assembler.add(ElementKind.TEXT, page.turned, page=page.number)
        self._running(page.number, page.below)

    def _running(self, number: int, lines: Sequence[Margin]) -> None:
        for line in lines:
            self.assembler.add(ElementKind.HEADER, line.text, page=number, box=line.box)

    def _group(self, group: Sequence[Block]) -> None:
        block = group[0]
        if block.table is not None:
            self._add_table(block)
            return
        self._table = ((), ())
        if is_item(block):
            items = (BULLET.sub("", self._text(item), count=1) for item in group)
            self.assembler.add(
                ElementKind.LIST,
                "\n".join(items),
                page=block.page,
                box=union(item.box for item in group),
            )
        elif is_heading(block, self.body):
            self._add_heading(block)
        else:
            self.assembler.add(ElementKind.TEXT, self._text(block), page=block.page, box=block.box)

    def _text(self, block: Block) -> str:
        return joined(block.lines, self.vocabulary)

    def _add_heading(self, block: Block) -> None:
        text = self._text(block)
        level = self.levels.get(block.size, _LEVELS_BY_SIZE + (1 if block.bold else 2))
        self.assembler.heading(text, level=level, page=block.page, box=block.box)
        if block.page == 1 and block.size > max(self._largest, self.body):
            self._largest, self.largest_heading = block.size, text

    def _add_table(self, block: Block) -> None:
        """Add a table; one that goes on from the page before keeps its header."""
        table = block.table
        if table is None:
            return
        header, rows = split_header(table.rows)
        columns, earlier = self._table
        if earlier and _same_columns(columns, table.columns):
            rows = table.rows[1:] if list(table.rows[0]) == list(earlier) else table.rows
            header = earlier
        self.assembler.table(rows, header=header, page=block.page, box=block.box)
        self._table = (table.columns, header)


def _same_columns(one: Sequence[float], other: Sequence[float]) -> bool:
    return len(one) == len(other) and all(
        abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True)
    )


def _lists(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield blocks one by one, but the items of a list together."""
    group: list[Block] = []
    for block in blocks:
        if group and not (is_item(group[-1]) and is_item(block)):
            yield group
            group = []
        group.append(block)
    if group:
        yield group
