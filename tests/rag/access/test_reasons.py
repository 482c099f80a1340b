"""A reason says something, and is kept without the values that it is about."""

from __future__ import annotations

import pytest

from rag.access.reasons import LONGEST_REASON, check_reason, without_values
from rag.errors import RefusedError


@pytest.mark.parametrize("reason", ["", " \n", "a\x00b", "a\ud800", "x" * (LONGEST_REASON + 1)])
def test_what_says_nothing_is_no_reason(reason):
    with pytest.raises(RefusedError):
        check_reason(reason)


def test_values_give_way_to_their_pseudonyms_the_longest_first():
    spellings = {"[PERSON:aaaaaaaa]": ("Roe", "Ada Roe"), "[PERSON:bbbbbbbb]": ("Li",)}
    said = without_values("ADA ROE (Roe) asked, Li did not", spellings)
    assert said == "[PERSON:aaaaaaaa] ([PERSON:aaaaaaaa]) asked, Li did not"
