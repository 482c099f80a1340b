"""What every grounder must do, as tests that the tests of an adapter inherit.

A new adapter needs five lines::

    class TestMyGrounder(GrounderContract):
        @pytest.fixture
        def grounder(self):
            return MyGrounder()
"""
# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

import pytest

from rag.ports import Grounder
from rag.records import Checked, Draft, DraftSentence, Verdict
from rag.testing.passages import BOILER, HEDGE, evidence

SERVICED = "The boiler is serviced every 14 months."
GIVEN = (evidence(1, BOILER, start=1200, page=3), evidence(2, HEDGE, start=40))

# What evidence says, and a claim of nearly the same words.
CONTRADICTIONS = [
    ("Do not give aspirin without a doctor.", "Give aspirin without a doctor."),
    ("Do not give aspirin without a doctor.", "Do not give aspirin."),
    ("Do not give aspirin, give ibuprofen.", "Give aspirin, do not give ibuprofen."),
    ("The fee is never waived for students.", "The fee is waived for students."),
    ("The key is kept after 6 p.m.", "The key is kept before 6 p.m."),
    ("Give 5 mg daily.", "Give 5 g daily."),
    ("Give 5 mg daily.", "Give 5mcg daily."),
    ("Give 5 mg daily.", "Give -5 mg daily."),
    ("The fee is €5 a month.", "The fee is $5 a month."),
    ("The fee rose 5 percentage points.", "The fee rose 5%."),
    ("Aspirin increases mortality.", "Aspirin decreases mortality."),
    ("Sales were 5 in 2018 and 6 in 2019.", "Sales were 5 in 2019."),
    ("Aspirin may cause harm.", "Aspirin causes harm."),
    ("Pay at least 5 euros.", "Pay at most 5 euros."),
    ("Values < 5 mmol/l are low.", "Values > 5 mmol/l are low."),
    ("The lease runs for five years.", "The lease runs for six years."),
    ("The lease runs for five years.", "The lease runs for five months."),
    ("It rose from 10 to 20 euros in May.", "It rose from 20 to 10 euros in May."),
    ("It rose from 10 to 20 euros in May.", "It rose from 10 to 20 euros in June."),
    ("It rose from 10 to 20 euros in May.", "It rose from 20 to 10 euros in June."),
    ("Anna owes Bert.", "Bert owes Anna."),
    ("Anna owes Bert the whole rent.", "Cara owes Bert the whole rent."),
    ("The code I10 stands for it.", "The code I11 stands for it."),
]
PARAPHRASES = [
    ("Do not give aspirin without a doctor.", "Don't give aspirin without a doctor!"),
    ("Do not give aspirin without a doctor.", "You must not give aspirin without any doctor."),
    ("The boiler cannot be moved.", "The boiler can not be moved."),
    ("Give 5 mg daily.", "Give 5mg of it daily."),
    ("The boiler is serviced every 14 months.", "The boiler must be serviced every 14 months."),
    ("The lease runs for five years from May.", "The lease runs five years, from May."),
    ("It rose from 10 to 20 euros in May.", "In total it rose from 10 to 20 euros in May."),
    ("Anna owes Bert the whole rent.", "Anna owes Bert all of the rent."),
    ("The fee rose 5 percent.", "The fee rose 5%."),
    ("Give 12 mg daily.", "Give 0.012 g daily."),
    ("It was signed on March 9, 1984.", "It was signed on 1984-03-09."),
    ("It costs $1.2 million.", "It costs $1,200,000."),
    ("Its pressure must stay below 2.4 bar.", "The pressure has to stay below 2.4 bar."),
]


def check(grounder: Grounder, *sentences: tuple[str, tuple[int, ...]]) -> Checked:
    """Check a draft of these sentences, each with the numbers it cites, against `GIVEN`."""
    draft = Draft(
        sentences=tuple(DraftSentence(text=text, cites=cites) for text, cites in sentences),
        model="test",
    )
    return grounder.check(draft, GIVEN)


