"""Passages as JSON: what a search finds, and one passage with what is around it."""

from __future__ import annotations

from pydantic import ConfigDict, Field, JsonValue

from rag.api.body import Asked, Body
from rag.api.filters import FiltersBody
from rag.records import ElementKind, Found, Passage, Surrounded

MOST_PASSAGES = 50

_FILTERS_EXAMPLE: dict[str, JsonValue] = {
    "sources": ["contracts"],
    "kinds": ["application/pdf"],
    "tags": ["lease"],
    "since": "2024-01-01",
    "until": "2024-12-31",
}


class SearchBody(Body):
    """A question whose passages are wanted, not an answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "How long is the notice period?",
                    "filters": _FILTERS_EXAMPLE,
                    "limit": 3,
                }
            ]
        }
    )

    question: Asked = Field(min_length=1, repr=False, description="The question, in plain words.")
    filters: FiltersBody = Field(
        default_factory=FiltersBody, description="What alone is to be looked at."
    )
    limit: int = Field(
        default=10, ge=1, le=MOST_PASSAGES, strict=True, description="Most passages returned."
    )


class PlaceBody(Body):
    """A rectangle on a page, in points from its top left corner."""

    page: int | None = Field(description="Page, counted from 1.")
    left: float = Field(description="Its left edge.")
    top: float = Field(description="Its top edge.")
    right: float = Field(description="Its right edge.")
    bottom: float = Field(description="Its bottom edge.")


class PlacedBody(Body):
    """A passage: the document's text from `start` up to `end`, and where it stands.

    What is found to identify somebody only on its way out is replaced in it.
    """

    document: str = Field(description="Id of the document: `GET /v1/documents/{id}` returns it.")
    title: str = Field(repr=False, description="Title of the document, redacted.")
    headings: list[str] = Field(repr=False, description="The headings above it, outermost first.")
    kind: ElementKind = Field(description="What it begins with.")
    page: int | None = Field(
        description="Page on which it begins, counted from 1, where the format has pages."
    )
    boxes: list[PlaceBody] = Field(description="Where its parts stand, if that is known.")
    start: int = Field(description="Its first character in the document's text.")
    end: int = Field(description="Character after its last one.")
    text: str = Field(repr=False, description="The passage, redacted.")


_PASSAGE_EXAMPLE: dict[str, JsonValue] = {
    "document": "d-lease",
    "title": "Lease of [PERSON:k3f9]",
    "headings": ["Lease of [PERSON:k3f9]"],
    "kind": "text",
    "page": 2,
    "boxes": [{"page": 2, "left": 72.0, "top": 96.5, "right": 523.0, "bottom": 110.5}],
    "start": 23,
    "end": 57,
    "text": "The notice period is three months.",
}


class PassageBody(PlacedBody):
    """A passage that a search found."""

    score: float = Field(description="How well it matches; comparable within one search only.")


class FoundBody(Body):
    """What a search found, the best first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "passages": [{**_PASSAGE_EXAMPLE, "score": 0.031}],
                    "timings": {"redact": 0.004, "search": 0.021, "leaks": 0.002},
                    "audit_id": "13-9a41c07e2f6b8d35",
                }
            ]
        }
    )

    passages: list[PassageBody] = Field(description="The passages.")
    timings: dict[str, float] = Field(description="Seconds spent in each stage.")
    audit_id: str = Field(description="Id of this search's entry in the audit log.")


class EvidenceBody(PlacedBody):
    """A passage with what stands before and after it, for showing it where it stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_PASSAGE_EXAMPLE,
                    "before": "Lease of [PERSON:k3f9]\n",
                    "after": "\n[PERSON:k3f9] pays the rent on the first of the month.",
                }
            ]
        }
    )

    before: str = Field(repr=False, description="What stands before it, in whole sentences.")
    after: str = Field(repr=False, description="What stands after it, in whole sentences.")


def found_body(found: Found) -> FoundBody:
    """Return what a search found as it is sent and printed."""
    return FoundBody(
        passages=[
            PassageBody.model_validate({**_placed(one), "score": one.score})
            for one in found.passages
        ],
        timings=dict(found.timings),
        audit_id=found.audit_id,
    )


def evidence_body(shown: Surrounded) -> EvidenceBody:
    """Return a passage with what is around it as it is sent."""
    around = {"before": shown.before, "after": shown.after}
    return EvidenceBody.model_validate({**_placed(shown.passage), **around})


def _placed(passage: Passage) -> dict[str, object]:
    boxes = [
        PlaceBody(
            page=place.page,
            left=place.box.left,
            top=place.box.top,
            right=place.box.right,
            bottom=place.box.bottom,
        )
        for place in passage.places
    ]
    return {
        "document": passage.document,
        "title": passage.title,
        "headings": list(passage.headings),
        "kind": passage.kind,
        "page": passage.page,
        "boxes": boxes,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }
