"""The way of a question: redact, search as the asker may, generate, ground, record."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from pipelines.aloud import Aloud
from pipelines.clock import Clock
from pipelines.readiness import Readiness
from pipelines.reading import Reading
from rag.access.principals import Principals
from rag.access.rows import discoverable, narrowed, readable
from rag.errors import RingfenceError
from rag.generate.servers.child import peak_mb
from rag.generate.tiers import Answerer, Tried
from rag.ground.leaks import LeakScan
from rag.ports import AuditLog, Hear, Redactor, Store
from rag.records import (
    UNNARROWED,
    Answer,
    Checked,
    Draft,
    Evidence,
    Found,
    Narrowing,
    Passage,
    Principal,
    Question,
    RedactedDocument,
    Surrounded,
    Verdict,
)
from rag.retrieve.ranked import EvidenceFinder, Ranked
from rag.retrieve.shown import passage_of
from rag.state.register import Register

NOT_FOUND = "The documents you may read do not answer this."
NOT_PERMITTED = "A document that may answer this exists, but you may not read it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """All that answering a question looks at, found beforehand: for evaluation.

    `hidden` is evidence that the asker may be told of and may not read.
    """

    question: Question
    evidence: Sequence[Evidence] = field(repr=False)
    hidden: Sequence[Evidence] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer with the drafts it came from, for evaluation."""

    answer: Answer
    drafts: tuple[Draft, ...] = field(repr=False)


