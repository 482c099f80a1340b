"""What the service says and hears, as JSON: also what `--json` prints.

Needs pydantic only, so that the command line can use it without loading the web framework.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from rag.access.reasons import LONGEST_REASON, MOST_TOKENS
from rag.api.body import Asked, Body
from rag.api.filters import FiltersBody
from rag.records import (
    Answer,
    AnswerSentence,
    Begun,
    Box,
    Citation,
    Element,
    ElementKind,
    RedactedDocument,
    Said,
    Verdict,
)
from rag.redact.tokens import PSEUDONYM

PSEUDONYM_PATTERN = rf"^{PSEUDONYM.pattern}$"


class QuestionBody(Body):
    """A question to be answered from the documents that the asker may read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "How long is the notice period?",
                    "filters": {
                        "sources": [],
                        "kinds": ["application/pdf"],
                        "tags": ["lease"],
                        "since": "2024-01-01",
                        "until": "2024-12-31",
                    },
                }
            ]
        }
    )

    question: Asked = Field(min_length=1, repr=False, description="The question, in plain words.")
    filters: FiltersBody = Field(
        default_factory=FiltersBody, description="What alone is to be looked at."
    )


class ReidentifyBody(Body):
    """Pseudonyms whose originals are asked for, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tokens": ["[PERSON:k3f2mnop]"], "reason": "The ward has to call her."}]
        }
    )

    tokens: list[Annotated[str, Field(pattern=PSEUDONYM_PATTERN)]] = Field(
        min_length=1, max_length=MOST_TOKENS, description="The pseudonyms, as texts have them."
    )
    reason: Asked = Field(
        min_length=1,
        max_length=LONGEST_REASON,
        repr=False,
        description="Why; it is kept in the audit log, redacted.",
    )


class ReidentifiedBody(Body):
    """What pseudonyms stand for."""

    reidentified: dict[str, str] = Field(
        repr=False, description="The original of each pseudonym, in its fullest spelling."
    )


class SentenceBody(Body):
    """A sentence of the answer."""

    text: str = Field(repr=False, description="The sentence.")
    citations: list[int] = Field(description="Numbers of the citations that support it.")
    supported: bool = Field(
        default=True, description="False where `ground.unsupported` marks what nothing supports."
    )


class ConflictBody(Body):
    """Two citations that contradict each other."""

    kind: str = Field(description="In what they differ, such as a number or a negation.")
    citations: list[int] = Field(description="The numbers of the two.")


class StepBody(Body):
    """Who was asked on the way to the answer, where several may be."""

    tier: str = Field(description="`extractive`, `model`, `larger` or `nobody`.")
    model: str = Field(description="Which model it is.")
    verdict: Verdict = Field(description="How its answer stood to the evidence.")
    why: str = Field(description="Why it was asked, or why it said nothing.")


class CitationBody(Body):
    """Where support stands. `quote` is the document's text from `start` up to `end`.

    What is found to identify somebody only on its way out is replaced in it.
    """

    n: int = Field(description="The number that sentences cite.")
    document: str = Field(description="Id of the document: `GET /v1/documents/{id}` returns it.")
    title: str = Field(repr=False, description="Title of the document, redacted.")
    page: int | None = Field(description="Page, counted from 1, where the format has pages.")
    start: int = Field(description="First character of the quote in the document's text.")
    end: int = Field(description="Character after the last one of the quote.")
    quote: str = Field(repr=False, description="The supporting text, redacted.")


class BegunBody(Body):
    """Event `begin`: somebody begins to write; sentences told before no longer count."""

    tier: str = Field(description="`model` or `larger`.")
    model: str = Field(description="Which model it is.")


class SaidBody(Body):
    """Event `sentence`: one that evidence supports, told while the answer is written."""

    sentence: SentenceBody = Field(description="The sentence.")
    citations: list[CitationBody] = Field(description="Evidence that none before it has cited.")


_ANSWER_EXAMPLE: dict[str, JsonValue] = {
    "answer": "The notice period is three months.",
    "verdict": "grounded",
    "sentences": [
        {"text": "The notice period is three months.", "citations": [1], "supported": True}
    ],
    "citations": [
        {
            "n": 1,
            "document": "d-lease",
            "title": "Lease of [PERSON:k3f9]",
            "page": 2,
            "start": 23,
            "end": 57,
            "quote": "The notice period is three months.",
        }
    ],
    "conflicts": [],
    "steps": [],
    "model": "extractive",
    "timings": {"redact": 0.004, "search": 0.021, "answer": 0.032},
    "audit_id": "12-5d0c1f6a9b3e7a42",
}


class AnswerBody(Body):
    """An answer with its evidence. Abstaining and refusing are answers too, without sentences."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER_EXAMPLE]})

    answer: str = Field(repr=False, description="The whole answer as text.")
    verdict: Verdict = Field(
        description="`grounded`: all of it is supported; `partial`: some of it is; `abstained`: "
        "the documents do not answer; `refused`: one does that the asker may not read."
    )
    sentences: list[SentenceBody] = Field(description="The answer by sentence.")
    citations: list[CitationBody] = Field(description="The evidence that sentences cite.")
    conflicts: list[ConflictBody] = Field(
        default_factory=list, description="Where evidence contradicts what is cited."
    )
    steps: list[StepBody] = Field(
        default_factory=list, description="How the answer came about, where several may be asked."
    )
    model: str = Field(description="Which model wrote the answer.")
    timings: dict[str, float] = Field(description="Seconds spent in each stage.")
    audit_id: str = Field(description="Id of this question's entry in the audit log.")


