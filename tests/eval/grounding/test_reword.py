from __future__ import annotations

import pytest

from eval.grounding.reword import RULES, rewordings
from rag.ground.support import SupportGrounder
from rag.records import DraftSentence
from rag.testing.passages import evidence


@pytest.mark.parametrize(
    ("rule", "text", "made"),
    [
        ("articles", "The dose of the drug rose.", "Dose of drug rose."),
        ("number formats", "It cost $1.5 million.", "It cost $1,500,000."),
        ("number formats", "It took sixty (60) days.", "It took 60 days."),
        ("clause order", "In May 2019, the dose was raised.", "The dose was raised in May 2019."),
        ("compression", "However, the dose (see page 4) rose.", "The dose rose."),
        ("contraction", "They do not pay.", "They don't pay."),
        ("contraction", "They cannot pay.", "They can't pay."),
    ],
)
def test_a_rule_says_the_same_in_another_way(rule, text, made):
    assert RULES[rule](text, "k") == made
    said = DraftSentence(text=made, cites=(1,))
    assert SupportGrounder().check_sentence(said, [evidence(1, text)]) is not None


def test_every_rewording_differs_and_names_its_rule():
    text = "In May 2019, approximately 1,000 of the patients (see above) did not pay 5% of it."
    found = dict(rewordings(text, "k"))
    assert {"articles", "synonyms", "number formats", "clause order", "several"} <= found.keys()
    assert text not in found.values()
    assert dict(rewordings(text, "k")) == found


def test_a_sentence_that_no_rule_fits_is_only_opened_in_another_way():
    assert {name for name, _ in rewordings("Boilers hum.", "k")} == {"opening", "several"}
