from __future__ import annotations

import pytest

from eval.grounding.falsify import CORE, falsified
from rag.ground.support import SupportGrounder
from rag.records import DraftSentence
from rag.testing.passages import evidence

TEXT = (
    "In Ghent at least 40 of 50 patients were given 5 mg of aspirin in May 2019, and Anna Roe did "
    "not increase the dose. Later, as was agreed with Bert Moss, it rose to 7 mg."
)
SAID = TEXT.partition(" Later")[0]
OTHERS = "We thank Cara Dunn of the laboratory in Bruges."


def made(key="k"):
    return {one.kind: one.text for one in falsified(SAID, TEXT, OTHERS, key)}


def test_each_kind_changes_one_thing():
    found = made()
    assert found["negation left out"] == SAID.replace("did not increase", "did increase")
    assert found["comparator changed"] == SAID.replace("at least", "at most")
    assert found["opposite said"] == SAID.replace("increase", "decrease")
    assert "5 g" in found["unit changed"]
    assert "May 2019" not in found["month changed"]
    assert found.keys() >= CORE - {"number of the evidence"}


@pytest.mark.parametrize("key", [f"key {n}" for n in range(20)])
def test_nothing_made_false_stands_in_the_evidence_and_the_grounder_catches_it(key):
    grounder = SupportGrounder()
    for kind, text in made(key).items():
        assert text not in TEXT
        if kind in CORE:
            said = DraftSentence(text=text, cites=(1,))
            assert grounder.check_sentence(said, [evidence(1, TEXT)]) is None, kind


def test_the_same_key_makes_the_same():
    assert made("a") == made("a")
    assert made("a") != made("b")


def test_a_sentence_without_facts_is_not_made_false():
    assert list(falsified("So it goes.", "So it goes.", "", "k")) == []
