"""Where the items of a list stand: the same lists as are answered, see `rag.generate.lists`."""

from __future__ import annotations

import pytest

from rag.retrieve.lists import MOST_ITEMS, announces, items_below

BEFORE = "Papers:"


def items(text, heading=lambda _: False):
    return [text[one.start : one.end] for one in items_below(text, len(BEFORE), heading)]


def test_a_sentence_with_a_colon_at_its_end_announces():
    assert announces("The papers are: ")
    assert not announces("The papers: a contract.")


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("\n- a\n- b\nAnother line", ["- a", "- b"]),
        ("\n\n(a) one;\n\n(b) two;\n\nAnother line", ["(a) one;", "(b) two;"]),
        ("\n\nOne\nTwo  \n\nAnother\nline", ["One", "Two"]),
        ("\n\niv) four\nv) five", ["iv) four", "v) five"]),
        ("\n\n- only one", ["- only one"]),
        ("\n\nA paragraph.", []),
        ("\n\nName | Fee\nGold | 3", []),
        ("\nOne\nTwo\nGold | 3", ["One", "Two"]),
        ("", []),
    ],
)
def test_items_stand_below_marked_or_in_one_block(below, expected):
    assert items(BEFORE + below) == expected


def test_a_heading_ends_a_list_and_a_long_one_is_cut():
    text = f"{BEFORE}\nOne\nTwo\nFees\nThree"
    assert items(text, lambda line: line.start == text.index("Fees")) == ["One", "Two"]
    assert len(items(BEFORE + "\n" + "- x\n" * 50)) == MOST_ITEMS
