from __future__ import annotations

import pytest

from rag.ground.support import SupportGrounder
from rag.records import Conflict, Draft, DraftSentence, Verdict
from rag.settings import GroundSettings
from rag.testing.passages import evidence

SAID = "The deposit for the flat in Ghent is 500 euros."


def check(*others, settings=None, said=SAID):
    given = [evidence(n, text) for n, text in enumerate((SAID, *others), start=1)]
    draft = Draft(sentences=(DraftSentence(text=said, cites=(1,)),), model="test")
    return SupportGrounder(settings).check(draft, given)


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ("The deposit for the flat in Ghent is 600 euros.", "number"),
        ("The deposit for the flat in Ghent is not 500 euros.", "negation"),
        ("For the flat in Ghent the deposit is 600 euros.", "number"),
    ],
)
def test_a_contradiction_is_reported_with_both_quotes(other, kind):
    checked = check("The garden is locked at night.", other)
    assert checked.verdict is Verdict.GROUNDED
    assert checked.conflicts == (Conflict(kind=kind, citations=(1, 2)),)
    assert [citation.quote for citation in checked.citations] == [SAID, other]


def test_two_dates_of_one_event_contradict():
    given = [
        evidence(1, "The lease of the mill was signed on 5 May 2021."),
        evidence(2, "The lease of the mill was signed on 6 May 2021."),
    ]
    draft = Draft(sentences=(DraftSentence(text=given[0].text, cites=(1,)),), model="test")
    [conflict] = SupportGrounder().check(draft, given).conflicts
    assert conflict.kind == "date"


@pytest.mark.parametrize(
    "other",
    [
        SAID,
        "The deposit for the flat in Ghent is EUR 500.",
        "The deposit for the flat in Bruges is 600 euros.",
        "The rent for the flat in Ghent is 600 euros a month, due on the first.",
        "In 2019 the deposit for the flat in Ghent was 400 euros.",
        "The deposit is 600 euros.",
    ],
)
def test_what_speaks_of_other_things_or_agrees_does_not(other):
    assert check(other).conflicts == ()


def test_one_document_does_not_contradict_itself_here():
    given = [
        evidence(1, SAID, document_id="d"),
        evidence(2, SAID.replace("500", "600"), document_id="d"),
    ]
    draft = Draft(sentences=(DraftSentence(text=SAID, cites=(1,)),), model="test")
    assert SupportGrounder().check(draft, given).conflicts == ()


def test_they_may_be_switched_off():
    checked = check(SAID.replace("500", "600"), settings=GroundSettings(contradictions=False))
    assert checked.conflicts == ()
    assert len(checked.citations) == 1
