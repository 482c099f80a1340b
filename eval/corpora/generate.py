"""Render every ``layouts/*.yaml`` of the sample corpora into its PDF or DOCX.

The binary documents are kept in the repository beside their sources, so each rendering must give
the same bytes on every run and every machine: dates are fixed, and nothing is compressed, because
two builds of zlib may deflate the same input differently.

Usage: ``python -m eval.corpora.generate [--check] [CORPUS ...]``
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import yaml

if TYPE_CHECKING:
    from docx.document import Document
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

Layout = Mapping[str, Any]

CORPORA = Path(__file__).resolve().parent
PAGE_SIZE = PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0  # A4 in whole points
MARGIN = 56.0
GUTTER = 20.0
CELL_PADDING = 6.0
ZIP_TIME = (2025, 1, 1, 0, 0, 0)


def load(path: Path) -> Layout:
    """Read one layout, all scalars as strings: a dose of ``1.50`` must not turn into ``1.5``."""
    layout = yaml.BaseLoader(path.read_text(encoding="utf-8")).get_single_data()
    if not isinstance(layout, dict) or not {"file", "title", "blocks"} <= layout.keys():
        raise ValueError("a layout needs file, title and blocks")
    return layout


def render(layout: Layout) -> bytes:
    """Give the bytes of the document a layout describes; its file's ending decides the format."""
    renderers = {".pdf": render_pdf, ".docx": render_docx}
    ending = Path(layout["file"]).suffix
    if ending not in renderers:
        raise ValueError(f"{layout['file']}: only .pdf and .docx are rendered")
    return renderers[ending](layout)


def render_pdf(layout: Layout) -> bytes:
    """Lay the blocks out on A4 pages, uncompressed and without the date of the run."""
    from reportlab.platypus import BaseDocTemplate, FrameBreak, NextPageTemplate

    styles = pdf_styles()
    columns = int(layout.get("columns", 1))
    width = column_width(columns)
    title = pdf_paragraph(layout["title"], styles["title"])
    title_height = title.wrap(column_width(1), PAGE_HEIGHT)[1] + styles["title"].spaceAfter

    target = BytesIO()
    fixed = {"title": layout["title"], "invariant": 1, "pageCompression": 0}
    document = BaseDocTemplate(target, pagesize=PAGE_SIZE, **fixed)
    document.addPageTemplates(pdf_pages(layout, columns, title_height))
    story: list[Flowable] = [NextPageTemplate("later"), title, FrameBreak()]
    for block in layout["blocks"]:
        story.extend(pdf_block(block, styles, width))
    document.build(story)
    return target.getvalue()


def column_width(columns: int) -> float:
    """The width of one text column between the margins."""
    return (PAGE_WIDTH - 2 * MARGIN - (columns - 1) * GUTTER) / columns


def pdf_pages(layout: Layout, columns: int, title_height: float) -> list[PageTemplate]:
    """The first page, where the title spans all columns, and the pages after it."""
    from reportlab.platypus import Frame, PageTemplate

    def frame(index: int, height: float) -> Frame:
        left = MARGIN + index * (column_width(columns) + GUTTER)
        return Frame(left, MARGIN, column_width(columns), height, 0, 0, 0, 0)

    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        draw_margins(canvas, document.page, layout)

    full = PAGE_HEIGHT - 2 * MARGIN
    bottom = PAGE_HEIGHT - MARGIN - title_height
    top = Frame(MARGIN, bottom, column_width(1), title_height, 0, 0, 0, 0)
    first = [top, *(frame(index, full - title_height) for index in range(columns))]
    later = [frame(index, full) for index in range(columns)]
    return [PageTemplate("first", first, onPage=draw), PageTemplate("later", later, onPage=draw)]


def draw_margins(canvas: Canvas, page: int, layout: Layout) -> None:
    """Write the running header and footer, which a parser has to tell from the text."""
    canvas.saveState()
    canvas.setFont("Helvetica", 8)
    canvas.drawString(MARGIN, PAGE_HEIGHT - 34, encodable(layout.get("header", "")))
    canvas.drawString(MARGIN, 28, encodable(layout.get("footer", "")))
    canvas.drawRightString(PAGE_WIDTH - MARGIN, 28, f"Page {page}")
    canvas.restoreState()


def pdf_styles() -> dict[str, ParagraphStyle]:
    """The paragraph styles; headings are larger and bold so that a parser can recognise them."""
    from reportlab.lib.styles import ParagraphStyle

    def style(name: str, size: float, font: str = "Helvetica", **options: float) -> ParagraphStyle:
        return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.3, **options)

    return {
        "title": style("title", 18, "Helvetica-Bold", spaceAfter=12),
        "heading": style("heading", 13, "Helvetica-Bold", spaceBefore=10, spaceAfter=4),
        "text": style("text", 10, spaceAfter=6),
        "item": style("item", 10, spaceAfter=3, leftIndent=14, bulletIndent=4),
        "cell": style("cell", 9),
        "column": style("column", 9, "Helvetica-Bold"),
    }


def encodable(text: str) -> str:
    """Refuse what Helvetica has no glyph for: it would be a black box, and unreadable."""
    missing = sorted({letter for letter in text if not letter.encode("cp1252", "ignore")})
    if missing:
        raise ValueError(f"not in the PDF's font: {' '.join(missing)} (in {text[:60]!r})")
    return text


def pdf_paragraph(text: str, style: ParagraphStyle, bullet: str | None = None) -> Flowable:
    """One paragraph of plain text; reportlab would take ``<`` and ``&`` for markup."""
    from reportlab.platypus import Paragraph

    return Paragraph(escape(encodable(text)), style, bulletText=bullet)


