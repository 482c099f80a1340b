"""What an evaluation asks: the whole system, or who answers from public data; and its documents."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from eval.cases import Case
from eval.retrieval.cases import TENANT
from eval.solver import TIMEOUT, Frozen, Library, Outcome, Passage, Setup, Written
from pipelines.answer import Answering, Looked, released, wording
from pipelines.places import Places
from rag.access.principals import Principals
from rag.access.rows import readable
from rag.errors import LateError, NotFoundError, RingfenceError
from rag.generate.tiers import Answerer
from rag.ports import Redactor
from rag.records import (
    Answer,
    Draft,
    Evidence,
    Hit,
    Principal,
    Question,
    RedactedDocument,
    RedactedText,
)
from rag.state.register import Register
from rag.store.filters import AllOf, Filter
from rag.store.payload import of_document

# Passages that hit rates count, before sentences are chosen from them.
RANKED = 5

# Whose the documents of evaluations' own installations are.
EVALUATED = "main"


class Placed(Protocol):
    """A passage in a ranking."""

    @property
    def hit(self) -> Hit:
        """Where it stands."""


class Finder(Protocol):
    """What searches public data."""

    def looked(
        self, question: Question, *, within: Filter, limit: int
    ) -> tuple[Sequence[Placed], Sequence[Evidence]]:
        """Return the best passages and the evidence, both of one search."""


class FolderLibrary:
    """The documents of folders as they are indexed, and who may ask about them."""

    def __init__(
        self,
        register: Register,
        principals: Principals,
        places: Places,
        folders: Mapping[str, Path],
        redactor: Redactor,
    ) -> None:
        self._register = register
        self._principals = principals
        self._places = places
        self._folders = folders
        self._redactor = redactor

    def principal(self, asker: str) -> Principal:
        """Return who asks."""
        return self._principals.named(asker)

    def named(self, name: str, *, corpus: str) -> RedactedDocument:
        """Return the document at a path below the documents of a corpus."""
        place = (self._folders[corpus] / name).resolve().parts
        return self._register.document(self._places.document_id(place))

    def document(self, document_id: str) -> RedactedDocument:
        """Return a live document."""
        return self._register.document(document_id)

    def redacted(self, text: str) -> RedactedText:
        """Return a text without identifiers."""
        return self._redactor.redact_text(text, tenant=EVALUATED)


class DataLibrary:
    """Documents made of public data, all of which the one who asks may read."""

    def __init__(self, documents: Mapping[str, RedactedDocument], redactor: Redactor) -> None:
        self._documents = documents
        self._redactor = redactor
        self._asker = Principal(tenant=TENANT, id="measurement", groups=frozenset())

    def principal(self, asker: str) -> Principal:  # noqa: ARG002 - the port's: there is one asker
        """Return who asks."""
        return self._asker

    def named(self, name: str, *, corpus: str) -> RedactedDocument:  # noqa: ARG002 - the port's: one corpus
        """Return a document by its id: they have no other name."""
        return self.document(name)

    def document(self, document_id: str) -> RedactedDocument:
        """Return a document, or raise `NotFoundError`."""
        try:
            return self._documents[document_id]
        except KeyError:
            raise NotFoundError("no such document") from None

    def redacted(self, text: str) -> RedactedText:
        """Return a text as the documents are redacted."""
        return self._redactor.redact_text(text, tenant=TENANT)


class DataSolver:
    """Answers cases about public data: the same search, generator and checks, no permissions."""

    def __init__(
        self,
        finder: Finder,
        answerer: Answerer,
        redactor: Redactor,
        library: DataLibrary,
        setup: Setup,
    ) -> None:
        self._finder = finder
        self._answerer = answerer
        self._redactor = redactor
        self._library = library
        self._setup = setup

    @property
    def setup(self) -> Setup:
        """What answers."""
        return self._setup

    def find(self, case: Case) -> Frozen:
        """Search all documents, or the one that the case is about."""
        begun = time.perf_counter()
        question = self._question(case)
        rows = readable(question.principal)
        within = AllOf(parts=(rows, of_document(case.within))) if case.within else rows
        ranking, evidence = self._finder.looked(question, within=within, limit=RANKED)
        return Frozen(
            question=question.text,
            retrieved=passages(ranking, evidence, self._library),
            evidence=tuple(evidence),
            seconds=time.perf_counter() - begun,
        )

    def solve(self, case: Case, found: Frozen) -> Outcome:
        """Answer the case's question from what was found."""
        principal = self._library.principal(case.asker)
        question = Question(text=found.question, principal=principal)
        begun = time.perf_counter()
        try:
            tried = self._answerer.answer(question, found.evidence)
        except RingfenceError as error:
            return Outcome(found=found, answer=None, error=_kind(error))
        checked = tried.checked
        timings = {"answer": time.perf_counter() - begun}
        answer = Answer(
            answer=wording(checked),
            verdict=checked.verdict,
            sentences=checked.sentences,
            citations=checked.citations,
            model=tried.model,
            timings=timings,
            audit_id="",
            conflicts=checked.conflicts,
            steps=tried.steps,
        )
        return Outcome(
            found=found,
            answer=answer,
            timings=timings,
            written=written(tried.drafts, found, principal, self._redactor),
        )

    def searching(self, finder: Finder) -> DataSolver:
        """Return the same with another search."""
        parts = (self._answerer, self._redactor, self._library, self._setup)
        return DataSolver(finder, *parts)

    def restart(self) -> None:
        """End the models' servers; the next question starts others."""
        self._answerer.restart()

    def release(self) -> float | None:
        """Let go of what answers, and return the most memory that it has had."""
        return released(self._answerer)

    def _question(self, case: Case) -> Question:
        principal = self._library.principal(case.asker)
        text = self._redactor.redact_text(case.question, tenant=principal.tenant)
        return Question(text=text, principal=principal)


