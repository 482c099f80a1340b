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
    Draft,
    DraftSentence,
    Question,
    Verdict,
)
from rag.records.documents import (
    Document,
    Element,
    ElementKind,
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
    Chunk,
    Embedded,
    Evidence,
    Facets,
    Hit,
    IndexRow,
    Narrowing,
    QueryVectors,
    SparseVector,
    Vector,
)
from rag.records.texts import (
    Box,
    RedactedText,
    Span,
)

__all__ = [
    "Acl",
    "Answer",
    "AnswerSentence",
    "Box",
    "Checked",
    "Chunk",
    "Citation",
    "Document",
    "Draft",
    "DraftSentence",
    "Element",
    "ElementKind",
    "Embedded",
    "Evidence",
    "Facets",
    "Finding",
    "Hit",
    "IndexRow",
    "ListingGap",
    "Narrowing",
    "Original",
    "Parsed",
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
    "Vector",
    "Verdict",
]