def pdf_block(block: Layout, styles: Mapping[str, ParagraphStyle], width: float) -> list[Flowable]:
    """The flowables of one block of a layout; no heading stays alone at the foot of a column."""
    from reportlab.platypus import CondPageBreak

    kind, content = only_item(block)
    if kind == "heading":
        return [CondPageBreak(70), pdf_paragraph(content, styles["heading"])]
    if kind == "list":
        return [pdf_paragraph(item, styles["item"], bullet="\u2022") for item in content]
    if kind == "table":
        return [pdf_table(content, styles, width)]
    return [pdf_paragraph(content, styles["text"])]


def pdf_table(table: Layout, styles: Mapping[str, ParagraphStyle], width: float) -> Flowable:
    """A table with ruled grid lines whose header row is repeated on every page it runs over."""
    from reportlab.lib import colors
    from reportlab.platypus import Table

    header, *rows = table_rows(table)
    cells = [[pdf_paragraph(cell, styles["column"]) for cell in header]]
    cells += [[pdf_paragraph(cell, styles["cell"]) for cell in row] for row in rows]
    ruled = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    widths = cell_widths([header, *rows], width)
    return Table(cells, widths, repeatRows=1, style=ruled, spaceBefore=8, spaceAfter=8)


def cell_widths(rows: Sequence[Sequence[str]], width: float) -> list[float]:
    """Column widths that break no word and share what is left by the length of the longest cell."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    def measure(text: str) -> float:
        return float(stringWidth(text, "Helvetica-Bold", 9)) + 2 * CELL_PADDING + 1

    columns = list(zip(*rows, strict=True))
    words = [max(measure(word) for word in " ".join(column).split()) for column in columns]
    longest = [max(measure(cell) for cell in column) for column in columns]
    spare = width - sum(words)
    if spare < 0:
        raise ValueError(f"the table {list(rows[0])} has words too long for its {width:.0f} points")
    return [word + spare * cell / sum(longest) for word, cell in zip(words, longest, strict=True)]


def table_rows(table: Layout) -> list[list[str]]:
    """The header and the rows of a table, each as long as the header."""
    rows = [table["header"], *table["rows"]]
    for row in rows:
        if len(row) != len(rows[0]):
            raise ValueError(f"row {row} has {len(row)} cells, its header has {len(rows[0])}")
    return rows


def only_item(block: Layout) -> tuple[str, Any]:
    """The kind and the content of a block, which holds exactly one of the four kinds."""
    if len(block) != 1 or not block.keys() <= {"heading", "text", "list", "table"}:
        raise ValueError(f"a block is one of heading, text, list and table, not {sorted(block)}")
    return next(iter(block.items()))


def render_docx(layout: Layout) -> bytes:
    """Write the blocks as a Word document whose properties carry a fixed date."""
    from docx import Document

    document = Document()
    drop_unused(document)
    properties = document.core_properties
    properties.title, properties.author, properties.revision = layout["title"], "", 1
    properties.created = properties.modified = properties.last_printed = datetime(
        *ZIP_TIME, tzinfo=UTC
    )
    document.sections[0].header.paragraphs[0].text = layout.get("header", "")
    document.sections[0].footer.paragraphs[0].text = layout.get("footer", "")
    document.add_heading(layout["title"], level=0)
    for block in layout["blocks"]:
        add_docx_block(document, block)
    target = BytesIO()
    document.save(target)
    return repacked(target.getvalue())


def drop_unused(document: Document) -> None:
    """Drop the template's table styles and effects: nine tenths of its bytes, all unused."""
    for style in list(document.styles):
        if str(style.style_id).startswith(("Light", "Medium", "Dark", "Colorful")):
            style.delete()
    for name, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            document.part.drop_rel(name)


def add_docx_block(document: Document, block: Layout) -> None:
    """Append one block of a layout to a Word document."""
    kind, content = only_item(block)
    if kind == "heading":
        document.add_heading(content, level=1)
    elif kind == "text":
        document.add_paragraph(content)
    elif kind == "list":
        for item in content:
            document.add_paragraph(item, style="List Bullet")
    else:
        rows = table_rows(content)
        table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
        for table_row, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(table_row.cells, row, strict=True):
                cell.text = text


def repacked(archive: bytes) -> bytes:
    """Write a zip anew, stored, in fixed order and times; the content types have to come first."""
    target = BytesIO()
    with ZipFile(BytesIO(archive)) as source, ZipFile(target, "w", ZIP_STORED) as result:
        for name in sorted(source.namelist(), key=lambda name: (name[0] not in "[_w", name)):
            entry = ZipInfo(name, ZIP_TIME)
            entry.create_system, entry.external_attr = 0, 0
            result.writestr(entry, source.read(name))
    return target.getvalue()


def rendered(corpora: Path, names: Sequence[str]) -> Iterator[tuple[Path, bytes]]:
    """Each target file with the bytes it should hold; no names means all corpora."""
    found = [path for name in names or ["*"] for path in corpora.glob(f"{name}/layouts/*.yaml")]
    for path in sorted(found):
        try:
            layout = load(path)
            yield path.parents[1] / "documents" / layout["file"], render(layout)
        except (ValueError, KeyError, yaml.YAMLError) as error:
            raise ValueError(f"{path}: {error}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the documents that differ from their layouts or, with ``--check``, only name them."""
    parser = argparse.ArgumentParser("python -m eval.corpora.generate", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if any differ")
    parser.add_argument("corpus", nargs="*", help="only these corpora (default: all)")
    options = parser.parse_args(arguments)

    stale = 0
    for target, content in rendered(CORPORA, options.corpus):
        if target.is_file() and target.read_bytes() == content:
            continue
        stale += 1
        print(target.relative_to(CORPORA))
        if not options.check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
