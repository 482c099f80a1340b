"""Word documents."""

import io
import zipfile

import pytest

from connectors.formats.office import OfficeParser
from rag.errors import SkipDocument
from rag.records import ElementKind
from rag.testing.hostile import HOSTILE
from rag.testing.parser_contract import ParserContract, Sample


def document(title: str = "") -> bytes:
    from docx import Document

    made = Document()
    made.core_properties.title = title
    made.sections[0].header.paragraphs[0].text = "Clinic - confidential"
    made.sections[0].footer.paragraphs[0].text = "Issue 7"
    made.add_heading("Policy", level=0)
    made.add_heading("Who is responsible", level=1)
    made.add_paragraph("The officer is responsible for everything.")
    made.add_heading("In detail", level=2)
    for item in ("first item", "second item"):
        made.add_paragraph(item, style="List Bullet")
    made.add_heading("Risk classes", level=1)
    made.add_paragraph("Short line")
    table = made.add_table(3, 2)
    rows = ("Risk class", "Review"), ("Low", "every 5 years"), ("High", "every 12 months")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


class TestOfficeParser(ParserContract):
    @pytest.fixture(autouse=True)
    def _samples(self, monkeypatch):
        sample = Sample(
            name="a.docx", data=document(), words="Risk class: High | Review: every 12 months"
        )
        monkeypatch.setattr(type(self), "samples", (sample,))

    @pytest.fixture
    def parser(self):
        return OfficeParser()


def test_headings_paragraphs_lists_tables_and_running_lines():
    parsed = OfficeParser().parse(document(), "a.docx")
    assert [(e.kind, parsed.text[e.start : e.end]) for e in parsed.elements] == [
        (ElementKind.HEADER, "Clinic - confidential"),
        (ElementKind.TITLE, "Policy"),
        (ElementKind.TITLE, "Who is responsible"),
        (ElementKind.TEXT, "The officer is responsible for everything."),
        (ElementKind.TITLE, "In detail"),
        (ElementKind.LIST, "first item\nsecond item"),
        (ElementKind.TITLE, "Risk classes"),
        (ElementKind.TEXT, "Short line"),
        (
            ElementKind.TABLE,
            "Risk class: Low | Review: every 5 years\nRisk class: High | Review: every 12 months",
        ),
        (ElementKind.HEADER, "Issue 7"),
    ]
    below = parsed.elements[5].headings
    assert [parsed.text[s.start : s.end] for s in below] == ["Who is responsible", "In detail"]
    assert parsed.title == "Policy"


def test_a_title_among_the_properties_serves_where_there_is_no_heading():
    from docx import Document

    made = Document()
    made.core_properties.title = "Stated title"
    made.add_paragraph("words")
    buffer = io.BytesIO()
    made.save(buffer)
    assert OfficeParser().parse(buffer.getvalue(), "a.docx").title == "Stated title"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "encrypted, or in a format of before"),
        (HOSTILE["zip that is no docx"], "a zip archive, but no office document"),
        (b"PK\x03\x04 cut", "no zip archive"),
        (b"plain", "no zip archive"),
    ],
)
def test_what_is_no_document_is_skipped_with_the_reason(data, reason):
    with pytest.raises(SkipDocument, match=reason):
        OfficeParser().parse(data, "a.docx")


def test_a_bomb_is_not_unpacked(monkeypatch):
    data = document()
    monkeypatch.setattr("connectors.formats.office._MOST_UNPACKED", 1000)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(SkipDocument, match="unpacks to too many bytes"):
        OfficeParser().parse(data, "a.docx")
