"""The builder of documents: exact ranges, clean text, headings that nest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.assemble import Assembler, clean, clean_line, title_of
from rag.errors import SkipDocument
from rag.records import Box, ElementKind, Span
from rag.testing.parser_contract import (
    assert_headings_stand_before,
    assert_ranges_are_exact,
    assert_text_is_clean,
)


def build(assembler: Assembler):
    return assembler.parsed(title="t", media_type="text/plain")


def headings_of(parsed, element):
    return [parsed.text[span.start : span.end] for span in element.headings]


def test_elements_are_joined_by_an_empty_line():
    assembler = Assembler()
    assembler.add(ElementKind.TEXT, "One.")
    assembler.add(ElementKind.TEXT, "Two.")
    parsed = build(assembler)
    assert parsed.text == "One.\n\nTwo."
    assert [(e.start, e.end) for e in parsed.elements] == [(0, 4), (6, 10)]


def test_headings_nest_by_level_and_end_those_of_their_own():
    assembler = Assembler()
    assembler.heading("A", level=1)
    assembler.heading("A.1", level=2)
    assembler.add(ElementKind.TEXT, "one")
    assembler.heading("A.2", level=2)
    assembler.heading("B", level=1)
    assembler.heading("B.deep", level=4)
    assembler.add(ElementKind.TEXT, "two")
    parsed = build(assembler)
    above = {parsed.text[e.start : e.end]: headings_of(parsed, e) for e in parsed.elements}
    assert above["one"] == ["A", "A.1"]
    assert above["A.2"] == ["A"]
    assert above["B"] == []
    assert above["two"] == ["B", "B.deep"]
    assert parsed.elements[1].headings == (Span(start=0, end=1),)


def test_page_and_box_are_kept():
    assembler = Assembler()
    box = Box(left=1, top=2, right=3, bottom=4)
    assembler.add(ElementKind.HEADER, "x", page=7, box=box)
    (element,) = build(assembler).elements
    assert (element.kind, element.page, element.box) == (ElementKind.HEADER, 7, box)


@pytest.mark.parametrize("text", ["", "  \n\t ", "\0\x07", "\ufeff"])
def test_a_document_without_text_is_skipped(text):
    assembler = Assembler()
    assembler.add(ElementKind.TEXT, text)
    assembler.heading(text, level=1)
    assembler.table([[text, text]])
    with pytest.raises(SkipDocument, match="holds no text"):
        build(assembler)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a  b\t\tc", "a b c"),
        ("a\u00a0b", "a b"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u2028b", "a\nb"),
        ("a\x00b\x07", "ab"),
        ("\ufeffa", "a"),
        ("e\u0301", "\u00e9"),
        ("\n\n a \n\n\n b ", "a\nb"),
        ("lone \ud800 half", "lone half"),
        ("👩‍👩‍👧 שלום", "👩‍👩‍👧 שלום"),
    ],
)
def test_white_space_and_controls_are_normalised(raw, cleaned):
    assert clean(raw) == cleaned


def test_a_title_and_facts_are_one_line():
    assembler = Assembler()
    assembler.add(ElementKind.TEXT, "x")
    parsed = assembler.parsed(
        title="a\nb", media_type="text/plain", metadata={"k": "c\nd", "none": " "}
    )
    assert parsed.title == "a b"
    assert parsed.metadata == {"k": "c d"}


def test_rows_of_a_table_become_labelled_lines():
    assembler = Assembler()
    assembler.table([["Metformin", "", "twice"]], header=["Drug", "Dose", "How often:"])
    parsed = build(assembler)
    assert parsed.text == "Drug: Metformin | How often: twice"
    assert parsed.elements[0].kind is ElementKind.TABLE


def test_a_long_table_is_split_without_losing_a_row():
    assembler = Assembler()
    assembler.table([[str(n), "x"] for n in range(95)], header=["N", "X"])
    parsed = build(assembler)
    assert len(parsed.elements) == 3
    rows = [row for row in parsed.text.split("\n") if row]
    assert rows == [f"N: {n} | X: x" for n in range(95)]


def test_an_included_document_stands_below_its_heading():
    inner = Assembler()
    inner.heading("In", level=1)
    inner.add(ElementKind.TEXT, "under", page=2)
    assembler = Assembler()
    assembler.heading("Attachment", level=1)
    assembler.include(build(inner), level=1)
    assembler.heading("Next", level=1)
    parsed = build(assembler)
    under = parsed.elements[2]
    assert headings_of(parsed, under) == ["Attachment", "In"]
    assert under.page == 2
    assert parsed.elements[3].headings == ()


def test_text_before_the_first_heading_of_an_included_document_is_not_under_the_last():
    inner = Assembler()
    inner.heading("In", level=1)
    outer = Assembler()
    outer.heading("Attachment", level=1)
    outer.include(build(inner), level=1)
    plain = Assembler()
    plain.add(ElementKind.TEXT, "plain")
    outer.include(build(plain), level=1)
    parsed = build(outer)
    assert headings_of(parsed, parsed.elements[-1]) == ["Attachment"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("discharge-summary_0412.pdf", "discharge summary 0412"),
        (".pdf", ".pdf"),
        ("--", "untitled"),
    ],
)
def test_a_files_name_makes_a_title(name, title):
    assert title_of(name) == title


@given(
    st.lists(
        st.tuples(st.sampled_from(["heading", "text", "table"]), st.text(), st.integers(1, 4)),
        max_size=12,
    )
)
def test_ranges_are_exact_whatever_the_text(pieces):
    assembler = Assembler()
    assembler.add(ElementKind.TEXT, "something")
    for kind, text, level in pieces:
        if kind == "heading":
            assembler.heading(text, level=level)
        elif kind == "table":
            assembler.table([[text, "x"], [text]], header=[text])
        else:
            assembler.add(ElementKind.LIST, text)
    parsed = build(assembler)
    assert_ranges_are_exact(parsed)
    assert_headings_stand_before(parsed)
    assert_text_is_clean(parsed)


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)
    assert "\n" not in clean_line(text)
