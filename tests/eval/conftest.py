"""A small library of two documents, and solvers that answer from a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from eval.cases import Case, Expect, Gold
from eval.solver import Frozen, Outcome, Passage, Setup
from rag.errors import NotFoundError
from rag.records import (
    Acl,
    Answer,
    Citation,
    Principal,
    RedactedDocument,
    RedactedText,
    Redaction,
    Verdict,
)

# Parsed: "Ms Ama Boateng gets 25 mg daily. Never more than 50 mg." The name stands at 3 to 14,
# the sentences at 0 to 32 and 33 to 55. Redacted, the name stands at 3 to 16, and everything
# behind it two characters further: the second sentence, the gold one, at 35 to 57.
DOSE = RedactedText("Ms [ID:k3f2mnop] gets 25 mg daily. Never more than 50 mg.")
FEES = RedactedText("The yearly fee is EUR 1,200. It is due in March.")


def redacted_document(document_id, name, text, acl, redactions=(), tenant="main"):
    return RedactedDocument(
        id=document_id,
        tenant=tenant,
        source="folder",
        version="1",
        name=RedactedText(name),
        title=RedactedText(name),
        text=text,
        media_type="text/plain",
        elements=(),
        redactions=tuple(redactions),
        acl=acl,
    )


class FakeLibrary:
    """Documents in a dictionary."""

    def __init__(self):
        name = Redaction(kind="ID", start=3, end=16, source_start=3, source_end=14, score=0.9)
        care, office = Acl(groups=frozenset({"care"})), Acl(groups=frozenset({"office"}))
        self.documents = {
            "d-dose": redacted_document("d-dose", "wards/dose.txt", DOSE, care, [name]),
            "d-fees": redacted_document("d-fees", "office/fees.txt", FEES, office),
        }
        self.principals = {
            "nurse": Principal(tenant="main", id="nurse", groups=frozenset({"care"})),
            "clerk": Principal(tenant="main", id="clerk", groups=frozenset({"office"})),
        }

    def principal(self, asker):
        try:
            return self.principals[asker]
        except KeyError:
            raise NotFoundError("no such principal") from None

    def named(self, name, *, corpus):
        for document in self.documents.values():
            if document.name == name and corpus:
                return document
        raise NotFoundError("no such document")

    def document(self, document_id):
        try:
            return self.documents[document_id]
        except KeyError:
            raise NotFoundError("no such document") from None

    def redacted(self, text):
        return RedactedText(text.replace("Ama Boateng", "[ID:k3f2mnop]"))


@dataclass
class ScriptedSolver:
    """Returns, or raises, what the script says for a case."""

    script: Mapping[str, Outcome | BaseException]
    model: str = "scripted"
    index: str = "index-1"
    asked: list[str] = field(default_factory=list)

    @property
    def setup(self):
        return Setup(
            model=self.model,
            settings_hash="settings-1",
            index_fingerprint=self.index,
            code_version="0.1.0",
            seeds={"generator": 7},
        )

    def find(self, case):
        outcome = self.script[case.id]
        if isinstance(outcome, BaseException):
            return Frozen(question=RedactedText(""))
        return outcome.found

    def solve(self, case, found):
        self.asked.append(case.id)
        outcome = self.script[case.id]
        if isinstance(outcome, BaseException):
            raise outcome
        return replace(outcome, found=found)


class World:
    """Makes what tests need in few words."""

    solver = staticmethod(ScriptedSolver)
    document = staticmethod(redacted_document)

    def __init__(self):
        self.library = FakeLibrary()

    def case(self, expect="answer", *, id="c-1", asker="nurse", corpus="clinic", question="How?"):  # noqa: A002 - the case's own word
        gold = Gold(document="wards/dose.txt", quote="Never more than 50 mg.", start=33, end=55)
        return Case(
            id=id,
            corpus=corpus,
            question=question,
            asker=asker,
            expect=Expect(expect),
            answers=() if expect == "none" else ("50 mg",),
            gold=() if expect == "none" else (gold,),
        )

    def passages(self, *ranges):
        return tuple(
            Passage(rank=rank, name=RedactedText("n"), document_id=doc, start=start, end=end)
            for rank, (doc, start, end) in enumerate(ranges, start=1)
        )

    def answer(self, text="Never more than 50 mg.", verdict="grounded", cites=()):
        return Answer(
            answer=text,
            verdict=Verdict(verdict),
            sentences=(),
            citations=tuple(
                Citation(
                    n=n,
                    document=document,
                    title=RedactedText("t"),
                    page=None,
                    start=start,
                    end=end,
                    quote=RedactedText("q"),
                )
                for n, (document, start, end) in enumerate(cites, start=1)
            ),
            model="scripted",
            timings={"generate": 0.25},
            audit_id="a-1",
        )

    def outcome(self, answer=None, passages=(), *, error="", question="a question"):
        return Outcome(
            found=Frozen(question=RedactedText(question), retrieved=self.passages(*passages)),
            answer=answer,
            error=error,
            timings={} if answer is None else answer.timings,
        )

    def right(self, **changes):
        """The outcome of a nurse's answered case that is right in every respect."""
        answer = self.answer(cites=[("d-dose", 35, 57)], **changes)
        return self.outcome(answer, [("d-dose", 35, 57)])

    def abstained(self):
        return self.outcome(self.answer("Not in these documents.", "abstained"))


@pytest.fixture
def world():
    return World()
