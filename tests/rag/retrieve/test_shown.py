"""A passage where it stands, and what is shown around it."""

from __future__ import annotations

import pytest

from rag.records import ElementKind
from rag.retrieve.shown import AROUND, passage_of, surroundings
from rag.testing.layouts import Block, handbook, laid_out

HANDBOOK = handbook()


def at(text: str) -> tuple[int, int]:
    start = HANDBOOK.text.index(text)
    return start, start + len(text)


def around(document, start, end):
    before, after = surroundings(document, start, end)
    assert before.end == start
    assert after.start == end
    return str(document.text[before.start : start]), str(document.text[end : after.end])


def test_a_passage_has_the_headings_the_page_and_the_kind_of_where_it_begins():
    passage = passage_of(HANDBOOK, *at("7 mg | every 7 hours"), score=0.5)
    assert passage.text == "7 mg | every 7 hours"
    assert passage.headings == ("Handbook", "Medicines")
    assert (passage.kind, passage.page, passage.score) == (ElementKind.TABLE, 2, 0.5)
    assert passage.title == HANDBOOK.title


def test_a_passage_between_elements_has_no_place():
    start = HANDBOOK.text.index("\n\n")
    passage = passage_of(HANDBOOK, start, start + 2)
    assert (passage.kind, passage.page, passage.places) == (ElementKind.TEXT, None, ())


def test_what_is_around_a_passage_begins_and_ends_with_a_sentence():
    before, after = around(HANDBOOK, *at("Ward 20 is cleaned at 20.30 p.m."))
    assert before.startswith("Ward ")
    assert "Ward 19 is cleaned" in before
    assert after.endswith("people.")
    assert "Ward 21 is cleaned" in after
    assert len(before) <= AROUND
    assert len(after) <= AROUND


def test_what_is_around_a_row_of_a_table_are_whole_rows():
    before, after = around(HANDBOOK, *at("20 mg | every 20 hours | 80 mg"))
    assert before.splitlines()[-1] == "19 mg | every 19 hours | 76 mg"
    assert all(line.count("|") == 2 for line in after.split("\n")[1:20])


def test_at_the_edges_of_a_document_there_is_nothing_more():
    text = HANDBOOK.text
    assert around(HANDBOOK, 0, 5)[0] == ""
    assert around(HANDBOOK, len(text) - 5, len(text))[1] == ""
    assert around(HANDBOOK, 0, len(text)) == ("", "")


@pytest.mark.parametrize("word", ["word ", "endless"])
def test_a_sentence_without_an_end_is_cut(word):
    document = laid_out([Block(kind=ElementKind.TEXT, text=word * 1_000)])
    before, after = around(document, 3_000, 3_010)
    assert len(before) <= AROUND
    assert len(after) <= AROUND
    assert before == before.lstrip()
    if word.endswith(" "):
        assert before.startswith("word")
        assert after.endswith("word")


@pytest.mark.parametrize("start", range(0, 900, 37))
def test_what_is_around_is_never_longer_than_it_may_be(start):
    before, after = surroundings(HANDBOOK, start, start + 11)
    assert 0 <= before.start <= before.end == start
    assert start + 11 == after.start <= after.end <= len(HANDBOOK.text)
    assert max(before.end - before.start, after.end - after.start) <= AROUND
