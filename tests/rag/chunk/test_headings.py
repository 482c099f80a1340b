from __future__ import annotations

from rag.chunk.headings import context, context_at
from rag.records import ElementKind, RedactedText
from rag.testing.layouts import Block, laid_out

TITLE, TEXT = ElementKind.TITLE, ElementKind.TEXT
DOCUMENT = laid_out(
    [
        Block(kind=TEXT, text="Preface"),
        Block(kind=TITLE, text="Lease"),
        Block(kind=TITLE, text="Rent", level=2),
        Block(kind=TEXT, text="Due on the first."),
    ],
    title="Lease",
)


def test_headings_come_outermost_first_and_once():
    assert context_at(DOCUMENT, DOCUMENT.text.index("Due")) == "Lease > Rent"


def test_the_context_is_redacted_text():
    assert isinstance(context_at(DOCUMENT, 0), RedactedText)


def test_before_any_heading_there_is_the_title_alone():
    assert context_at(DOCUMENT, 0) == "Lease"


def test_in_the_middle_of_an_element_its_own_headings_count():
    assert context_at(DOCUMENT, len(DOCUMENT.text) - 1) == "Lease > Rent"


def test_without_title_and_headings_it_is_empty():
    bare = laid_out([Block(kind=TEXT, text="Alone.")])
    assert context_at(bare, 0) == ""
    assert context(laid_out([]), ()) == ""
    assert context_at(laid_out([]), 7) == ""
