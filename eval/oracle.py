"""Who may read what, written down a second time and on purpose.

A leak has to be found even when the permission code is what is wrong. So this calls nothing of
`rag.access` and of the store: it reads the principal and the document's permissions, case by
case, in the plainest words there are. A test holds it against `rag.access`.
"""

from __future__ import annotations

from collections.abc import Iterable

from eval.solver import Library, Outcome
from rag.errors import NotFoundError
from rag.records import Principal, RedactedDocument


def permitted(principal: Principal, document: RedactedDocument) -> bool:
    """Whether this principal may read this document."""
    if document.tenant != principal.tenant:
        return False
    if document.acl.clearance > principal.clearance:
        return False
    if document.acl.public:
        return True
    return any(group in document.acl.groups for group in principal.groups)


def leaked(outcome: Outcome, principal: Principal, library: Library) -> int:
    """Count the passages and citations of documents that `principal` may not read.

    A document that the library does not know cannot be shown to be permitted: it counts.
    """
    seen = [passage.document_id for passage in outcome.retrieved]
    if outcome.answer is not None:
        seen += [citation.document for citation in outcome.answer.citations]
    forbidden = _forbidden(set(seen), principal, library)
    return sum(document_id in forbidden for document_id in seen)


def _forbidden(ids: Iterable[str], principal: Principal, library: Library) -> set[str]:
    forbidden = set()
    for document_id in ids:
        try:
            document = library.document(document_id)
        except NotFoundError:
            forbidden.add(document_id)
            continue
        if not permitted(principal, document):
            forbidden.add(document_id)
    return forbidden
