"""Searches whose right outcome is known: documents, questions, and where the answers stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from eval.split import held_out
from rag.records import Acl, Document, Parsed

TENANT = "measured"
_HALVES = 2

Table = Sequence[Sequence[str]]


class Part(StrEnum):
    """A half of a set: one to tune on, the other to report."""

    ALL = "all"
    TUNE = "tune"
    TEST = "test"


class Unit(StrEnum):
    """What is ranked: documents, each by its best passage, or passages."""

    DOCUMENT = "document"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What should be found: characters of a document's text.

    `also` are further ranges with the same words, where it is not known which of them is meant.
    """

    document_id: str
    start: int
    end: int
    also: tuple[tuple[int, int], ...] = ()

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """Every range that will do."""
        return ((self.start, self.end), *self.also)

    def overlaps(self, document_id: str, start: int, end: int) -> bool:
        """Whether that range has at least one character of it."""
        return document_id == self.document_id and any(
            start < last and first < end for first, last in self.ranges
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCase:
    """A question and what answers it, in the documents as parsed.

    `within` is the one document that is searched; empty means all. `cluster` names what cases
    have in common, so that they are not counted as independent; `kind` what tells them apart in a
    table of their own. Of each item in `answers` one wording should stand in the evidence.
    """

    id: str
    question: str = field(repr=False)
    targets: tuple[Target, ...]
    within: str = ""
    cluster: str = ""
    kind: str = ""
    answers: tuple[tuple[str, ...], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet:
    """Cases asked of one corpus. The first of `metrics` is what the set is judged by.

    `kept` is the measure by which packing is judged. `left_out` cases belong to the other half.
    """

    name: str
    about: str
    unit: Unit
    metrics: tuple[str, ...]
    kept: str
    cases: tuple[SearchCase, ...]
    goal: float | None = None
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Documents that are searched, and the sets that are asked of them."""

    name: str
    sha256: str
    documents: tuple[Document, ...] = field(repr=False)
    sets: tuple[QuestionSet, ...]
    notes: tuple[str, ...] = ()


class Shaping(Protocol):
    """Makes documents of data as the product would; implemented where parsers are known."""

    def parse(self, data: bytes, name: str) -> Parsed:
        """Parse a file."""

    def assemble(self, pieces: Sequence[str | Table]) -> Parsed:
        """Make a document of paragraphs and tables, or raise `SkipDocument`."""


def of_part(questions: QuestionSet, part: Part) -> QuestionSet:
    """Return the cases of a half; which half a case is in decides the hash of its cluster."""
    if part is Part.ALL:
        return questions
    test = part is Part.TEST
    kept = tuple(one for one in questions.cases if held_out(one.cluster, _HALVES) is test)
    return replace(questions, cases=kept, left_out=len(questions.cases) - len(kept))


def document(document_id: str, *, source: str, parsed: Parsed) -> Document:
    """Return a document that everybody of the measurement's tenant may read."""
    return Document(
        id=document_id,
        tenant=TENANT,
        source=source,
        version="1",
        name="document",
        acl=Acl(public=True),
        parsed=parsed,
    )
