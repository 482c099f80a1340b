from __future__ import annotations

import pytest

from rag.redact.stock import stock_cleaner, stock_presidio


@pytest.fixture(scope="module")
def count():
    return stock_presidio()


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("Nothing is in here.", 0),
        ("My credit card is 4111 1111 1111 1111.", 1),
        ("Jane Doe lives in Oslo.", 0),  # names need a model
    ],
)
def test_presidios_own_patterns_run_without_a_model(count, text, findings):
    assert count(text) == findings


def test_what_they_find_is_replaced_by_its_kind_and_the_rest_stays():
    clean = stock_cleaner()
    assert clean("Nothing is in here.") == "Nothing is in here."
    text = "Card 4111 1111 1111 1111, mail jane@example.org."
    assert clean(text) == "Card <CREDIT_CARD>, mail <EMAIL_ADDRESS>."