class SpanBody(Body):
    """A range of characters of the document's text."""

    start: int = Field(description="First character.")
    end: int = Field(description="Character after the last one.")


class BoxBody(Body):
    """A rectangle on a page, in points from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class ElementBody(Body):
    """A piece of the document: a heading, a paragraph, a table."""

    kind: ElementKind = Field(description="What the piece is.")
    start: int = Field(description="Its first character in the document's text.")
    end: int = Field(description="Character after its last one.")
    page: int | None = Field(description="Page, counted from 1, where the format has pages.")
    box: BoxBody | None = Field(description="Where it stands on the page, if that is known.")
    headings: list[SpanBody] = Field(description="The headings above it, outermost first.")


_DOCUMENT_EXAMPLE: dict[str, JsonValue] = {
    "id": "d-lease",
    "title": "Lease of [PERSON:k3f9]",
    "text": "Lease of [PERSON:k3f9]\nThe notice period is three months.",
    "elements": [
        {
            "kind": "title",
            "start": 0,
            "end": 22,
            "page": 1,
            "box": {"left": 72.0, "top": 72.0, "right": 311.0, "bottom": 90.0},
            "headings": [],
        },
        {
            "kind": "text",
            "start": 23,
            "end": 57,
            "page": 2,
            "box": {"left": 72.0, "top": 96.5, "right": 523.0, "bottom": 110.5},
            "headings": [{"start": 0, "end": 22}],
        },
    ],
    "redactions": {"PERSON": 1},
}


class DocumentBody(Body):
    """A document as it is indexed: after redaction."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DOCUMENT_EXAMPLE]})

    id: str = Field(description="Id of the document.")
    title: str = Field(repr=False, description="Its title, redacted.")
    text: str = Field(repr=False, description="Its text, redacted.")
    elements: list[ElementBody] = Field(description="Its pieces, in reading order.")
    redactions: dict[str, int] = Field(
        description="How many identifiers of each kind were replaced."
    )


class HealthBody(Body):
    """The process is alive."""

    status: str = Field(default="ok", description="Always `ok`.")


class ReadyBody(Body):
    """Every part can serve."""

    ready: bool = Field(default=True, description="Always true; else the status is 503.")


class InvalidBody(Body):
    """One thing that is wrong with a request, without the value that was sent."""

    where: str = Field(description="The field, or `body`.")
    code: str = Field(description="What is wrong, for programs.")
    problem: str = Field(description="What is wrong, for people.")


class ProblemBody(Body):
    """An error, as RFC 9457 has it: what the caller should do, not what went wrong inside."""

    type: str = Field(default="about:blank", description="Always `about:blank`.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.")
    hint: str = Field(description="What to do about it.")
    errors: list[InvalidBody] | None = Field(
        default=None, description="With status 422: what is wrong with the request."
    )
    parts: list[str] | None = Field(
        default=None, description="With status 503 of `/readyz`: the parts that are not ready."
    )


def answer_body(answer: Answer) -> AnswerBody:
    """Return an answer as it is sent and printed."""
    return AnswerBody(
        answer=answer.answer,
        verdict=answer.verdict,
        sentences=[_sentence_body(sentence) for sentence in answer.sentences],
        citations=[_citation_body(citation) for citation in answer.citations],
        conflicts=[
            ConflictBody(kind=one.kind, citations=list(one.citations)) for one in answer.conflicts
        ],
        steps=[
            StepBody(tier=one.tier, model=one.model, verdict=one.verdict, why=one.why)
            for one in answer.steps
        ],
        model=answer.model,
        timings=dict(answer.timings),
        audit_id=answer.audit_id,
    )


def begun_body(begun: Begun) -> BegunBody:
    """Return who begins to write as it is sent."""
    return BegunBody(tier=begun.tier, model=begun.model)


def said_body(said: Said) -> SaidBody:
    """Return a sentence as it is sent before the answer is."""
    return SaidBody(
        sentence=_sentence_body(said.sentence),
        citations=[_citation_body(citation) for citation in said.citations],
    )


def document_body(document: RedactedDocument) -> DocumentBody:
    """Return a redacted document as it is sent and printed."""
    return DocumentBody(
        id=document.id,
        title=document.title,
        text=document.text,
        elements=[_element_body(element) for element in document.elements],
        redactions=document.redaction_counts(),
    )


def _sentence_body(sentence: AnswerSentence) -> SentenceBody:
    return SentenceBody(
        text=sentence.text, citations=list(sentence.citations), supported=sentence.supported
    )


def _citation_body(citation: Citation) -> CitationBody:
    return CitationBody(
        n=citation.n,
        document=citation.document,
        title=citation.title,
        page=citation.page,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
    )


def _element_body(element: Element) -> ElementBody:
    return ElementBody(
        kind=element.kind,
        start=element.start,
        end=element.end,
        page=element.page,
        box=None if element.box is None else _box_body(element.box),
        headings=[SpanBody(start=span.start, end=span.end) for span in element.headings],
    )


def _box_body(box: Box) -> BoxBody:
    return BoxBody(left=box.left, top=box.top, right=box.right, bottom=box.bottom)
