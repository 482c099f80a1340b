from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunk.sentences import sentence_spans, split_sentences


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("Seen by Dr. Ito. He left.", ["Seen by Dr. Ito.", "He left."]),
        ("Rates, e.g. Libor, rose. So did fees.", ["Rates, e.g. Libor, rose.", "So did fees."]),
        ("In Roe v. Wade it held. It fell.", ["In Roe v. Wade it held.", "It fell."]),
        ("See Art. 5 and Sec. 2. Then stop.", ["See Art. 5 and Sec. 2.", "Then stop."]),
        ("At most 1.5 g. Then stop.", ["At most 1.5 g.", "Then stop."]),
        ("Give 5 mg. Wait until 7 p.m. Then go.", ["Give 5 mg.", "Wait until 7 p.m.", "Then go."]),
        ("J. S. Bach came. He played.", ["J. S. Bach came.", "He played."]),
        ("The U.S. Government paid. It was late.", ["The U.S. Government paid.", "It was late."]),
        ("HbA1c was 5.9 percent. It fell.", ["HbA1c was 5.9 percent.", "It fell."]),
        ("It costs 1,250.00 euros. Pay now.", ["It costs 1,250.00 euros.", "Pay now."]),
        ("1. Scope of work. Next.", ["1. Scope of work.", "Next."]),
        ("1.2. Scope of work. Next.", ["1.2. Scope of work.", "Next."]),
        ("  3. Indented item. Next.", ["3. Indented item.", "Next."]),
        ("He chose 3. Then he left.", ["He chose 3.", "Then he left."]),
        ("“Stop.” He ran. (Fast.) Gone.", ["“Stop.”", "He ran.", "(Fast.)", "Gone."]),
        ("It ended at noon. and went on", ["It ended at noon. and went on"]),
        ("See www.example.org for it. Now.", ["See www.example.org for it.", "Now."]),
        ("Seen [PERSON:k3f9]. Left.", ["Seen [PERSON:k3f9].", "Left."]),
        ("", []),
        (" \n\t\n ", []),
        ("...", ["..."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert sentences(text) == expected


def test_rows_of_a_table_and_items_of_a_list_stand_alone():
    table = "Dose | Interval\n5 mg | 8 hours\n\n- lock it\n- keep it"
    assert sentences(table) == ["Dose | Interval", "5 mg | 8 hours", "- lock it", "- keep it"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n"])
def test_no_sentence_holds_the_end_of_its_line(newline):
    assert sentences(f"First line{newline}second line{newline}") == ["First line", "second line"]


@given(st.text(alphabet=st.sampled_from("aB1 .!?\n\t\r“”)…。é\u2028"), max_size=200))
def test_sentences_are_in_order_apart_and_lose_only_white_space(text):
    end = 0
    for span in sentence_spans(text):
        assert text[end : span.start].strip() == ""
        assert span.start < span.end
        piece = text[span.start : span.end]
        assert piece == piece.strip()
        end = span.end
    assert text[end:].strip() == ""


@given(st.text(max_size=200))
def test_the_pieces_joined_are_the_text(text):
    assert "".join(split_sentences(text)) == text
