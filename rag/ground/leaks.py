"""The last look at what leaves: it is redacted once more, and what that finds would have leaked.

Answers, quotes, titles and documents were redacted before they were stored. A model may still
write what it should not, and an index may be older than a recognizer. What is found is replaced
by its token, recorded and counted; if the look itself fails, nothing leaves.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from rag.ports import AuditLog, Redactor
from rag.records import (
    AnswerSentence,
    Checked,
    Citation,
    Element,
    Evidence,
    Passage,
    Principal,
    RedactedDocument,
    RedactedText,
    Redaction,
    Said,
    Surrounded,
)
from rag.redact.ranges import to_redacted

T = TypeVar("T", bound=str)

LEAK = "leak"
_REMEMBERED = 20_000


class LeakScan:
    """Redacts what is about to leave; texts that were found clean are known by their hash."""

    def __init__(self, redactor: Redactor, audit: AuditLog) -> None:
        self._redactor = redactor
        self._audit = audit
        self._clean: OrderedDict[bytes, None] = OrderedDict()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def counts(self) -> dict[str, int]:
        """Return how many leaks of each kind were stopped since it was made."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def answer(
        self, checked: Checked, evidence: Sequence[Evidence], principal: Principal
    ) -> Checked:
        """Return an answer without what would have leaked.

        Its sentences are read together, as they will be shown: an identifier may be cut in two.
        """
        if not checked.sentences and not checked.citations:
            return checked
        policies = {one.document_id: one.policy for one in evidence}
        cited = [policies.get(one.document, "") for one in checked.citations]
        look = _Look(self, principal.tenant)
        sentences = _sentences(look, checked.sentences, frozenset(cited))
        citations = tuple(
            _citation(look, one, frozenset({policy}))
            for one, policy in zip(checked.citations, cited, strict=True)
        )
        documents = sorted({one.document for one in checked.citations})
        self._record("answer", look.leaks, principal, documents)
        return replace(checked, sentences=sentences, citations=citations)

    def spotless(
        self, said: Sequence[Said], evidence: Sequence[Evidence], principal: Principal
    ) -> bool:
        """Whether nothing of what is about to be told would leak; what would is on no record yet.

        It is found again in the whole answer, which is.
        """
        policies = {one.document_id: one.policy for one in evidence}
        citations = [one for part in said for one in part.citations]
        cited = [policies.get(one.document, "") for one in citations]
        look = _Look(self, principal.tenant)
        _sentences(look, [part.sentence for part in said], frozenset(cited))
        for one, policy in zip(citations, cited, strict=True):
            _citation(look, one, frozenset({policy}))
        return not any(look.leaks.values())

    def document(self, document: RedactedDocument, principal: Principal) -> RedactedDocument:
        """Return a document without what would have leaked, its positions those of this text."""
        look = _Look(self, document.tenant)
        policies = frozenset({document.policy})
        text, done = look.at("text", document.text, policies)
        scanned = replace(
            document,
            text=text,
            title=look.at("title", document.title, policies)[0],
            name=look.at("name", document.name, policies)[0],
            metadata={
                key: look.at("metadata", value, policies)[0]
                for key, value in document.metadata.items()
            },
            elements=tuple(_moved(one, done) for one in document.elements),
            redactions=tuple(_shifted(one, done) for one in document.redactions),
        )
        self._record("document", look.leaks, principal, [document.id])
        return scanned

    def passages(self, passages: Sequence[Passage], principal: Principal) -> tuple[Passage, ...]:
        """Return passages without what would have leaked; their ranges stay those of the index."""
        look = _Look(self, principal.tenant)
        clean = tuple(_passage(look, one) for one in passages)
        self._record("passages", look.leaks, principal, sorted({one.document for one in passages}))
        return clean

    def surrounded(self, shown: Surrounded, principal: Principal) -> Surrounded:
        """Return a passage, and what is around it, without what would have leaked.

        All of it is read together: an identifier may be cut in two.
        """
        look = _Look(self, principal.tenant)
        parts = (shown.before, shown.passage.text, shown.after)
        policies = frozenset({shown.passage.policy})
        whole, done = look.at("text", RedactedText.joined("", parts), policies)
        spans, start = [], 0
        for part in parts:
            spans.append(to_redacted(done, start, start + len(part)))
            start += len(part)
        before, text, after = (whole.cut(span.start, span.end) for span in spans)
        passage = _passage(look, replace(shown.passage, text=text))
        self._record("passage", look.leaks, principal, [passage.document])
        return replace(shown, passage=passage, before=before, after=after)

    def look(
        self, text: T, *, tenant: str, policies: Collection[str]
    ) -> tuple[T | RedactedText, tuple[Redaction, ...]]:
        """Return a text redacted once more, and what was found; clean text comes back as it is."""
        key = _key(text, tenant, policies)
        with self._lock:
            if key in self._clean:
                self._clean.move_to_end(key)
                return text, ()
        made, done = self._redactor.redact_outgoing(text, tenant=tenant, policies=policies)
        if done:
            return made, done
        with self._lock:
            self._clean[key] = None
            if len(self._clean) > _REMEMBERED:
                self._clean.popitem(last=False)
        return text, ()

    def _record(
        self,
        where: str,
        leaks: Mapping[str, Sequence[Redaction]],
        principal: Principal,
        documents: Sequence[str],
    ) -> None:
        """Put leaks on record by kind and part; what leaked is nowhere."""
        kinds = Counter(one.kind for done in leaks.values() for one in done)
        if not kinds:
            return
        self._audit.append(
            LEAK,
            {
                "principal": principal.id,
                "where": where,
                "documents": list(documents),
                "kinds": dict(sorted(kinds.items())),
                "parts": {part: len(done) for part, done in sorted(leaks.items()) if done},
            },
        )
        with self._lock:
            self._counts += kinds


