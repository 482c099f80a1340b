"""The nouns of Ringfence: what travels from stage to stage.

Every record is frozen. A stage takes one record and returns the next; nothing is filled in
later. Text never shows in a ``repr``, so that a log line or a traceback cannot carry it.
"""

from rag.records.access import (
    Acl,
    Principal,
)
from rag.records.answers import (
    Answer,
    AnswerSentence,
    Checked,
    Citation,
    Conflict,
    Draft,
    DraftSentence,
    ModelUse,
    Question,
    TierStep,
    Verdict,
)
from rag.records.documents import (
    Document,
    Element,
    ElementKind,
    Fact,
    Finding,
    ListingGap,
    Original,
    Parsed,
    RedactedDocument,
    Redaction,
    SourceItem,
    Stage,
)
from rag.records.passages import (
    UNNARROWED,
    Chunk,
    Embedded,
    Evidence,
    Facets,
    Hit,
    IndexFacts,
    IndexRow,
    Narrowing,
    QueryVectors,
    SparseVector,
    Vector,
)
from rag.records.shown import (
    Found,
    Passage,
    Place,
    Surrounded,
)
from rag.records.texts import (
    Box,
    RedactedText,
    Span,
)

__all__ = [
    "UNNARROWED",
    "Acl",
    "Answer",
    "AnswerSentence",
    "Box",
    "Checked",
    "Chunk",
    "Citation",
    "Conflict",
    "Document",
    "Draft",
    "DraftSentence",
    "Element",
    "ElementKind",
    "Embedded",
    "Evidence",
    "Facets",
    "Fact",
    "Finding",
    "Found",
    "Hit",
    "IndexFacts",
    "IndexRow",
    "ListingGap",
    "ModelUse",
    "Narrowing",
    "Original",
    "Parsed",
    "Passage",
    "Place",
    "Principal",
    "QueryVectors",
    "Question",
    "RedactedDocument",
    "RedactedText",
    "Redaction",
    "SourceItem",
    "Span",
    "SparseVector",
    "Stage",
    "Surrounded",
    "TierStep",
    "Vector",
    "Verdict",
]
