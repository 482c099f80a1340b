from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.chunk.sentences import sentence_spans
from rag.ground.support import Passages, SupportGrounder
from rag.records import Draft, DraftSentence, RedactedText, Verdict
from rag.settings import GroundSettings
from rag.testing.grounder_contract import GrounderContract
from rag.testing.passages import evidence

TEXT = (
    "Do not give aspirin. Give 15 mg daily, or 1,250.00 units a week.\n"
    "[PERSON:abcdefgh] signed the lease for five years.\n"
    "Fee | Card | 5.00\n"
    "It is true. It is true."
)


class TestSupportGrounder(GrounderContract):
    @pytest.fixture
    def grounder(self):
        return SupportGrounder()


def check(*sentences, given=None):
    draft = Draft(
        sentences=tuple(DraftSentence(text=text, cites=cites) for text, cites in sentences),
        model="test",
    )
    return SupportGrounder().check(draft, given or [evidence(1, TEXT, start=500)])


@pytest.mark.parametrize(
    "claim",
    [
        "give aspirin.",
        "Give aspirin.",
        "Aspirin: give.",
        "5 mg daily",
        "Give 5 mg daily.",
        "Give 15.5 mg daily.",
        "Give 15 mg daily, or 250.00 units a week.",
        "Don't give 15 mg daily.",
        "[PERSON:hgfedcba] signed the lease for five years.",
        "[PERSON:abcdefgh] signed the lease for 6 years.",
        "The lease was signed by [PERSON:abcdefgh].",
        "Fee | Card | 500",
        "",
        "   ",
        ".",
        "The",
    ],
)
def test_what_the_evidence_does_not_say_is_dropped(claim):
    assert check((claim, (1,))).verdict is Verdict.ABSTAINED


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Do not give aspirin.", "Do not give aspirin."),
        ("Don't give aspirin.", "Do not give aspirin."),
        ("Don’t give aspirin!", "Do not give aspirin."),
        ("Give 15 mg daily.", "Give 15 mg daily, or 1,250.00 units a week."),
        ("Give 15.0mg daily.", "Give 15 mg daily, or 1,250.00 units a week."),
        (
            "[PERSON:abcdefgh] signed the lease for 5 years.",
            "[PERSON:abcdefgh] signed the lease for five years.",
        ),
        ("Fee | Card | 5.00", "Fee | Card | 5.00"),
        (
            "[PERSON:abcdefgh] has signed the lease.",
            "[PERSON:abcdefgh] signed the lease for five years.",
        ),
        (
            "Do not give aspirin. Give 15 mg daily, or 1,250.00 units a week.",
            "Do not give aspirin. Give 15 mg daily, or 1,250.00 units a week.",
        ),
        ("  Do not give aspirin.\n", "Do not give aspirin."),
    ],
)
def test_what_it_says_is_kept_with_the_sentence_that_says_it(claim, quote):
    checked = check((claim, (1,)))
    [citation] = checked.citations
    assert checked.verdict is Verdict.GROUNDED
    assert citation.quote == quote
    assert isinstance(citation.quote, RedactedText)
    assert citation.start == 500 + TEXT.index(quote)
    assert citation.end == citation.start + len(quote)


def test_the_words_of_the_claim_are_not_changed():
    [sentence] = check(("Give 15 mg daily.", (1,))).sentences
    assert sentence.text == "Give 15 mg daily."


def test_the_passage_that_agrees_most_is_cited():
    given = [
        evidence(1, "The lift is tested in spring by the landlord."),
        evidence(2, "The lift is tested in May by the landlord each spring."),
    ]
    checked = check(("The lift was tested in May by the landlord in spring.", (1, 2)), given=given)
    assert [citation.document for citation in checked.citations] == ["doc_2"]


def test_a_number_that_was_not_given_does_not_spoil_one_that_was():
    checked = check(("Do not give aspirin.", (9, 1)))
    assert checked.verdict is Verdict.GROUNDED


def test_two_claims_of_one_sentence_share_its_citation():
    checked = check(("Give 15 mg daily.", (1,)), ("15 mg daily are given.", (1,)))
    assert [sentence.citations for sentence in checked.sentences] == [(1,), (1,)]
    assert len(checked.citations) == 1


def test_equal_passages_of_two_documents_are_two_citations():
    given = [evidence(1, "It is locked."), evidence(2, "It is locked.")]
    checked = check(("It is locked.", (1,)), ("It is locked.", (2,)), given=given)
    assert [citation.document for citation in checked.citations] == ["doc_1", "doc_2"]


@given(
    text=st.text(alphabet=st.sampled_from("ab 1.\n?é"), max_size=80),
    start=st.integers(min_value=0, max_value=9999),
    data=st.data(),
)
def test_any_sentence_of_any_evidence_is_grounded_in_its_own_words(text, start, data):
    spans = sentence_spans(text)
    assume(spans)
    span = data.draw(st.sampled_from(spans))
    sentence = text[span.start : span.end]
    checked = check((sentence, (4,)), given=[evidence(4, text, start=start)])
    [citation] = checked.citations
    assert citation.quote == sentence
    assert text[citation.start - start : citation.end - start] == sentence


def test_an_unsupported_sentence_is_marked_where_settings_say_so():
    draft = Draft(
        sentences=(
            DraftSentence(text="Give 15 mg daily.", cites=(1,)),
            DraftSentence(text="Give 16 mg daily.", cites=(1,)),
            DraftSentence(text="  ", cites=(1,)),
        ),
        model="test",
    )
    marking = SupportGrounder(GroundSettings(unsupported="mark"))
    checked = marking.check(draft, [evidence(1, TEXT)])
    assert checked.verdict is Verdict.PARTIAL
    assert [(s.text, s.citations, s.supported) for s in checked.sentences] == [
        ("Give 15 mg daily.", (1,), True),
        ("Give 16 mg daily.", (), False),
    ]


def test_an_answer_without_any_support_is_not_shown_even_marked():
    draft = Draft(sentences=(DraftSentence(text="Give 16 mg.", cites=(1,)),), model="test")
    checked = SupportGrounder(GroundSettings(unsupported="mark")).check(draft, [evidence(1, TEXT)])
    assert checked.verdict is Verdict.ABSTAINED
    assert checked.sentences == ()


def test_a_sentence_can_be_checked_alone_while_an_answer_is_written():
    passages = Passages([evidence(1, TEXT, start=500), evidence(2, "It is locked.")])
    grounder = SupportGrounder()
    first = grounder.check_sentence(DraftSentence(text="Give 15mg daily.", cites=(1,)), passages)
    assert first.quote == "Give 15 mg daily, or 1,250.00 units a week."
    assert first.start == 500 + TEXT.index(first.quote)
    again = grounder.check_sentence(DraftSentence(text="It's locked.", cites=(1,)), passages)
    assert again is None
    assert "mg" not in repr(first)


def test_a_clause_supports_what_stands_in_it_though_another_negates():
    text = "The lease was signed; it does not run for ever."
    assert check(("The lease was signed.", (1,)), given=[evidence(1, text)]).citations
    assert not check(("The lease runs for ever.", (1,)), given=[evidence(1, text)]).citations