class _Look:
    """One look at the parts of something that leaves."""

    def __init__(self, scan: LeakScan, tenant: str) -> None:
        self._scan = scan
        self._tenant = tenant
        self.leaks: dict[str, list[Redaction]] = {}

    def at(
        self, part: str, text: T, policies: Collection[str]
    ) -> tuple[T | RedactedText, tuple[Redaction, ...]]:
        """Look at one part."""
        made, done = self._scan.look(text, tenant=self._tenant, policies=policies)
        self.leaks.setdefault(part, []).extend(done)
        return made, done


def _sentences(
    look: _Look, sentences: Sequence[AnswerSentence], policies: Collection[str]
) -> tuple[AnswerSentence, ...]:
    """Return the sentences of the whole answer; one that holds half a leak holds all its token."""
    made, done = look.at("sentences", " ".join(one.text for one in sentences), policies)
    clean, start = [], 0
    for sentence in sentences:
        span = to_redacted(done, start, start + len(sentence.text))
        clean.append(replace(sentence, text=made[span.start : span.end]))
        start += len(sentence.text) + 1
    return tuple(clean)


def _citation(look: _Look, citation: Citation, policies: Collection[str]) -> Citation:
    return replace(
        citation,
        title=look.at("titles", citation.title, policies)[0],
        quote=look.at("quotes", citation.quote, policies)[0],
    )


def _passage(look: _Look, passage: Passage) -> Passage:
    policies = frozenset({passage.policy})
    return replace(
        passage,
        title=look.at("titles", passage.title, policies)[0],
        text=look.at("texts", passage.text, policies)[0],
        headings=tuple(look.at("headings", one, policies)[0] for one in passage.headings),
    )


def _moved(element: Element, done: Sequence[Redaction]) -> Element:
    span = to_redacted(done, element.start, element.end)
    headings = tuple(to_redacted(done, one.start, one.end) for one in element.headings)
    return replace(element, start=span.start, end=span.end, headings=headings)


def _shifted(redaction: Redaction, done: Sequence[Redaction]) -> Redaction:
    span = to_redacted(done, redaction.start, redaction.end)
    return replace(redaction, start=span.start, end=span.end)


def _key(text: str, tenant: str, policies: Collection[str]) -> bytes:
    digest = hashlib.sha256()
    for part in (tenant, *sorted(policies), "\0", text):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.digest()
