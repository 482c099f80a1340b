"""What may be told before the whole answer is known."""

from __future__ import annotations

import pytest

from pipelines.aloud import Aloud
from rag.errors import ConfigurationError
from rag.ground.leaks import LeakScan
from rag.records import AnswerSentence, Begun, Citation, Principal, Said
from rag.records import Redaction as Found
from rag.redact.mint import stored

PLANTED = "Ada Quillfeather"
ASKER = Principal(tenant="main", id="asker", groups=frozenset())
BEGUN = Begun(tier="model", model="m")


class Redacts:
    """Knows one name."""

    def redact_outgoing(self, text, *, tenant, policies):  # noqa: ARG002 the port's signature
        at = text.find(PLANTED)
        if at < 0:
            return stored(text), ()
        place = {"start": at, "end": at + 8, "source_start": at, "source_end": at + len(PLANTED)}
        return stored(text.replace(PLANTED, "[PERSON]")), (Found(kind="PERSON", score=1, **place),)


class Never:
    """Fails a test that puts a leak on record twice: the whole answer does it."""

    def append(self, *_):
        pytest.fail("a leak was recorded before the answer")


def said(text, quote="It is so."):
    citation = Citation(
        n=1, document="d", title=stored("T"), page=None, start=0, end=9, quote=stored(quote)
    )
    return Said(sentence=AnswerSentence(text=text, citations=(1,)), citations=(citation,))


@pytest.fixture
def heard():
    return []


@pytest.fixture
def aloud(heard):
    leaks = LeakScan(Redacts(), Never())

    def record():
        heard.append("on record")
        return "7"

    return Aloud(heard.append, leaks, [], ASKER, record)


def test_it_is_on_record_once_before_the_first_sentence_is_told(aloud, heard):
    aloud.hear(BEGUN)
    assert (heard, aloud.audit_id) == ([BEGUN], "")
    aloud.hear(said("One."))
    aloud.hear(said("Two."))
    assert heard == [BEGUN, "on record", said("One."), said("Two.")]
    assert aloud.audit_id == "7"


def test_what_cannot_be_put_on_record_is_not_told(heard):
    def record():
        raise ConfigurationError("the disk is full")

    aloud = Aloud(heard.append, LeakScan(Redacts(), Never()), [], ASKER, record)
    with pytest.raises(ConfigurationError):
        aloud.hear(said("One."))
    assert heard == []


@pytest.mark.parametrize(
    "doubtful",
    [
        [said(f"{PLANTED} left.")],
        [said("He left.", quote=f"{PLANTED} left.")],
        [said("It was Ada"), said("Quillfeather who left.")],
    ],
)
def test_from_the_first_doubt_on_nothing_is_told(aloud, heard, doubtful):
    for one in (BEGUN, *doubtful, said("He came back."), BEGUN, said("He stayed.")):
        aloud.hear(one)
    told = [one for one in heard if one not in (BEGUN, "on record")]
    assert told == doubtful[:-1]


def test_who_begins_anew_is_looked_at_anew(aloud, heard):
    aloud.hear(said("It was Ada"))
    aloud.hear(BEGUN)
    aloud.hear(said("Quillfeather is a make of pillow."))
    assert heard[-1] == said("Quillfeather is a make of pillow.")
