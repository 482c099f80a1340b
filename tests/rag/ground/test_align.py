from __future__ import annotations

import pytest

from rag.ground.align import align
from rag.ground.tokens import tokens


def clash(said, written):
    return align(tokens(said), tokens(written)).clash


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Sales were 6 in 2019.", "Sales were 5 in 2018 and 6 in 2019."),
        ("In 2019 sales fell.", "Sales fell in 2019."),
        ("15 mg daily are given.", "Give 15 mg daily."),
        ("Survival was 12 months.", "Survival (n = 45) was 12 months."),
        ("IL-6 rose.", "IL-6 (interleukin) increased."),
    ],
)
def test_what_the_evidence_says_does_not_clash(said, written):
    assert clash(said, written) == ""


@pytest.mark.parametrize(
    ("said", "written", "why"),
    [
        ("Sales were 5 in 2019.", "Sales were 5 in 2018 and 6 in 2019.", "beside"),
        ("Costs were 5 euros.", "Costs were 4 euros and sales were 5 euros.", "beside"),
        ("Anna lent to Dan.", "Anna lent to Bert; Cara lent to Dan.", "beside"),
        ("In 2018 Anna paid 6.", "In 2018 Anna paid 5 and Bert paid 6.", "beside"),
        ("Sales were 6 in 2018.", "Sales were 5 and 6 in 2018 and 2019, respectively.", "beside"),
        ("Anna was sued by Bert.", "Anna sued Bert.", "role"),
        ("It rose from 20 to 10.", "It rose from 10 to 20.", "number"),
        ("The landlord pays the tenant.", "The tenant pays the landlord.", "order"),
        ("Give it.", "Do not give it.", "turn"),
        ("The drug works.", "The drug fails to work.", "turn"),
        ("It is an exclusive right.", "It is a non-exclusive right.", "turn"),
        ("All patients got it.", "Patients got it.", "all"),
        ("Mortality fell.", "Mortality rose.", "opposite"),
        ("Give ibuprofen daily.", "Give aspirin daily.", "wording"),
        ("Bert left.", "Anna left.", "name"),
        ("It took 5 days.", "It took 6 days.", "number"),
        ("It was on 5 May 2020.", "It was on 6 May 2020.", "date"),
    ],
)
def test_what_it_does_not_say_clashes(said, written, why):
    assert clash(said, written) == why


def test_the_share_is_that_of_the_words_in_order():
    found = align(tokens("Hedges are neatly cut yearly."), tokens("Hedges are cut yearly."))
    assert found.clash == ""
    assert found.share == pytest.approx(3 / 4)
