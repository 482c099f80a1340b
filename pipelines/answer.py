"""The way of a question: redact, search as the asker may, generate, ground, record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.clock import Clock
from rag.access.principals import Principals
from rag.access.rows import discoverable, may_read, readable
from rag.errors import NotFoundError, RingfenceError
from rag.ports import AuditLog, Generator, Grounder, Redactor, Store
from rag.records import (
    Answer,
    Checked,
    Evidence,
    Principal,
    Question,
    RedactedDocument,
    Verdict,
)
from rag.retrieve.search import EvidenceFinder
from rag.state.register import Register

NOT_FOUND = "The documents you may read do not answer this."
NOT_PERMITTED = "A document that may answer this exists, but you may not read it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer with the passages it was chosen from, for evaluation."""

    answer: Answer
    evidence: Sequence[Evidence] = field(repr=False)


class Answering:
    """Answers questions; the `AnswerService` of the API."""

    def __init__(
        self,
        *,
        redactor: Redactor,
        retriever: EvidenceFinder,
        generator: Generator,
        grounder: Grounder,
        audit: AuditLog,
        register: Register,
        store: Store,
        principals: Principals,
    ) -> None:
        self._redactor = redactor
        self._retriever = retriever
        self._generator = generator
        self._grounder = grounder
        self._audit = audit
        self._register = register
        self._store = store
        self._principals = principals

    def ask(self, text: str, principal: Principal) -> Answer:
        """Answer a question as `principal` may have it answered."""
        return self.reply(text, principal).answer

    def reply(self, text: str, principal: Principal) -> Reply:
        """Answer, and say which passages were looked at."""
        clock = Clock()
        with clock.stage("redact"):
            redacted = self._redactor.redact_text(text, tenant=principal.tenant)
        question = Question(text=redacted, principal=principal)
        with clock.stage("search"):
            evidence = self._retriever.evidence(question, within=readable(principal))
        checked = self._answer(question, evidence, clock)
        if checked.verdict is Verdict.ABSTAINED:
            checked = self._refuse_if_hidden(question, checked, clock)
        with clock.stage("audit"):
            audit_id = self._record(question, evidence, checked)
        answer = Answer(
            answer=_wording(checked),
            verdict=checked.verdict,
            sentences=checked.sentences,
            citations=checked.citations,
            model=self._generator.model,
            timings=clock.rounded(),
            audit_id=audit_id,
        )
        return Reply(answer=answer, evidence=evidence)

    def look_up(self, text: str, principal: Principal) -> None:
        """Find all the evidence that answering may need, without answering.

        For comparisons of generators: what is shared is found before the time is taken.
        """
        redacted = self._redactor.redact_text(text, tenant=principal.tenant)
        question = Question(text=redacted, principal=principal)
        for rows in (readable(principal), discoverable(principal)):
            self._retriever.evidence(question, within=rows)

    def document(self, document_id: str, principal: Principal) -> RedactedDocument:
        """Return a document as it is indexed; one that may not be read does not exist."""
        document = self._register.document(document_id)
        if not may_read(principal, tenant=document.tenant, acl=document.acl):
            raise NotFoundError(f"no document {document_id}")
        self._audit.append("document", {"principal": principal.id, "document": document_id})
        return document

    def authenticate(self, api_key: str) -> Principal:
        """Return whose key it is."""
        return self._principals.authenticate(api_key)

    def ready(self) -> Mapping[str, bool]:
        """Say of each part whether it can serve."""
        return {
            "state": _works(lambda: self._register.counts(tenant="")),
            "index": _works(self._store.versions),
            "redaction": _works(lambda: self._redactor.redact_text("ready", tenant="")),
        }

    def warm(self) -> None:
        """Load what takes long, or raise what keeps it from serving."""
        self._register.counts(tenant="")
        self._store.versions()
        nobody = Principal(tenant="", id="warm-up", groups=frozenset())
        text = self._redactor.redact_text("Is everything loaded?", tenant="")
        self._retriever.evidence(Question(text=text, principal=nobody), within=readable(nobody))

    def close(self) -> None:
        """Let go of the index and the database."""
        self._store.close()
        self._register.close()

    def _answer(self, question: Question, evidence: Sequence[Evidence], clock: Clock) -> Checked:
        """Generate and ground; without evidence there is nothing to ask a model."""
        if not evidence:
            return Checked(verdict=Verdict.ABSTAINED, sentences=(), citations=())
        with clock.stage("generate"):
            draft = self._generator.generate(question, evidence)
        with clock.stage("ground"):
            return self._grounder.check(draft, evidence)

    def _refuse_if_hidden(self, question: Question, checked: Checked, clock: Clock) -> Checked:
        """Abstain as refused if a document that may be told of would have answered.

        Only documents marked `discoverable` are looked at; nothing of them is returned.
        """
        with clock.stage("discover"):
            hidden = self._retriever.evidence(question, within=discoverable(question.principal))
            verdict = self._answer(question, hidden, Clock()).verdict
        if verdict in (Verdict.GROUNDED, Verdict.PARTIAL):
            return Checked(verdict=Verdict.REFUSED, sentences=(), citations=())
        return checked

    def _record(self, question: Question, evidence: Sequence[Evidence], checked: Checked) -> str:
        principal = question.principal
        return self._audit.append(
            "question",
            {
                "principal": principal.id,
                "tenant": principal.tenant,
                "groups": sorted(principal.groups),
                "question": hashlib.sha256(question.text.encode()).hexdigest(),
                "evidence": [[e.document_id, e.document_version, e.start, e.end] for e in evidence],
                "citations": [[c.document, c.start, c.end] for c in checked.citations],
                "model": self._generator.model,
                "verdict": checked.verdict.value,
            },
        )


def _wording(checked: Checked) -> str:
    """Return the answer's text: its sentences, or the fixed phrase of its verdict."""
    if checked.verdict is Verdict.REFUSED:
        return NOT_PERMITTED
    if checked.verdict is Verdict.ABSTAINED:
        return NOT_FOUND
    return " ".join(sentence.text for sentence in checked.sentences)


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except RingfenceError:
        return False
    return True
