"""The way of a document back to a reader: permitted, scanned once more, recorded."""

from __future__ import annotations

import re

from rag.access.rows import may_read
from rag.errors import NotFoundError, OutsideError
from rag.ground.leaks import LeakScan
from rag.ports import AuditLog
from rag.records import Principal, RedactedDocument, Surrounded
from rag.retrieve.shown import passage_of, surroundings
from rag.state.register import Register

LONGEST_PASSAGE = 20_000
_DOCUMENT_ID = re.compile(r"doc_[0-9a-f]{1,64}")


class Reading:
    """Shows documents and passages of them; one that may not be read does not exist."""

    def __init__(self, register: Register, leaks: LeakScan, audit: AuditLog) -> None:
        self._register = register
        self._leaks = leaks
        self._audit = audit

    def document(self, document_id: str, principal: Principal) -> RedactedDocument:
        """Return a document as it is indexed."""
        shown = self._leaks.document(self._permitted(document_id, principal), principal)
        self._audit.append("document", {"principal": principal.id, "document": document_id})
        return shown

    def passage(self, document_id: str, start: int, end: int, principal: Principal) -> Surrounded:
        """Return a passage with what is around it."""
        document = self._permitted(document_id, principal)
        if not 0 <= start < end <= len(document.text) or end - start > LONGEST_PASSAGE:
            raise OutsideError(
                f"document {document_id} has {len(document.text)} characters, of which "
                f"{LONGEST_PASSAGE} are shown at a time"
            )
        before, after = surroundings(document, start, end)
        shown = Surrounded(
            passage=passage_of(document, start, end),
            before=document.text.cut(before.start, before.end),
            after=document.text.cut(after.start, after.end),
        )
        clean = self._leaks.surrounded(shown, principal)
        self._audit.append(
            "passage",
            {
                "principal": principal.id,
                "document": document_id,
                "version": document.version,
                "range": [start, end],
            },
        )
        return clean

    def _permitted(self, document_id: str, principal: Principal) -> RedactedDocument:
        """Return what a principal may read, or raise `NotFoundError`, whatever the reason."""
        try:
            document = self._register.document(document_id)
        except NotFoundError:
            self._record_refusal(document_id, principal)
            raise
        if not may_read(principal, tenant=document.tenant, acl=document.acl):
            self._record_refusal(document_id, principal)
            raise NotFoundError(f"no document {document_id}")
        return document

    def _record_refusal(self, document_id: str, principal: Principal) -> None:
        """Record a fetch that failed; what has not the shape of an id may be anything."""
        known_shape = _DOCUMENT_ID.fullmatch(document_id) is not None
        self._audit.append(
            "document-refused",
            {
                "principal": principal.id,
                "document": document_id if known_shape else "malformed",
            },
        )