class Answering:
    """Answers questions; the `AnswerService` of the API."""

    def __init__(
        self,
        *,
        redactor: Redactor,
        retriever: EvidenceFinder,
        answerer: Answerer,
        audit: AuditLog,
        register: Register,
        store: Store,
        principals: Principals,
        leaks: LeakScan,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redactor = redactor
        self._retriever = retriever
        self._answerer = answerer
        self._audit = audit
        self._register = register
        self._store = store
        self._principals = principals
        self._leaks = leaks
        self._reading = Reading(register, leaks, audit)
        self._readiness = Readiness(self._parts, now=now)

    def ask(
        self,
        text: str,
        principal: Principal,
        narrowing: Narrowing = UNNARROWED,
        hear: Hear | None = None,
    ) -> Answer:
        """Answer a question as `principal` may have it answered.

        Who hears is told sentences while they are written; the answer alone counts in the end.
        """
        clock = Clock()
        with clock.stage("redact"):
            question, asked = self._redacted(text, principal, narrowing)
        with clock.stage("search"):
            rows = narrowed(readable(principal), asked)
            evidence = self._retriever.evidence(question, within=rows)

        def hidden() -> Sequence[Evidence]:
            """Search what is marked `discoverable` alone; nothing of it is returned."""
            rows = narrowed(discoverable(principal), asked)
            return self._retriever.evidence(question, within=rows)

        aloud = self._aloud(question, asked, evidence, hear) if hear is not None else None
        return self._reply(question, asked, evidence, hidden, clock, aloud).answer

    def reply_from(self, looked: Looked) -> Reply:
        """Answer from what was found before."""
        return self._reply(looked.question, UNNARROWED, looked.evidence, lambda: looked.hidden)

    def _reply(
        self,
        question: Question,
        asked: Narrowing,
        evidence: Sequence[Evidence],
        hidden: Callable[[], Sequence[Evidence]],
        clock: Clock | None = None,
        aloud: Aloud | None = None,
    ) -> Reply:
        clock = clock or Clock()
        principal = question.principal
        with clock.stage("answer"):
            tried = self._answerer.answer(question, evidence, aloud.hear if aloud else None)
        checked = tried.checked
        if checked.verdict is Verdict.ABSTAINED:
            with clock.stage("discover"):
                checked = self._refused_if_hidden(question, hidden(), checked)
        with clock.stage("leaks"):
            checked = self._leaks.answer(checked, evidence, principal)
        with clock.stage("audit"):
            tried = replace(tried, checked=checked)
            told = aloud.audit_id if aloud else ""
            audit_id = self._record_answer(question, asked, evidence, tried, told)
        answer = Answer(
            answer=wording(checked),
            verdict=checked.verdict,
            sentences=checked.sentences,
            citations=checked.citations,
            model=tried.model,
            timings=clock.rounded(),
            audit_id=audit_id,
            conflicts=checked.conflicts,
            steps=tried.steps,
        )
        return Reply(answer=answer, drafts=tried.drafts)

    def search(
        self, text: str, principal: Principal, narrowing: Narrowing = UNNARROWED, *, limit: int
    ) -> Found:
        """Return the passages that may answer a question, without answering it."""
        clock = Clock()
        with clock.stage("redact"):
            question, asked = self._redacted(text, principal, narrowing)
        with clock.stage("search"):
            rows = narrowed(readable(principal), asked)
            found = self._retriever.ranked(question, within=rows, limit=limit)
            passages = [_passage(one) for one in found]
        with clock.stage("leaks"):
            clean = self._leaks.passages(passages, principal)
        with clock.stage("audit"):
            shown = [[one.document, one.version, one.start, one.end] for one in clean]
            facts = {**_asker(question, asked), "passages": shown}
            audit_id = self._audit.append("search", facts)
        return Found(passages=clean, timings=clock.rounded(), audit_id=audit_id)

    def ranking(self, question: Question, *, limit: int) -> Sequence[Ranked]:
        """Return the best passages before sentences are chosen from them, for evaluation."""
        rows = readable(question.principal)
        return self._retriever.ranked(question, within=rows, limit=limit)

    def look(self, text: str, principal: Principal) -> Looked:
        """Find all the evidence that answering may need, without answering, for evaluation."""
        redacted = self._redactor.redact_text(text, tenant=principal.tenant)
        question = Question(text=redacted, principal=principal)
        evidence, hidden = (
            self._retriever.evidence(question, within=rows)
            for rows in (readable(principal), discoverable(principal))
        )
        return Looked(question=question, evidence=evidence, hidden=hidden)

    def document(self, document_id: str, principal: Principal) -> RedactedDocument:
        """Return a document as it is indexed; one that may not be read does not exist."""
        return self._reading.document(document_id, principal)

    def passage(self, document_id: str, start: int, end: int, principal: Principal) -> Surrounded:
        """Return a passage of a document, which may be read, with what is around it."""
        return self._reading.passage(document_id, start, end, principal)

    def authenticate(self, api_key: str) -> Principal:
        """Return whose key it is."""
        return self._principals.authenticate(api_key)

    def ready(self) -> Mapping[str, bool]:
        """Say of each part whether it can serve, as of a few seconds ago at most.

        Anybody may ask, as often as they like, so the parts are not asked each time.
        """
        return self._readiness.outcome()

    def warm(self) -> None:
        """Load what takes long, or raise what keeps it from serving."""
        self._register.counts(tenant="")
        self._search_as_nobody()
        self._answerer.warm()

    def release(self) -> float | None:
        """Let go of the models' servers; return the most memory in MB that they have had."""
        return released(self._answerer)

    def restart(self) -> None:
        """End the models' servers, which may hang; the next question starts others."""
        self._answerer.restart()

    def close(self) -> None:
        """Let go of the index, the database and a model's server."""
        self._answerer.close()
        self._store.close()
        self._register.close()

    def _parts(self) -> Mapping[str, bool]:
        model = self._answerer.ready()
        return {
            "state": _works(lambda: self._register.counts(tenant="")),
            "index": _works(self._search_as_nobody),
            "redaction": _works(lambda: self._redactor.redact_text("ready", tenant="")),
            **({} if model is None else {"model": model}),
        }

    def _search_as_nobody(self) -> None:
        """Take the way of a question for a principal who may read no row."""
        nobody = Principal(tenant="", id="nobody", groups=frozenset())
        text = self._redactor.redact_text("Is everything loaded?", tenant="")
        self._retriever.evidence(Question(text=text, principal=nobody), within=readable(nobody))

    def _redacted(
        self, text: str, principal: Principal, narrowing: Narrowing
    ) -> tuple[Question, Narrowing]:
        """Return a question and its filters as the index can be asked.

        Tags are redacted there with their documents, which may leave a word that is taken for a
        name on its own: both forms are looked for.
        """
        redact = self._redactor.redact_text
        question = Question(text=redact(text, tenant=principal.tenant), principal=principal)
        tags = {str(redact(tag, tenant=principal.tenant)) for tag in narrowing.tags}
        return question, replace(narrowing, tags=narrowing.tags | tags)

    def _refused_if_hidden(
        self, question: Question, hidden: Sequence[Evidence], checked: Checked
    ) -> Checked:
        """Abstain as refused if a document that may be told of would have answered."""
        if self._answerer.would_answer(question, hidden):
            return Checked(verdict=Verdict.REFUSED, sentences=(), citations=())
        return checked

    def _aloud(
        self, question: Question, asked: Narrowing, evidence: Sequence[Evidence], hear: Hear
    ) -> Aloud:
        """Return what tells of an answer while it is written."""

        def record() -> str:
            facts = {**_asker(question, asked), "evidence": _ranges(evidence)}
            return self._audit.append("telling", facts)

        return Aloud(hear, self._leaks, evidence, question.principal, record)

    def _record_answer(
        self,
        question: Question,
        asked: Narrowing,
        evidence: Sequence[Evidence],
        tried: Tried,
        told: str,
    ) -> str:
        return self._audit.append(
            "question",
            {
                **_asker(question, asked),
                **({"told": told} if told else {}),
                "evidence": _ranges(evidence),
                "citations": [[c.document, c.start, c.end] for c in tried.checked.citations],
                "model": tried.model,
                "steps": [[one.tier, one.model, one.verdict.value, one.why] for one in tried.steps],
                "tokens": [[use.prompt_tokens, use.completion_tokens] for use in tried.uses],
                "verdict": tried.checked.verdict.value,
            },
        )


def released(answerer: Answerer) -> float | None:
    """Let go of what answers, and return the most memory in MB that it has had.

    Where no server answers, it is that of this process; of a server that somebody else runs, or
    that was never started, nothing is known.
    """
    peak, served = answerer.peak_mb(), answerer.ready() is not None
    answerer.close()
    return peak if served else peak_mb(os.getpid())


def _asker(question: Question, asked: Narrowing) -> dict[str, object]:
    """Return who asks, and by what it was narrowed; neither the question nor the filters' values.

    Of a question not even a hash: whoever guesses it could confirm it.
    """
    principal = question.principal
    return {
        "principal": principal.id,
        "tenant": principal.tenant,
        "groups": sorted(principal.groups),
        "clearance": principal.clearance,
        "purpose": principal.purpose,
        "question_characters": len(question.text),
        "narrowed": sorted(name for name, value in asdict(asked).items() if value),
    }


def _ranges(evidence: Sequence[Evidence]) -> list[list[str | int]]:
    return [[e.document_id, e.document_version, e.start, e.end] for e in evidence]


def _passage(found: Ranked) -> Passage:
    """Return what was found with where it stands."""
    return passage_of(found.document, found.hit.start, found.hit.end, score=found.score)


def wording(checked: Checked) -> str:
    """Return the answer's text: its sentences, or the fixed phrase of its verdict."""
    if checked.verdict is Verdict.REFUSED:
        return NOT_PERMITTED
    if checked.verdict is Verdict.ABSTAINED:
        return NOT_FOUND
    return " ".join(
        one.text if one.supported else f"{one.text} (nothing supports this)"
        for one in checked.sentences
    )


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except RingfenceError:
        return False
    return True
