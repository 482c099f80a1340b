from __future__ import annotations

from dataclasses import replace

from rag.records import ElementKind
from rag.retrieve.stretches import stretches
from rag.retrieve.written import evidence_of
from rag.testing.found import ranked_in
from rag.testing.layouts import Block, laid_out

TABLE = "Item | 2018 | 2019\nRent | 10 | 12\nHeating | 3 | 4"


def stretch_of(document, text):
    [found] = stretches([ranked_in(document, text, score=0.7)], merge=True)
    return found


def test_a_stretch_becomes_evidence_with_its_headings(document):
    made = document("Rent:", "It is due monthly.")
    found = evidence_of(3, stretch_of(made, "It is due monthly."))
    assert (found.n, found.text, found.context) == (3, "It is due monthly.", "Rent:")
    assert made.text[found.start : found.end] == found.text
    assert found.score == 0.7


def test_rows_of_a_table_have_its_header_above_them(document):
    made = document("Costs:", TABLE)
    found = evidence_of(1, stretch_of(made, "Heating | 3 | 4"))
    assert found.context == "Costs:\nItem | 2018 | 2019"
    assert found.text == "Heating | 3 | 4"


def test_a_table_with_its_header_says_it_once(document):
    made = document("Costs:", TABLE)
    assert evidence_of(1, stretch_of(made, TABLE)).context == "Costs:"
    header = "Item | 2018 | 2019"
    assert evidence_of(1, stretch_of(made, header)).context == "Costs:"


def test_the_page_is_that_of_where_it_begins():
    made = laid_out(
        [
            Block(kind=ElementKind.TEXT, text="On the first.", page=1),
            Block(kind=ElementKind.TEXT, text="On the second.", page=2),
        ]
    )
    found = stretch_of(made, "On the second.")
    assert evidence_of(1, replace(found, page=1)).page == 2
