"""What is written of evidence and answers is what is read."""

import json

from eval.kept import attempted_row, frozen_row, row_attempted, row_frozen
from eval.records import Attempted, Crash
from eval.solver import Frozen, Outcome, Passage, Written
from rag.records import (
    Answer,
    AnswerSentence,
    Citation,
    Conflict,
    Evidence,
    ModelUse,
    RedactedText,
    Span,
    TierStep,
    Verdict,
)

EVIDENCE = Evidence(
    n=1,
    document_id="d",
    document_version="2",
    title=RedactedText("Doses"),
    text=RedactedText("Doses. Never more than 50 mg."),
    context=RedactedText("Ward"),
    start=3,
    end=32,
    page=4,
    score=0.1 + 0.2,
    titles=(Span(start=0, end=5),),
    policy="p",
    source="s",
)
FOUND = Frozen(
    question=RedactedText("How much?"),
    retrieved=(Passage(rank=1, name=RedactedText("dose"), document_id="d", start=3, end=32),),
    evidence=(EVIDENCE,),
    hidden=(EVIDENCE,),
    seconds=1 / 3,
)
ANSWER = Answer(
    answer="Never more than 50 mg.",
    verdict=Verdict.PARTIAL,
    sentences=(AnswerSentence(text="Never more than 50 mg.", citations=(1, 2), supported=False),),
    citations=(
        Citation(
            n=1,
            document="d",
            title=RedactedText("Doses"),
            page=None,
            start=10,
            end=32,
            quote=RedactedText("Never more than 50 mg."),
        ),
    ),
    model="small@abc",
    timings={"answer": 0.1},
    audit_id="a-1",
    conflicts=(Conflict(kind="number", citations=(1, 2)),),
    steps=(TierStep(tier="model", model="small", verdict=Verdict.PARTIAL, why="first"),),
)
USE = ModelUse(
    prompt_tokens=9, cached_tokens=1, completion_tokens=4, seconds_to_first=0.7, seconds=1.1
)


def through_json(row):
    return json.loads(json.dumps(row))


def test_what_was_found_comes_back_as_it_was():
    assert row_frozen(through_json(frozen_row("c", FOUND))) == FOUND
    failed = Frozen(question=RedactedText(""), error="RetryError")
    assert row_frozen(through_json(frozen_row("c", failed))) == failed


def test_what_was_given_comes_back_as_it_was():
    written = Written(model="small@abc", prompt="p", text="t", identifiers=2, use=USE)
    outcome = Outcome(
        found=FOUND,
        answer=ANSWER,
        timings={"answer": 0.1},
        written=(written, Written(model="extractive")),
    )
    given = Attempted(outcome=outcome, seconds=2 / 3)
    assert row_attempted(through_json(attempted_row("c", given)), FOUND) == given


def test_a_crash_comes_back_as_it_was():
    outcome = Outcome(found=FOUND, answer=None, error="KeyError")
    crash = Crash(what="solver", kind="KeyError", place="model:7")
    given = Attempted(outcome=outcome, seconds=0.5, crash=crash)
    assert row_attempted(through_json(attempted_row("c", given)), FOUND) == given


def test_redacted_text_is_read_as_redacted_text():
    read = row_frozen(through_json(frozen_row("c", FOUND)))
    texts = [read.question, read.evidence[0].text, read.evidence[0].title, read.retrieved[0].name]
    assert all(isinstance(text, RedactedText) for text in texts)
    assert "50 mg" not in repr(read)
