"""The way of a question, with every part but the way itself replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.answer import Answering
from pipelines.reading import LONGEST_PASSAGE
from rag.access.api_keys import ApiKeys
from rag.access.principals import Principals
from rag.access.rows import discoverable, narrowed, readable
from rag.errors import ConfigurationError, NotFoundError, OutsideError, RetryError
from rag.generate.tiers import Single
from rag.ground.leaks import LeakScan
from rag.ground.support import SupportGrounder
from rag.records import (
    Acl,
    Draft,
    DraftSentence,
    ElementKind,
    Evidence,
    Hit,
    Narrowing,
    Principal,
    Question,
    Redaction,
    Verdict,
)
from rag.redact.mint import stored
from rag.retrieve.ranked import Ranked
from rag.store.filters import predicate
from rag.testing.layouts import Block, laid_out

TEXT = "The notice period is three months."
ASKER = Principal(tenant="main", id="asker", groups=frozenset({"leasing"}))
MINE = "doc_0123456789abcdef0123"
HIDDEN = "doc_ffffffffffffffffffff"
LEAKY = "doc_aaaaaaaaaaaaaaaaaaaa"
PLANTED = "536-22-9187"


class Redacts:
    """Knows two tenants, the one of the warm-up being none."""

    def redact_text(self, text, *, tenant):
        assert tenant in ("", "main")
        return stored(text)

    def redact_outgoing(self, text, *, tenant, policies):  # noqa: ARG002 the port's signature
        """Know one identifier, which no document should hold."""
        assert tenant == "main"
        at = text.find(PLANTED)
        if at < 0:
            return stored(text), ()
        done = Redaction(
            kind="US_SSN",
            start=at,
            end=at + len("[US_SSN]"),
            source_start=at,
            source_end=at + len(PLANTED),
            score=1.0,
        )
        return stored(text.replace(PLANTED, "[US_SSN]", 1)), (done,)


class Masks(Redacts):
    """Takes one word for a place."""

    def redact_text(self, text, *, tenant):
        return stored(super().redact_text(text, tenant=tenant).replace("berlin", "[LOCATION]"))


class Finds:
    """Finds nothing, and keeps the filters; raises `error` if it is given one."""

    def __init__(self):
        self.filters = []
        self.error = None
        self.passages = []

    def evidence(self, question, *, within):
        assert isinstance(question, Question)
        self.filters.append(within)
        if self.error is not None:
            raise self.error
        return self.passages

    def ranked(self, question, *, within, limit=None):
        return [ranked(one) for one in self.evidence(question, within=within)][:limit]


def ranked(one):
    """A passage as it is before it is evidence."""
    hit = Hit(
        chunk_id="c",
        document_id=one.document_id,
        document_version="v1",
        ordinal=0,
        start=one.start,
        end=one.end,
        page=None,
        score=0.5,
    )
    found = document(one.document_id, "leasing", text=str(one.text))
    return Ranked(hit=hit, score=one.score, document=found)


class NeverAsked:
    """Fails a test that asks a model though there is no evidence."""

    model = "none"

    def generate(self, *_):
        pytest.fail("a model was asked")


class Log:
    def __init__(self):
        self.entries = []

    def append(self, event, facts):
        self.entries.append((event, dict(facts)))
        return f"{len(self.entries)}"


class Register:
    def __init__(self, *documents):
        self._documents = {document.id: document for document in documents}

    def document(self, document_id):
        if document_id not in self._documents:
            raise NotFoundError("no such document")
        return self._documents[document_id]

    def counts(self, *, tenant):
        return {tenant: 0}


class Store:
    """Fails a test that reads the whole index."""

    def versions(self):
        pytest.fail("the whole index was read")


class Seconds:
    now = 100.0

    def __call__(self):
        return self.now


class Repeats:
    """A plugin that repeats what its evidence says, identifiers and all."""

    model = "repeats"

    def generate(self, question, evidence):  # noqa: ARG002 the port's signature
        sentences = [DraftSentence(text=str(one.text), cites=(one.n,)) for one in evidence]
        return Draft(sentences=tuple(sentences), model=self.model)


def passage(text, title="Lease"):
    return Evidence(
        n=1,
        document_id=LEAKY,
        document_version="v1",
        title=stored(title),
        text=stored(text),
        context=stored(""),
        start=0,
        end=len(text),
        page=None,
        score=1.0,
    )


def document(document_id, *groups, text=TEXT):
    block = Block(kind=ElementKind.TEXT, text=text)
    return laid_out([block], document_id=document_id, acl=Acl(groups=frozenset(groups)))


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def finds():
    return Finds()


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def answering(log, finds, seconds, tmp_path):
    return Answering(
        redactor=Redacts(),
        retriever=finds,
        answerer=Single(NeverAsked(), SupportGrounder()),
        audit=log,
        register=Register(
            document(MINE, "leasing"),
            document(HIDDEN, "board"),
            document(LEAKY, "leasing", text=f"The number is {PLANTED}."),
        ),
        store=Store(),
        principals=Principals.of([ASKER], ApiKeys(tmp_path / "keys.json")),
        leaks=LeakScan(Redacts(), log),
        now=seconds,
    )


def test_of_a_question_its_length_is_recorded_and_nothing_that_confirms_a_guess(answering, log):
    question = "Who fell ill in May?"
    answering.ask(question, ASKER)
    [(event, facts)] = log.entries
    assert event == "question"
    assert facts["question_characters"] == len(question)
    assert set(facts) == {
        "principal",
        "tenant",
        "groups",
        "clearance",
        "purpose",
        "narrowed",
        "question_characters",
        "evidence",
        "citations",
        "model",
        "steps",
        "tokens",
        "verdict",
    }
    answering.ask("Who fell ill in Jun?", ASKER)
    assert log.entries[1] == log.entries[0]


def test_a_document_that_is_read_is_recorded(answering, log):
    assert answering.document(MINE, ASKER).id == MINE
    assert log.entries == [("document", {"principal": "asker", "document": MINE})]


def test_what_a_generator_leaks_does_not_leave(answering, finds, log):
    answering._answerer = Single(Repeats(), SupportGrounder())
    finds.passages = [passage(f"The number is {PLANTED}.", title=f"File {PLANTED}")]
    answer = answering.ask("Which number is it?", ASKER)
    assert answer.verdict is Verdict.GROUNDED
    assert answer.answer == "The number is [US_SSN]."
    assert [sentence.text for sentence in answer.sentences] == ["The number is [US_SSN]."]
    assert answer.citations[0].quote == "The number is [US_SSN]."
    assert answer.citations[0].title == "File [US_SSN]"
    assert [event for event, _ in log.entries] == ["leak", "question"]
    assert log.entries[0][1]["kinds"] == {"US_SSN": 3}
    assert PLANTED not in repr(log.entries)
    assert "leaks" in answer.timings


class Tells(Repeats):
    """The same, heard while it speaks."""

    def tell(self, question, evidence, hear):
        draft = self.generate(question, evidence)
        for sentence in draft.sentences:
            hear(sentence)
        return draft


def test_an_answer_that_is_heard_is_on_record_twice_and_is_the_same(answering, finds, log):
    answering._answerer = Single(Tells(), SupportGrounder())
    finds.passages = [passage(TEXT)]
    heard = []
    answer = answering.ask("How long?", ASKER, hear=heard.append)
    assert [type(one).__name__ for one in heard] == ["Begun", "Said"]
    assert heard[1].sentence == answer.sentences[0]
    assert [event for event, _ in log.entries] == ["telling", "question"]
    assert log.entries[1][1]["told"] == "1"
    assert log.entries[0][1]["evidence"] == [[LEAKY, "v1", 0, len(TEXT)]]
    assert answer.audit_id == "2"
    plain = answering.ask("How long?", ASKER)
    assert (plain.sentences, plain.citations) == (answer.sentences, answer.citations)
    assert "told" not in log.entries[2][1]


def test_what_a_generator_leaks_is_not_heard_either(answering, finds, log):
    answering._answerer = Single(Tells(), SupportGrounder())
    finds.passages = [passage(f"The number is {PLANTED}.")]
    heard = []
    answer = answering.ask("Which number is it?", ASKER, hear=heard.append)
    assert [type(one).__name__ for one in heard] == ["Begun"]
    assert answer.answer == "The number is [US_SSN]."
    assert [event for event, _ in log.entries] == ["leak", "question"]


def test_a_document_that_leaks_is_shown_without_it(answering, log):
    shown = answering.document(LEAKY, ASKER)
    assert shown.text == "The number is [US_SSN]."
    assert [event for event, _ in log.entries] == ["leak", "document"]
    assert PLANTED not in repr(log.entries)


@pytest.mark.parametrize("wanted", [HIDDEN, "doc_00000000000000000000"])
def test_a_fetch_that_is_refused_is_recorded_alike_whether_there_is_one(answering, log, wanted):
    with pytest.raises(NotFoundError):
        answering.document(wanted, ASKER)
    assert log.entries == [("document-refused", {"principal": "asker", "document": wanted})]


@pytest.mark.parametrize(
    "wanted",
    ["536-22-9187", "doc_", "doc_xyz", "doc_12ab\n", "DOC_12ab", "doc_12AB", "doc_" + "a" * 65],
)
def test_what_is_no_id_is_not_recorded_as_it_stands(answering, log, wanted):
    with pytest.raises(NotFoundError):
        answering.document(wanted, ASKER)
    assert log.entries == [("document-refused", {"principal": "asker", "document": "malformed"})]


def test_filters_narrow_the_search_and_the_look_for_what_may_be_told_of(answering, finds):
    asked = Narrowing(sources=frozenset({"wards"}), since=20240101)
    answering.ask("How long?", ASKER, asked)
    assert finds.filters == [narrowed(readable(ASKER), asked), narrowed(discoverable(ASKER), asked)]


def test_tags_are_looked_for_as_they_are_and_as_redaction_leaves_them(answering, finds):
    answering._redactor = Masks()
    answering.search("How long?", ASKER, Narrowing(tags=frozenset({"berlin", "old"})), limit=3)
    asked = Narrowing(tags=frozenset({"berlin", "[LOCATION]", "old"}))
    assert finds.filters == [narrowed(readable(ASKER), asked)]


def test_of_filters_their_names_are_recorded_and_no_value(answering, log):
    asked = Narrowing(tags=frozenset({"Quillfeather"}), until=20240101)
    answering.ask("How long?", ASKER, asked)
    answering.search("How long?", ASKER, asked, limit=3)
    assert [event for event, _ in log.entries] == ["question", "search"]
    assert [facts["narrowed"] for _, facts in log.entries] == [["tags", "until"]] * 2
    assert "Quillfeather" not in repr(log.entries)
    assert "20240101" not in repr(log.entries)


def test_a_search_shows_where_passages_stand_and_is_recorded(answering, finds, log):
    finds.passages = [replace(passage(TEXT), document_id=MINE)]
    found = answering.search("How long?", ASKER, limit=3)
    [one] = found.passages
    assert (one.text, one.start, one.end, one.score) == (TEXT, 0, len(TEXT), 1.0)
    [(event, facts)] = log.entries
    assert (event, found.audit_id) == ("search", "1")
    assert facts["passages"] == [[MINE, "v1", 0, len(TEXT)]]
    assert answering.search("How long?", ASKER, limit=0).passages == ()


def test_what_a_search_finds_is_scanned(answering, finds, log):
    text = f"The number is {PLANTED}."
    finds.passages = [passage(text)]
    [one] = answering.search("How long?", ASKER, limit=3).passages
    assert one.text == "The number is [US_SSN]."
    assert (one.start, one.end) == (0, len(text))
    assert [event for event, _ in log.entries] == ["leak", "search"]


def test_a_passage_that_is_read_is_scanned_with_what_is_around_it_and_recorded(answering, log):
    middle = len("The number is 536-2")
    shown = answering.passage(LEAKY, 4, middle, ASKER)
    assert (shown.before, shown.after) == ("The ", "[US_SSN].")
    assert shown.passage.text == "number is [US_SSN]"
    assert [event for event, _ in log.entries] == ["leak", "passage"]
    assert log.entries[0][1]["kinds"] == {"US_SSN": 1}
    assert log.entries[1][1]["range"] == [4, middle]
    assert PLANTED not in repr(log.entries)


@pytest.mark.parametrize("wanted", [HIDDEN, "doc_00000000000000000000"])
def test_a_passage_that_is_refused_is_recorded_alike_whether_there_is_one(answering, log, wanted):
    with pytest.raises(NotFoundError) as refused:
        answering.passage(wanted, 0, 10**6, ASKER)
    assert not isinstance(refused.value, OutsideError)
    assert log.entries == [("document-refused", {"principal": "asker", "document": wanted})]


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3), (0, len(TEXT) + 1)])
def test_a_range_that_the_document_has_not_is_refused(answering, start, end):
    with pytest.raises(OutsideError):
        answering.passage(MINE, start, end, ASKER)


def test_a_passage_has_a_longest_length(answering):
    long = document("doc_ab", "leasing", text="word " * 5_000)
    answering._reading._register = Register(long)
    assert answering.passage("doc_ab", 0, LONGEST_PASSAGE, ASKER).after
    with pytest.raises(OutsideError):
        answering.passage("doc_ab", 0, LONGEST_PASSAGE + 1, ASKER)


def test_every_part_is_ready_without_the_index_being_read_and_without_a_row(answering, finds):
    assert answering.ready() == {"state": True, "index": True, "redaction": True}
    answering.warm()
    first, second = finds.filters
    assert first == second
    row = {"tenant": "main", "groups": ["leasing"], "public": True, "clearance": 0}
    assert not predicate(first)(row)


@pytest.mark.parametrize("error", [RetryError("away"), ConfigurationError("wrong")])
def test_an_index_that_cannot_be_searched_is_not_ready(answering, finds, error):
    finds.error = error
    assert answering.ready() == {"state": True, "index": False, "redaction": True}
    with pytest.raises(type(error)):
        answering.warm()


def test_parts_are_asked_again_after_five_seconds(answering, finds, seconds):
    for _ in range(50):
        assert answering.ready()["index"]
    seconds.now += 4.9
    finds.error = RetryError("away")
    assert answering.ready()["index"]
    assert len(finds.filters) == 1
    seconds.now += 0.2
    assert not answering.ready()["index"]
    finds.error = None
    assert not answering.ready()["index"]
    seconds.now += 5.1
    assert answering.ready()["index"]
    assert len(finds.filters) == 3
