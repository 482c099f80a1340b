"""What every point carries besides its vectors: ids, ranges and permissions, never text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from rag.errors import ConfigurationError
from rag.records import (
    Acl,
    Chunk,
    Embedded,
    Facets,
    Hit,
    IndexRow,
    RedactedText,
    SparseVector,
    Vector,
)
from rag.store.filters import AllOf, Equals, Filter, Not

DENSE = "dense"
SPARSE = "bm25"

TENANT_FIELD = "tenant"
KEYWORD_FIELDS = (
    TENANT_FIELD,
    "document",
    "version",
    "groups",
    "purposes",
    "source",
    "kind",
    "tags",
)
FLAG_FIELDS = ("public", "discoverable", "live", "for_purposes")
NUMBER_FIELDS = ("clearance", "first_day", "last_day")


def payload_of(chunk: Chunk, *, live: bool) -> dict[str, object]:
    """Return the payload of a passage's point."""
    return {
        "tenant": chunk.tenant,
        "document": chunk.document_id,
        "version": chunk.document_version,
        "live": live,
        "ordinal": chunk.ordinal,
        "start": chunk.start,
        "end": chunk.end,
        "page": chunk.page,
        "digest": digest_of(chunk.text),
        **permissions_of(chunk.acl),
        **facets_of(chunk.facets),
    }


def digest_of(text: RedactedText) -> str:
    """Return the hash by which a passage in the index is held against its document's text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def permissions_of(acl: Acl) -> dict[str, object]:
    """Return the part of a payload that says who may read it."""
    return {
        "groups": sorted(acl.groups),
        "public": acl.public,
        "discoverable": acl.discoverable,
        "clearance": acl.clearance,
        "purposes": sorted(acl.purposes),
        "for_purposes": bool(acl.purposes),
    }


def facets_of(facets: Facets) -> dict[str, object]:
    """Return the part of a payload by which a search may be narrowed."""
    return {
        "source": facets.source,
        "kind": facets.kind,
        "tags": sorted(facets.tags),
        "first_day": facets.first_day,
        "last_day": facets.last_day,
    }


def row_of(point_id: str, payload: Mapping[str, object]) -> IndexRow:
    """Return a point as it is verified, from its id and payload."""
    return IndexRow(
        chunk_id=point_id,
        document_id=str(payload["document"]),
        version=str(payload["version"]),
        ordinal=cast("int", payload["ordinal"]),
        start=cast("int", payload["start"]),
        end=cast("int", payload["end"]),
        live=bool(payload["live"]),
        acl=Acl(
            groups=frozenset(cast("list[str]", payload["groups"])),
            public=bool(payload["public"]),
            discoverable=bool(payload["discoverable"]),
            clearance=cast("int", payload["clearance"]),
            purposes=frozenset(cast("list[str]", payload["purposes"])),
        ),
        digest=str(payload["digest"]),
    )


def hit_of(
    point_id: str,
    payload: Mapping[str, object],
    score: float,
    *,
    meaning: float | None = None,
    words: float | None = None,
) -> Hit:
    """Return a search result from a point's id and payload."""
    return Hit(
        chunk_id=point_id,
        document_id=str(payload["document"]),
        document_version=str(payload["version"]),
        ordinal=cast("int", payload["ordinal"]),
        start=cast("int", payload["start"]),
        end=cast("int", payload["end"]),
        page=cast("int | None", payload["page"]),
        score=score,
        meaning=meaning,
        words=words,
    )


def embedded_of(
    point_id: str,
    payload: Mapping[str, object],
    dense: Sequence[float] | Vector,
    sparse: SparseVector,
) -> Embedded:
    """Return a point as it was put, from what an engine kept of it: without its text."""
    import numpy as np

    nothing = RedactedText.joined("", ())
    row = row_of(point_id, payload)
    return Embedded(
        chunk=Chunk(
            id=point_id,
            document_id=row.document_id,
            document_version=row.version,
            tenant=str(payload["tenant"]),
            ordinal=row.ordinal,
            start=row.start,
            end=row.end,
            text=nothing,
            context=nothing,
            page=cast("int | None", payload["page"]),
            acl=row.acl,
            facets=Facets(
                source=str(payload["source"]),
                kind=str(payload["kind"]),
                tags=frozenset(cast("list[str]", payload["tags"])),
                first_day=cast("int", payload["first_day"]),
                last_day=cast("int", payload["last_day"]),
            ),
        ),
        dense=np.array(dense, dtype=np.float32),
        sparse=sparse,
    )


HIT_FIELDS = ("document", "version", "ordinal", "start", "end", "page")
ROW_FIELDS = (
    "document",
    "version",
    "ordinal",
    "start",
    "end",
    "live",
    "digest",
    *("groups", "public", "discoverable", "clearance", "purposes"),
)


def visible(readable: Filter) -> Filter:
    """Narrow what somebody may read to what is live: the filter of every search."""
    return AllOf(parts=(readable, Equals(field="live", value=True)))


def of_document(document_id: str) -> Filter:
    """Return the filter for every point of a document."""
    return Equals(field="document", value=document_id)


def of_version(document_id: str, version: str) -> Filter:
    """Return the filter for the points of one version of a document."""
    return AllOf(parts=(of_document(document_id), Equals(field="version", value=version)))


def of_other_versions(document_id: str, version: str) -> Filter:
    """Return the filter for the points of a document's other versions."""
    other = Not(part=Equals(field="version", value=version))
    return AllOf(parts=(of_document(document_id), other))


def versions_of(points: Iterable[Embedded]) -> dict[str, str]:
    """Return the version of each document that points belong to, the last one named."""
    return {made.chunk.document_id: made.chunk.document_version for made in points}


def check_dimensions(found: int, expected: int) -> None:
    """Refuse a vector that the index cannot hold, before an engine does in its own words."""
    if found != expected:
        raise ConfigurationError(
            f"the index holds vectors of {expected} dimensions, this one has {found}: "
            "`embed.model` and the index do not belong together"
        )
