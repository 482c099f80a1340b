"""All spellings of one date have one form; what is ambiguous stays as it is written."""

from __future__ import annotations

import pytest
import regex

from rag.redact.dates import DATE, normal_date


@pytest.mark.parametrize(
    "text",
    ["3 May 2025", "May 3rd, 2025", "2025-05-03", "03/05/2025", "3.5.25", "20250503", "3-May-2025"],
)
def test_recognises_a_whole_date(text):
    assert regex.fullmatch(DATE, text, regex.IGNORECASE)


@pytest.mark.parametrize("text", ["May 2025", "2025", "3 May", "1/2", "20251399", "12.5"])
def test_leaves_less_than_a_date(text):
    assert not regex.fullmatch(DATE, text, regex.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    [
        "23 June 1989",
        "June 23, 1989",
        "1989-06-23",
        "23.06.1989",
        "06/23/1989",
        "19890623",
        "23061989",
        "06231989",
    ],
)
def test_spellings_of_one_date_agree(text):
    assert normal_date(text) == "1989-06-23"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("03/04/1989", "03-04-1989"),
        ("31 February 1989", "31-1989-2"),
        ("1/2/56", "1-2-56"),
        ("03041989", "03-04-1989"),
        ("", ""),
    ],
)
def test_doubt_keeps_the_numbers(text, form):
    assert normal_date(text) == form
