"""The shadow shows what a reader sees, and leads back to the characters of the source."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.records import Span
from rag.redact.shadow import BLANK, Shadow, plain


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain 12", "plain 12"),
        ("48\u200b29\u00ad13", "482913"),
        ("\uff11\uff12\uff13", "123"),
        ("\u0661\u0662\u0663", "123"),
        ("1\u20112\u20133", "1-2-3"),
        ("a\u00a0b\u2009c", "a b c"),
        ("O\u2019Hara", "O'Hara"),
        ("1\u03312\u0331", "12"),
        ("\uff3bPERSON\uff1a", "[PERSON:"),
        ("a\ue000b", "ab"),
        ("Müller", "Müller"),
    ],
)
def test_shows_what_a_reader_sees(text, seen):
    assert Shadow(text).text == seen
    assert plain(text) == seen


def test_a_hidden_span_becomes_one_blank():
    shadow = Shadow("MRN 00482913, next", [Span(start=4, end=12)])
    assert shadow.text == f"MRN {BLANK}, next"
    assert shadow.source(4, 5) == Span(start=4, end=12)
    assert shadow.source(7, 11) == Span(start=14, end=18)


def test_leads_back_over_characters_that_do_not_show():
    text = "MRN 48\u200b29\u200b13 x"
    shadow = Shadow(text)
    start = shadow.text.index("482913")
    span = shadow.source(start, start + 6)
    assert text[span.start : span.end] == "48\u200b29\u200b13"


@given(st.text(alphabet="ab1\u200b\uff12\u00ad ", max_size=30), st.data())
@settings(max_examples=100, deadline=None)
def test_every_visible_character_leads_back_to_itself(text, data):
    cut = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    hidden = [Span(start=cut[0], end=cut[1])] if cut[0] < cut[1] else []
    shadow = Shadow(text, hidden)
    for index, character in enumerate(shadow.text):
        span = shadow.source(index, index + 1)
        if character == BLANK:
            assert [span] == hidden
        else:
            assert plain(text[span.start : span.end]) == character
        assert shadow.place(span.start) == index


@pytest.mark.parametrize("unseen", ["\x00", "\x08", "\x7f", "\u3164", "\uffa0", "\u115f"])
def test_characters_that_print_nothing_do_not_part_a_number(unseen):
    shadow = Shadow(f"219-{unseen}09-99{unseen}99.")
    assert shadow.text == "219-09-9999."
    assert shadow.source(0, 11) == Span(start=0, end=13)
    assert plain(f"219{unseen}09") == "21909"