class SystemSolver:
    """Answers cases the way a person's question is answered."""

    def __init__(
        self,
        answering: Answering,
        redactor: Redactor,
        library: Library,
        setup: Setup,
    ) -> None:
        self._answering = answering
        self._redactor = redactor
        self._library = library
        self._setup = setup

    @property
    def setup(self) -> Setup:
        """What answers."""
        return self._setup

    def find(self, case: Case) -> Frozen:
        """Search as the case's asker, also among what he may only be told of."""
        begun = time.perf_counter()
        looked = self._answering.look(case.question, self._library.principal(case.asker))
        ranking = self._answering.ranking(looked.question, limit=RANKED)
        return Frozen(
            question=looked.question.text,
            retrieved=passages(ranking, looked.evidence, self._library),
            evidence=tuple(looked.evidence),
            hidden=tuple(looked.hidden),
            seconds=time.perf_counter() - begun,
        )

    def solve(self, case: Case, found: Frozen) -> Outcome:
        """Answer the case's question from what was found."""
        principal = self._library.principal(case.asker)
        question = Question(text=found.question, principal=principal)
        looked = Looked(question=question, evidence=found.evidence, hidden=found.hidden)
        try:
            reply = self._answering.reply_from(looked)
        except RingfenceError as error:
            return Outcome(found=found, answer=None, error=_kind(error))
        return Outcome(
            found=found,
            answer=reply.answer,
            timings=reply.answer.timings,
            written=written(reply.drafts, found, principal, self._redactor),
        )

    def restart(self) -> None:
        """End the models' servers; the next question starts others."""
        self._answering.restart()

    def release(self) -> float | None:
        """Let go of what answers, and return the most memory that it has had."""
        return self._answering.release()


def _kind(error: RingfenceError) -> str:
    """Return what the error of a case is called."""
    return TIMEOUT if isinstance(error, LateError) else type(error).__name__


def passages(
    ranking: Sequence[Placed], evidence: Sequence[Evidence], library: Library
) -> tuple[Passage, ...]:
    """Return the best passages, then the sentences that the generator got of them."""
    places = [(one.hit.document_id, one.hit.start, one.hit.end) for one in ranking]
    places += [(one.document_id, one.start, one.end) for one in evidence]
    names = {document: library.document(document).name for document, _, _ in places}
    return tuple(
        Passage(rank=rank, name=names[document], document_id=document, start=start, end=end)
        for rank, (document, start, end) in enumerate(places, start=1)
    )


def written(
    drafts: Sequence[Draft], found: Frozen, principal: Principal, redactor: Redactor
) -> tuple[Written, ...]:
    """Return what models were told and wrote, without the identifiers that they may have made up.

    An answer is checked for these before it leaves; what is kept of a draft is too.
    """
    policies = {one.policy for one in found.evidence}
    kept = []
    for draft in drafts:
        text = draft.text or " ".join(sentence.text for sentence in draft.sentences)
        clean, taken = redactor.redact_outgoing(text, tenant=principal.tenant, policies=policies)
        kept.append(
            Written(
                model=draft.model,
                prompt=draft.prompt,
                text=str(clean),
                identifiers=len(taken),
                use=draft.use,
            )
        )
    return tuple(kept)
