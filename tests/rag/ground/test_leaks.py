"""What leaves is redacted once more: with the real redactor, since it decides what a leak is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.errors import RedactionError
from rag.ground.leaks import LeakScan
from rag.records import (
    Acl,
    AnswerSentence,
    Checked,
    Citation,
    ElementKind,
    Evidence,
    Principal,
    Redaction,
    Verdict,
)
from rag.redact.engine import PresidioRedactor
from rag.redact.mint import stored
from rag.redact.names import NoNames
from rag.redact.policy import Action, Policies, Policy, Rule
from rag.redact.pseudonyms import Pseudonyms
from rag.settings import RedactSettings
from rag.testing.layouts import Block, laid_out

ASKER = Principal(tenant="main", id="asker", groups=frozenset({"ward"}))
SSN = "536-22-9187"
MAIL = "canary.bird@example.org"
DATES = Policy(
    name="dates",
    version="1",
    default=Rule(action=Action.MASK),
    rules={"DATE": Rule(action=Action.KEEP)},
)
STRICT = Policy(name="strict", version="1", default=Rule(action=Action.MASK), rules={})
BOTH = Policies(default="strict", by_reference={"strict": STRICT, "dates": DATES})


class Log:
    def __init__(self):
        self.entries = []

    def append(self, event, facts):
        self.entries.append((event, dict(facts)))
        return str(len(self.entries))


class Counting:
    """The redactor, and how often it was asked; raises `error` if it is given one."""

    def __init__(self, redactor):
        self._redactor = redactor
        self.asked = 0
        self.error = None

    def redact_outgoing(self, text, *, tenant, policies):
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self._redactor.redact_outgoing(text, tenant=tenant, policies=policies)


@pytest.fixture(scope="module")
def presidio():
    made = PresidioRedactor(
        RedactSettings(), Pseudonyms(b"a key for the tests only"), NoNames(), policies=BOTH
    )
    made.warm()
    return made


@pytest.fixture
def redactor(presidio):
    return Counting(presidio)


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def scan(redactor, log):
    return LeakScan(redactor, log)


def citation(quote, n=1, title="Record", document="doc_1"):
    return Citation(
        n=n,
        document=document,
        title=stored(title),
        page=None,
        start=0,
        end=len(quote),
        quote=stored(quote),
    )


def evidence(text, policy=STRICT, document="doc_1"):
    return Evidence(
        n=1,
        document_id=document,
        document_version="v1",
        title=stored("Record"),
        text=stored(text),
        context=stored(""),
        start=0,
        end=len(text),
        page=None,
        score=1.0,
        policy=policy.digest if policy else "",
    )


def checked(*sentences, citations=()):
    return Checked(
        verdict=Verdict.GROUNDED,
        sentences=tuple(AnswerSentence(text=text, citations=(1,)) for text in sentences),
        citations=citations or tuple(citation(text, n) for n, text in enumerate(sentences, 1)),
    )


def texts(outcome):
    shown = [sentence.text for sentence in outcome.sentences]
    return [*shown, *(part for one in outcome.citations for part in (one.quote, one.title))]


def test_what_holds_no_identifier_leaves_as_it_is_and_nothing_is_recorded(scan, log):
    answer = checked("The ward is warm, says [PERSON:k3f2mnop].")
    assert scan.answer(answer, [evidence("The ward is warm.")], ASKER) == answer
    assert log.entries == []
    assert scan.counts() == {}


def test_a_leak_is_replaced_recorded_without_its_value_and_counted(scan, log):
    answer = checked(f"The number is SSN {SSN}.", f"Write to {MAIL}.")
    out = scan.answer(answer, [evidence("The number.")], ASKER)
    assert texts(out)[:2] == ["The number is SSN [US_SSN].", "Write to [EMAIL_ADDRESS]."]
    assert out.citations[0].quote == "The number is SSN [US_SSN]."
    assert out.citations[0].title == "Record"
    [(event, facts)] = log.entries
    assert event == "leak"
    assert facts == {
        "principal": "asker",
        "where": "answer",
        "documents": ["doc_1"],
        "kinds": {"EMAIL_ADDRESS": 2, "US_SSN": 2},
        "parts": {"quotes": 2, "sentences": 2},
    }
    assert scan.counts() == {"EMAIL_ADDRESS": 2, "US_SSN": 2}


def test_a_title_is_looked_at_as_well(scan, log):
    quote = citation("The ward is warm.", title=f"Letter to {MAIL}")
    out = scan.answer(checked("The ward is warm.", citations=(quote,)), [evidence("")], ASKER)
    assert out.citations[0].title == "Letter to [EMAIL_ADDRESS]"
    assert log.entries[0][1]["parts"] == {"titles": 1}


def test_an_identifier_cut_over_two_sentences_leaks_in_neither(scan):
    answer = checked("Card 4111 1111", "1111 1111 is blocked.", citations=(citation("Blocked."),))
    out = scan.answer(answer, [evidence("Blocked.")], ASKER)
    shown = " ".join(sentence.text for sentence in out.sentences)
    assert "1111" not in shown
    assert shown.endswith("is blocked.")


def test_what_the_policy_of_the_cited_document_keeps_is_no_leak(scan):
    answer = checked("It was serviced on 12 March 2019.")
    kept = scan.answer(answer, [evidence("", DATES)], ASKER)
    assert kept == answer
    taken = scan.answer(answer, [evidence("", STRICT)], ASKER)
    assert "2019" not in taken.sentences[0].text


@pytest.mark.parametrize("policy", [None, replace(DATES, version="2")])
def test_under_a_policy_that_is_not_known_any_more_what_any_takes_out_is_a_leak(scan, policy):
    answer = checked("It was serviced on 12 March 2019.")
    out = scan.answer(answer, [evidence("", policy)], ASKER)
    assert "2019" not in out.sentences[0].text


def test_each_quote_is_held_to_the_policy_of_its_own_document(scan):
    quotes = (
        citation("Serviced on 12 March 2019.", 1),
        citation("Serviced on 12 March 2019.", 2, document="doc_2"),
    )
    passages = [evidence("", DATES), evidence("", STRICT, "doc_2")]
    out = scan.answer(checked("It was.", citations=quotes), passages, ASKER)
    assert out.citations[0].quote == quotes[0].quote
    assert "2019" not in out.citations[1].quote


def test_a_clean_text_is_looked_at_once_and_a_leaking_one_every_time(scan, redactor):
    clean = checked("The ward is warm.")
    for _ in range(3):
        scan.answer(clean, [evidence("")], ASKER)
    assert redactor.asked == 2  # the sentence, which is also the quote, and the title
    leaking = checked(f"SSN {SSN}.")
    for _ in range(2):
        out = scan.answer(leaking, [evidence("")], ASKER)
        assert texts(out)[:2] == ["SSN [US_SSN].", "SSN [US_SSN]."]
    assert scan.counts() == {"US_SSN": 4}


def test_a_text_clean_for_one_document_is_not_clean_for_another(scan):
    answer = checked("It was serviced on 12 March 2019.")
    scan.answer(answer, [evidence("", DATES)], ASKER)
    assert "2019" not in scan.answer(answer, [evidence("", STRICT)], ASKER).sentences[0].text


def test_if_the_look_fails_nothing_leaves(scan, redactor):
    redactor.error = RedactionError("a recognizer failed")
    with pytest.raises(RedactionError):
        scan.answer(checked("The ward is warm."), [evidence("")], ASKER)
    with pytest.raises(RedactionError):
        scan.document(leaking_document(), ASKER)


def leaking_document():
    blocks = [
        Block(kind=ElementKind.TITLE, text=f"File of SSN {SSN}"),
        Block(kind=ElementKind.TEXT, text=f"Write to {MAIL} or to [PERSON:k3f2mnop]."),
        Block(kind=ElementKind.TEXT, text="The ward is warm."),
    ]
    made = laid_out(blocks, acl=Acl(groups=frozenset({"ward"})), title=f"File of SSN {SSN}")
    start = made.text.index("[PERSON")
    mark = Redaction(
        kind="PERSON", start=start, end=start + 17, source_start=0, source_end=4, score=1.0
    )
    return replace(made, policy=STRICT.digest, redactions=(mark,), metadata={"a": stored(MAIL)})


def test_a_document_is_shown_without_its_leaks_and_its_pieces_still_fit(scan, log):
    shown = scan.document(leaking_document(), ASKER)
    pieces = [shown.text[one.start : one.end] for one in shown.elements]
    assert pieces == [
        "File of SSN [US_SSN]",
        "Write to [EMAIL_ADDRESS] or to [PERSON:k3f2mnop].",
        "The ward is warm.",
    ]
    heading = shown.elements[2].headings[0]
    assert shown.text[heading.start : heading.end] == "File of SSN [US_SSN]"
    assert [shown.text[r.start : r.end] for r in shown.redactions] == ["[PERSON:k3f2mnop]"]
    assert shown.title == "File of SSN [US_SSN]"
    assert shown.metadata == {"a": "[EMAIL_ADDRESS]"}
    [(event, facts)] = log.entries
    assert (event, facts["where"], facts["documents"]) == ("leak", "document", ["doc_1"])
    assert facts["kinds"] == {"EMAIL_ADDRESS": 2, "US_SSN": 2}
    assert SSN not in repr(log.entries)
    assert MAIL not in repr(log.entries)


def test_a_clean_document_is_shown_as_it_is(scan, log):
    document = laid_out([Block(kind=ElementKind.TEXT, text="The ward is warm.")])
    assert scan.document(document, ASKER) == document
    assert log.entries == []
