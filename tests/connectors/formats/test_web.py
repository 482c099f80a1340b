"""HTML pages."""

import pytest

from connectors.formats.web import WebParser
from rag.errors import SkipDocument
from rag.records import ElementKind
from rag.testing.parser_contract import ParserContract, Sample

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Fees | Bank</title>
<style>p { color: red }</style><script>var tracking = 1;</script></head><body>
<nav><a href="/">Home</a></nav>
<main><h1>Fee schedule</h1><p>It applies from 1 January 2025.</p>
<h2>Fees</h2><table><thead><tr><th>Service</th><th>Everyday</th></tr></thead>
<tbody><tr><td>Replacement&nbsp;card</td><td>EUR 9.00</td></tr>
<tr><td>Recall<br>request</td><td></td></tr></tbody></table>
<ul><li>First item</li><li>Second <b>bold</b> item</li></ul>
<p hidden>Not shown.</p></main></body></html>"""


class TestWebParser(ParserContract):
    samples = (
        Sample(
            name="a.html", data=PAGE.encode(), words="Service: Replacement card | Everyday: EUR"
        ),
        Sample(name="a.htm", data=b"<p>Bare words.</p>", words="Bare words."),
    )

    @pytest.fixture
    def parser(self):
        return WebParser()


def parse(markup: str | bytes):
    data = markup if isinstance(markup, bytes) else markup.encode()
    return WebParser().parse(data, "page-1.html")


def test_headings_paragraphs_tables_and_lists():
    parsed = parse(PAGE)
    assert [(e.kind, parsed.text[e.start : e.end], len(e.headings)) for e in parsed.elements] == [
        (ElementKind.TITLE, "Fee schedule", 0),
        (ElementKind.TEXT, "It applies from 1 January 2025.", 1),
        (ElementKind.TITLE, "Fees", 1),
        (
            ElementKind.TABLE,
            "Service: Replacement card | Everyday: EUR 9.00\nService: Recall request",
            2,
        ),
        (ElementKind.LIST, "First item\nSecond bold item", 2),
    ]
    assert parsed.title == "Fee schedule"


def test_navigation_scripts_and_hidden_parts_are_left_out():
    text = parse(PAGE).text
    for noise in ("Home", "tracking", "color", "Not shown"):
        assert noise not in text


def test_without_a_heading_the_pages_title_serves_and_then_the_files_name():
    assert parse("<title>T</title><p>words</p>").title == "T"
    assert parse("<p>words</p>").title == "page 1"


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("<tr><td>A<td>B<tr><td>x<td>1", "A: x | B: 1"),
        ("<tr><th>Born<td>1958<tr><th>Ward:<td>3", "Born: 1958\nWard: 3"),
        (
            "<tr><th>Drug<th>Dose<tr><td rowspan=2>A<td>5 mg<tr><td>7 mg",
            "Drug: A | Dose: 5 mg\nDrug: A | Dose: 7 mg",
        ),
        (
            "<tr><th>K<th>V<th>W<tr><td colspan=2>wide<td>1<tr><td>a<td>b<td>c",
            "K: wide | W: 1\nK: a | V: b | W: c",
        ),
        ("<tr><th>A<th>B<tr><td colspan=x>1<td rowspan=-1>2", "A: 1 | B: 2"),
    ],
)
def test_rows_of_tables(table, text):
    assert parse(f"<p>Before.</p><table>{table}</table>").text == f"Before.\n\n{text}"


@pytest.mark.parametrize(
    "data",
    [
        "<meta charset=iso-8859-1><p>Größe “x”</p>".encode("cp1252"),
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><p>Größe “x”'.encode(),
        "<p>Größe “x”</p>".encode("utf-16"),
        '<?xml version="1.0" encoding="utf-8"?><html><p>Größe “x”</p></html>'.encode(),
    ],
)
def test_encodings_of_pages(data):
    assert parse(data).text == "Größe “x”"


def test_what_is_nested_too_deeply_is_skipped_rather_than_cut():
    with pytest.raises(SkipDocument, match="nested too deeply"):
        parse("<div>" * 400 + "words" + "</div>" * 400)


def test_a_long_run_of_brackets_takes_no_quadratic_time():
    assert len(parse("<p>" + "[" * 100_000 + "</p>").text) == 100_000