class GrounderContract:
    """Only what stands in the cited evidence passes, with an exact quote."""

    @pytest.fixture
    def grounder(self) -> Grounder:
        """Return a grounder that is ready."""
        raise NotImplementedError

    def test_a_quoted_sentence_is_grounded_at_its_characters(self, grounder: Grounder) -> None:
        checked = check(grounder, (SERVICED, (1,)))
        [citation] = checked.citations
        assert checked.verdict is Verdict.GROUNDED
        assert (citation.document, citation.page) == ("doc_1", 3)
        assert citation.quote == SERVICED
        assert (citation.start, citation.end) == (1200, 1200 + len(SERVICED))

    def test_every_quote_is_the_evidence_at_its_range(self, grounder: Grounder) -> None:
        checked = check(grounder, (HEDGE, (2,)), (SERVICED, (1, 2)))
        passages = {passage.document_id: passage for passage in GIVEN}
        assert checked.citations
        for citation in checked.citations:
            passage = passages[citation.document]
            offset = citation.start - passage.start
            assert passage.text[offset : citation.end - passage.start] == citation.quote

    @pytest.mark.parametrize(("says", "claim"), CONTRADICTIONS)
    def test_nearly_the_same_words_are_not_the_same_claim(
        self, grounder: Grounder, says: str, claim: str
    ) -> None:
        draft = Draft(sentences=(DraftSentence(text=claim, cites=(1,)),), model="test")
        assert grounder.check(draft, [evidence(1, says)]).verdict is Verdict.ABSTAINED

    @pytest.mark.parametrize(("says", "claim"), PARAPHRASES)
    def test_the_same_claim_in_other_words_is_grounded(
        self, grounder: Grounder, says: str, claim: str
    ) -> None:
        draft = Draft(sentences=(DraftSentence(text=claim, cites=(1,)),), model="test")
        [citation] = grounder.check(draft, [evidence(1, says)]).citations
        assert citation.quote == says

    def test_citations_are_numbered_from_one_and_all_of_them_are_used(
        self, grounder: Grounder
    ) -> None:
        checked = check(grounder, (HEDGE, (2,)), (SERVICED, (1,)), (SERVICED, (1,)))
        used = {n for sentence in checked.sentences for n in sentence.citations}
        assert [citation.n for citation in checked.citations] == sorted(used)
        assert sorted(used) == list(range(1, len(used) + 1))

    def test_a_draft_without_sentences_abstains(self, grounder: Grounder) -> None:
        checked = check(grounder)
        assert checked == Checked(verdict=Verdict.ABSTAINED, sentences=(), citations=())

    def test_an_invented_sentence_abstains(self, grounder: Grounder) -> None:
        checked = check(grounder, ("The lift was replaced by an outside firm.", (1, 2)))
        assert checked == Checked(verdict=Verdict.ABSTAINED, sentences=(), citations=())

    def test_one_sentence_of_two_is_partial(self, grounder: Grounder) -> None:
        checked = check(grounder, (SERVICED, (1,)), ("The lift was replaced in spring.", (1,)))
        assert checked.verdict is Verdict.PARTIAL
        assert [sentence.text for sentence in checked.sentences] == [SERVICED]

    @pytest.mark.parametrize("cites", [(9,), (0,), (-1,), ()])
    def test_a_number_that_was_not_given_supports_nothing(
        self, grounder: Grounder, cites: tuple[int, ...]
    ) -> None:
        assert check(grounder, (SERVICED, cites)).verdict is Verdict.ABSTAINED

    def test_evidence_that_is_not_cited_supports_nothing(self, grounder: Grounder) -> None:
        assert check(grounder, (SERVICED, (2,))).verdict is Verdict.ABSTAINED

    @pytest.mark.parametrize(
        "claim",
        [
            "The boiler is serviced every 15 months.",
            "The boiler is serviced every 4 months.",
            "Its pressure must stay below 24 bar.",
            "Its pressure must stay below 2.45 bar.",
        ],
    )
    def test_another_number_is_not_supported(self, grounder: Grounder, claim: str) -> None:
        assert check(grounder, (claim, (1,))).verdict is Verdict.ABSTAINED

    @pytest.mark.parametrize("claim", ["It is cut in March.", "cut in March."])
    def test_a_negation_that_is_left_out_is_not_supported(
        self, grounder: Grounder, claim: str
    ) -> None:
        assert check(grounder, (claim, (2,))).verdict is Verdict.ABSTAINED

    @pytest.mark.parametrize(
        "claim", ["The boiler is not serviced every 14 months.", "The boiler isn’t serviced."]
    )
    def test_a_negation_that_is_put_in_is_not_supported(
        self, grounder: Grounder, claim: str
    ) -> None:
        assert check(grounder, (claim, (1,))).verdict is Verdict.ABSTAINED
