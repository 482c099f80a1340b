"""Attributes every sentence to exact characters of the evidence, or drops or marks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rag.chunk.sentences import sentence_spans
from rag.ground.conflicts import conflicting
from rag.ground.judge import Entailment, Judge, Meaning, Read, read
from rag.ground.thresholds import Thresholds, shipped
from rag.records import (
    AnswerSentence,
    Checked,
    Citation,
    Conflict,
    Draft,
    DraftSentence,
    Evidence,
    RedactedText,
    Said,
    Span,
    Verdict,
)
from rag.settings import GroundSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """The characters of a document that support a sentence."""

    evidence: Evidence
    start: int
    end: int
    quote: RedactedText = field(repr=False)


class Passages:
    """The evidence of one answer, read on first use and then for all its sentences."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self._by_number = {passage.n: passage for passage in evidence}
        self._read: dict[int, Read] = {}

    def cited(self, numbers: Sequence[int]) -> list[Evidence]:
        """Return the passages of these numbers; one that was not given is none."""
        return [self._by_number[n] for n in numbers if n in self._by_number]

    def read(self, passage: Evidence) -> Read:
        """Return a passage as it is read."""
        if passage.n not in self._read:
            self._read[passage.n] = read(passage)
        return self._read[passage.n]

    def all(self) -> list[Read]:
        """Return every passage, read."""
        return [self.read(passage) for passage in self._by_number.values()]


class SupportGrounder:
    """Keeps the sentences whose facts and words stand in what they cite."""

    def __init__(
        self,
        settings: GroundSettings | None = None,
        *,
        floors: Thresholds | None = None,
        meaning: Meaning | None = None,
        entailment: Entailment | None = None,
    ) -> None:
        self._settings = settings or GroundSettings()
        self._floors = floors
        self._meaning = meaning
        self._entailment = entailment

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._floors or shipped(), self._meaning, self._entailment)

    def check(self, draft: Draft, evidence: Sequence[Evidence]) -> Checked:
        """Return the supported sentences with their citations, conflicts and the verdict."""
        checking = self.checking(evidence)
        for sentence in draft.sentences:
            checking.take(sentence)
        return checking.result()

    def checking(self, evidence: Sequence[Evidence]) -> SupportChecking:
        """Begin to check an answer while it is written."""
        return SupportChecking(self, self._settings, Passages(evidence))

    def check_sentence(
        self, sentence: DraftSentence, evidence: Passages | Sequence[Evidence]
    ) -> Support | None:
        """Return what supports one sentence."""
        passages = evidence if isinstance(evidence, Passages) else Passages(evidence)
        cited = passages.cited(sentence.cites)
        for passage in cited:
            quote = _whole(sentence.text, passage.text)
            if quote is not None:
                return _at(passage, quote.start, quote.end)
        found = self._judge.best(sentence.text, [passages.read(passage) for passage in cited])
        return _at(found.read.evidence, found.start, found.end) if found else None


class SupportChecking:
    """The check of one answer."""

    def __init__(
        self, grounder: SupportGrounder, settings: GroundSettings, passages: Passages
    ) -> None:
        self._grounder = grounder
        self._settings = settings
        self._passages = passages
        self._numbered = _Numbered()
        self._kept: list[AnswerSentence] = []
        self._supports: list[Support] = []
        self._taken = 0

    def take(self, sentence: DraftSentence) -> Said | None:
        """Check the next sentence; return it with its citations if evidence supports it."""
        self._taken += 1
        support = self._grounder.check_sentence(sentence, self._passages)
        if support is None:
            if self._settings.unsupported == "mark" and sentence.text.strip():
                marked = AnswerSentence(text=sentence.text, citations=(), supported=False)
                self._kept.append(marked)
            return None
        known = len(self._numbered.citations())
        n = self._numbered.number(support)
        kept = AnswerSentence(text=sentence.text, citations=(n,))
        self._supports.append(support)
        self._kept.append(kept)
        return Said(sentence=kept, citations=self._numbered.citations()[known:])

    def result(self) -> Checked:
        """Return what was supported of all that was taken, with conflicts and the verdict."""
        if not self._supports:
            return Checked(verdict=Verdict.ABSTAINED, sentences=(), citations=())
        conflicts = self._conflicts()
        whole = len(self._supports) == self._taken
        return Checked(
            verdict=Verdict.GROUNDED if whole else Verdict.PARTIAL,
            sentences=tuple(self._kept),
            citations=self._numbered.citations(),
            conflicts=conflicts,
        )

    def _conflicts(self) -> tuple[Conflict, ...]:
        """Return where other evidence contradicts what is cited; it is cited then, too."""
        if not self._settings.contradictions:
            return ()
        found: dict[tuple[int, int], Conflict] = {}
        for support in self._supports:
            for against in conflicting(
                support.evidence, support.start, support.end, self._passages.all()
            ):
                other = _at(against.read.evidence, against.start, against.end)
                pair = (self._numbered.number(support), self._numbered.number(other))
                found.setdefault(pair, Conflict(kind=against.clash, citations=pair))
        return tuple(found.values())


class _Numbered:
    """Numbers citations in the order in which they are first used."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int], Citation] = {}

    def number(self, support: Support) -> int:
        """Return the number of these characters."""
        passage = support.evidence
        key = (passage.document_id, support.start, support.end)
        if key not in self._found:
            self._found[key] = Citation(
                n=len(self._found) + 1,
                document=passage.document_id,
                title=passage.title,
                page=passage.page,
                start=support.start,
                end=support.end,
                quote=support.quote,
            )
        return self._found[key].n

    def citations(self) -> tuple[Citation, ...]:
        """Return all of them in order."""
        return tuple(self._found.values())


def _whole(claim: str, text: str) -> Span | None:
    """Return where the claim stands as one or more whole sentences of the text.

    Part of a sentence is no quote: "give aspirin" stands in "do not give aspirin".
    """
    wanted = claim.strip()
    if not wanted or wanted not in text:
        return None
    spans = sentence_spans(text)
    ends = {span.end for span in spans}
    for span in spans:
        end = span.start + len(wanted)
        if end in ends and text.startswith(wanted, span.start):
            return Span(start=span.start, end=end)
    return None


def _at(passage: Evidence, start: int, end: int) -> Support:
    return Support(
        evidence=passage,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text.cut(start, end),
    )
