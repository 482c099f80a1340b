from __future__ import annotations

import pytest

from rag.ground.support import SupportGrounder
from rag.records import DraftSentence
from rag.testing.passages import evidence

SALES = (
    "Years ended September 30,\n2019 | 2018\n(in millions)\nFixed price | $ 1,452.4 | $ 1,146.2\n"
    "Other | 44.1 | 56.7\nTotal sales | $1,496.5 | $1,202.9"
)
NAMED = "Anticoagulant: Dabigatran | Agent: Idarucizumab | Dose: 5 g | Check after: 4 hours"


def supported(claim, text, context=""):
    passage = evidence(1, text, context=context)
    found = SupportGrounder().check_sentence(DraftSentence(text=claim, cites=(1,)), [passage])
    return found.quote if found else None


@pytest.mark.parametrize(
    "claim",
    [
        "Total sales were $1,496.5 in 2019.",
        "Total sales in 2019 were $1,496.5 million.",
        "In 2018, total sales amounted to $1,202.9 million.",
        "Total sales were $1,496.5 in 2019 and $1,202.9 in 2018.",
    ],
)
def test_a_cell_is_said_with_the_names_of_its_row_and_column(claim):
    assert supported(claim, SALES) == "Total sales | $1,496.5 | $1,202.9"


@pytest.mark.parametrize(
    "claim",
    [
        "Total sales were $1,496.5 in 2018.",
        "Total sales were $1,202.9 in 2019 and $1,496.5 in 2018.",
        "Other was $1,496.5 in 2019.",
        "Total sales in 2019 were $1,496.5 billion.",
        "Total sales were €1,496.5 in 2019.",
        "Total sales for 1,496.5 were 2019.",
    ],
)
def test_a_cell_of_another_row_or_column_is_not(claim):
    assert supported(claim, SALES) is None


def test_a_number_without_a_currency_takes_that_of_its_table():
    assert supported("Other was $44.1 million in 2019.", SALES) == "Other | 44.1 | 56.7"


def test_the_header_may_stand_above_the_evidence():
    row = "Lung | 1.2 g | 5 days"
    assert supported("The dose for lung is 1.2 g.", row, "Sepsis\nSource | Dose | Length") == row
    assert supported("The length for lung is 1.2 g.", row, "Sepsis\nSource | Dose | Length") is None


def test_cells_may_bring_their_names():
    assert supported("The dose of idarucizumab for dabigatran is 5 g.", NAMED) == NAMED
    assert supported("The dose of idarucizumab for dabigatran is 4 g.", NAMED) is None


def test_a_line_below_the_header_may_say_in_what_is_counted():
    table = "2019 | 2018\nNote | £m | £m\nUK | 24.5 | 24.9\nTotal | 24.9 | 25.4"
    assert supported("The total for 2018 was £25.4 million.", table) == "Total | 24.9 | 25.4"
    assert supported("The total for 2018 was £25.4 billion.", table) is None
