from __future__ import annotations

import pytest

from rag.retrieve.roots import roots
from rag.retrieve.rows import is_row, row_meant


@pytest.mark.parametrize(
    ("row", "meant"),
    [
        ("Other assets | 2019: 12 | 2018: 9", True),
        ("Item: Other assets | 2019: 12", True),
        ("Total assets | 2019: 30 | 2018: 20", False),
        (" | 12 | 9", False),
        ("Other assets were 12.", False),
    ],
)
def test_a_row_is_meant_whose_first_cell_the_question_names(row, meant):
    asked = frozenset(roots("What was the change in other assets in 2019?"))
    assert row_meant(row, asked) is meant
    assert is_row(row) is (" | " in row)


def test_words_meet_without_their_endings():
    assert roots("billed bills") == ["bill", "bill"]
