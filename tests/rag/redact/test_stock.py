from __future__ import annotations

import pytest

from rag.redact.stock import stock_presidio


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
