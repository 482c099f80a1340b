"""Records to columns of the state database and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.records import Acl, Box, Element, ElementKind, RedactedDocument, Redaction, Span
from rag.redact.mint import stored


def acl_row(acl: Acl) -> dict[str, Any]:
    """Return permissions as JSON, equal permissions always alike."""
    return {
        "groups": sorted(acl.groups),
        "public": acl.public,
        "discoverable": acl.discoverable,
        "clearance": acl.clearance,
        "purposes": sorted(acl.purposes),
    }


def row_acl(row: Mapping[str, Any]) -> Acl:
    """Return permissions from JSON."""
    return Acl(
        groups=frozenset(row["groups"]),
        public=row["public"],
        discoverable=row["discoverable"],
        clearance=row["clearance"],
        purposes=frozenset(row["purposes"]),
    )


def content_row(document: RedactedDocument) -> dict[str, Any]:
    """Return the columns of one version of a document."""
    return {
        "document_id": document.id,
        "version": document.version,
        "name": str(document.name),
        "title": str(document.title),
        "text": str(document.text),
        "media_type": document.media_type,
        "elements": [_element_row(element) for element in document.elements],
        "redactions": [
            [r.kind, r.start, r.end, r.source_start, r.source_end, r.score]
            for r in document.redactions
        ],
        "facts": {key: str(value) for key, value in document.metadata.items()},
        "acl": acl_row(document.acl),
        "policy": document.policy,
    }


def row_document(row: Mapping[str, Any]) -> RedactedDocument:
    """Return a document from the columns of both tables."""
    return RedactedDocument(
        id=row["document_id"],
        tenant=row["tenant"],
        source=row["source"],
        version=row["version"],
        name=stored(row["name"]),
        title=stored(row["title"]),
        text=stored(row["text"]),
        media_type=row["media_type"],
        elements=tuple(_row_element(element) for element in row["elements"]),
        redactions=tuple(_row_redaction(redaction) for redaction in row["redactions"]),
        acl=row_acl(row["acl"]),
        metadata={key: stored(value) for key, value in row["facts"].items()},
        policy=row["policy"],
    )


def _element_row(element: Element) -> list[Any]:
    box = element.box
    return [
        element.kind.value,
        element.start,
        element.end,
        element.page,
        [box.left, box.top, box.right, box.bottom] if box else None,
        [[span.start, span.end] for span in element.headings],
    ]


def _row_element(row: Sequence[Any]) -> Element:
    kind, start, end, page, box, headings = row
    return Element(
        kind=ElementKind(kind),
        start=start,
        end=end,
        page=page,
        box=Box(left=box[0], top=box[1], right=box[2], bottom=box[3]) if box else None,
        headings=tuple(Span(start=first, end=last) for first, last in headings),
    )


def _row_redaction(row: Sequence[Any]) -> Redaction:
    kind, start, end, source_start, source_end, score = row
    return Redaction(
        kind=kind,
        start=start,
        end=end,
        source_start=source_start,
        source_end=source_end,
        score=score,
    )
