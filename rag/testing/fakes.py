"""Small working stand-ins for the ports, for tests of what stands above them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from rag.access.rows import may_read, narrowed
from rag.chunk.facets import facets_of_document
from rag.errors import NotFoundError, OutsideError, UnauthenticatedError
from rag.ports import Hear
from rag.records import (
    UNNARROWED,
    Acl,
    Answer,
    AnswerSentence,
    Begun,
    Box,
    Citation,
    Element,
    ElementKind,
    Found,
    Narrowing,
    Principal,
    RedactedDocument,
    Redaction,
    Said,
    Span,
    Surrounded,
    Verdict,
)
from rag.redact.mint import stored
from rag.retrieve.shown import passage_of, surroundings
from rag.store.filters import AllOf, predicate
from rag.store.payload import facets_of

TENANT = "main"
READER = Principal(tenant=TENANT, id="reader", groups=frozenset({"leasing"}), name="A reader")
OUTSIDER = Principal(tenant=TENANT, id="outsider", groups=frozenset({"kitchen"}), name="A cook")
READER_KEY = "rf_reader"
OUTSIDER_KEY = "rf_outsider"

_STOP_WORDS = frozenset(
    {"a", "an", "and", "are", "for", "how", "is", "it", "long", "of", "the", "to", "what", "when"}
)
_PERSON = "[PERSON:k3f9]"


def invented_document(
    document_id: str, title: str, sentences: Sequence[str], *, groups: Sequence[str]
) -> RedactedDocument:
    """Return a redacted document of a title and one paragraph a sentence, each on its own page."""
    elements = [Element(kind=ElementKind.TITLE, start=0, end=len(title), page=1)]
    lines, at = [title], len(title) + 1
    for page, sentence in enumerate(sentences, start=1):
        box = Box(left=72, top=96.5, right=523, bottom=110.5)
        heading = Span(start=0, end=len(title))
        end = at + len(sentence)
        elements.append(
            Element(
                kind=ElementKind.TEXT, start=at, end=end, page=page, box=box, headings=(heading,)
            )
        )
        lines.append(sentence)
        at = end + 1
    text = "\n".join(lines)
    return RedactedDocument(
        id=document_id,
        tenant=TENANT,
        source="fake",
        version="1",
        name=stored(f"{document_id}.txt"),
        title=stored(title),
        text=stored(text),
        media_type="text/plain",
        elements=tuple(elements),
        redactions=_redactions(text),
        acl=Acl(groups=frozenset(groups)),
    )


def _redactions(text: str) -> tuple[Redaction, ...]:
    """Return a redaction for each pseudonym that stands in the text."""
    return tuple(
        Redaction(
            kind=match[1],
            start=match.start(),
            end=match.end(),
            source_start=match.start(),
            source_end=match.end(),
            score=1.0,
        )
        for match in re.finditer(r"\[([A-Z_]+):\w+\]", text)
    )


def invented_documents() -> tuple[RedactedDocument, ...]:
    """Return two documents: one that `READER` may read, one that `OUTSIDER` may."""
    return (
        invented_document(
            "d-lease",
            f"Lease of {_PERSON}",
            (
                "The notice period is three months.",
                f"{_PERSON} pays the rent on the first of the month.",
            ),
            groups=("leasing",),
        ),
        invented_document(
            "d-menu",
            "Menu of the canteen",
            ("Soup is served at noon.",),
            groups=("kitchen",),
        ),
    )


class FakeAnswerService:
    """An `AnswerService` over documents in memory: cites the sentence that shares most words.

    `error` is raised by every question, `parts` is what `ready` says.
    """

    def __init__(
        self,
        documents: Sequence[RedactedDocument] | None = None,
        *,
        error: Exception | None = None,
        parts: Mapping[str, bool] | None = None,
    ) -> None:
        given = invented_documents() if documents is None else documents
        self._documents = {document.id: document for document in given}
        self._keys = {READER_KEY: READER, OUTSIDER_KEY: OUTSIDER}
        self._error = error
        self._parts = {"index": True, "state": True} if parts is None else dict(parts)
        self._audit_ids = itertools.count(1)

    def ask(
        self,
        text: str,
        principal: Principal,
        narrowing: Narrowing = UNNARROWED,
        hear: Hear | None = None,
    ) -> Answer:
        """Answer with the best sentence that `principal` may read, or abstain."""
        if self._error is not None:
            raise self._error
        found = next(iter(self._ranked(text, principal, narrowing)), None)
        sentences: tuple[AnswerSentence, ...] = ()
        wording = "The documents you may read do not answer this."
        if found is not None:
            wording = found.quote
            sentences = (AnswerSentence(text=wording, citations=(found.n,)),)
            if hear is not None:
                hear(Begun(tier="model", model="fake"))
                hear(Said(sentence=sentences[0], citations=(found,)))
        return Answer(
            answer=wording,
            verdict=Verdict.ABSTAINED if found is None else Verdict.GROUNDED,
            sentences=sentences,
            citations=() if found is None else (found,),
            model="fake",
            timings={"search": 0.001},
            audit_id=f"fake-{next(self._audit_ids)}",
        )

    def search(
        self, text: str, principal: Principal, narrowing: Narrowing = UNNARROWED, *, limit: int
    ) -> Found:
        """Return the sentences that share a word with the question."""
        if self._error is not None:
            raise self._error
        found = self._ranked(text, principal, narrowing)[:limit]
        passages = tuple(
            passage_of(self._documents[one.document], one.start, one.end, score=1.0)
            for one in found
        )
        audit_id = f"fake-{next(self._audit_ids)}"
        return Found(passages=passages, timings={"search": 0.001}, audit_id=audit_id)

    def passage(self, document_id: str, start: int, end: int, principal: Principal) -> Surrounded:
        """Return a passage of a document that `principal` may read, with what is around it."""
        document = self.document(document_id, principal)
        if not 0 <= start < end <= len(document.text):
            raise OutsideError(f"document {document_id} has {len(document.text)} characters")
        before, after = surroundings(document, start, end)
        return Surrounded(
            passage=passage_of(document, start, end),
            before=document.text.cut(before.start, before.end),
            after=document.text.cut(after.start, after.end),
        )

    def document(self, document_id: str, principal: Principal) -> RedactedDocument:
        """Return a document that `principal` may read; no other exists."""
        document = self._documents.get(document_id)
        if document is None or not _readable(document, principal):
            raise NotFoundError(f"no document {document_id}")
        return document

    def authenticate(self, api_key: str) -> Principal:
        """Return whose key it is."""
        if api_key not in self._keys:
            raise UnauthenticatedError("the API key is missing or not known")
        return self._keys[api_key]

    def ready(self) -> Mapping[str, bool]:
        """Return the parts it was made with."""
        return dict(self._parts)

    def _ranked(self, text: str, principal: Principal, narrowing: Narrowing) -> list[Citation]:
        """Return the sentences that share words with the question, those that share most first."""
        wanted = _words(text)
        sentences = [
            citation
            for document in self._documents.values()
            if _readable(document, principal) and _within(document, narrowing)
            for citation in _sentences(document)
        ]
        shared = {one: len(wanted & _words(one.quote)) for one in sentences}
        return sorted((one for one in sentences if shared[one]), key=lambda one: -shared[one])


def _sentences(document: RedactedDocument) -> list[Citation]:
    """Return every sentence of a document as a citation could name it."""
    return [
        Citation(
            n=1,
            document=document.id,
            title=document.title,
            page=element.page,
            start=element.start,
            end=element.end,
            quote=document.text.cut(element.start, element.end),
        )
        for element in document.elements
        if element.kind is ElementKind.TEXT
    ]


def _readable(document: RedactedDocument, principal: Principal) -> bool:
    return may_read(principal, tenant=document.tenant, acl=document.acl)


def _within(document: RedactedDocument, narrowing: Narrowing) -> bool:
    row = facets_of(facets_of_document(document))
    return predicate(narrowed(AllOf(parts=()), narrowing))(row)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower())) - _STOP_WORDS
