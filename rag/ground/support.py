"""Attributes every sentence to exact characters of the evidence, or drops it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.chunk.sentences import sentence_spans
from rag.ground.wording import in_order, measures, names, turns, words
from rag.records import (
    AnswerSentence,
    Checked,
    Citation,
    Draft,
    DraftSentence,
    Evidence,
    RedactedText,
    Span,
    Verdict,
)

# The share of a sentence's words that its evidence must hold. Never lowered to find a match.
FLOOR = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Support:
    evidence: Evidence
    start: int
    end: int
    quote: RedactedText = field(repr=False)


class SupportGrounder:
    """Keeps the sentences whose words, numbers, names and negations stand in what they cite."""

    def check(self, draft: Draft, evidence: Sequence[Evidence]) -> Checked:
        """Return the supported sentences with their citations, and the verdict."""
        by_number = {passage.n: passage for passage in evidence}
        citations: dict[tuple[str, int, int], Citation] = {}
        kept = []
        for sentence in draft.sentences:
            cited = [by_number[n] for n in sentence.cites if n in by_number]
            support = _support(sentence, cited)
            if support is not None:
                citation = _cite(support, citations)
                kept.append(AnswerSentence(text=sentence.text, citations=(citation.n,)))
        return Checked(
            verdict=_verdict(len(kept), len(draft.sentences)),
            sentences=tuple(kept),
            citations=tuple(citations.values()),
        )


def _verdict(kept: int, written: int) -> Verdict:
    if kept == 0:
        return Verdict.ABSTAINED
    return Verdict.GROUNDED if kept == written else Verdict.PARTIAL


def _cite(support: _Support, citations: dict[tuple[str, int, int], Citation]) -> Citation:
    """Return the citation of these characters, numbering it when it is new."""
    key = (support.evidence.document_id, support.start, support.end)
    if key not in citations:
        citations[key] = Citation(
            n=len(citations) + 1,
            document=support.evidence.document_id,
            title=support.evidence.title,
            page=support.evidence.page,
            start=support.start,
            end=support.end,
            quote=support.quote,
        )
    return citations[key]


def _support(sentence: DraftSentence, cited: Sequence[Evidence]) -> _Support | None:
    """Return the characters that support a sentence: itself if it is a quote, else the best."""
    for passage in cited:
        quote = _whole(sentence.text, passage.text)
        if quote is not None:
            return _at(passage, quote.start, quote.end)
    best: tuple[float, _Support] | None = None
    for passage in cited:
        for span in sentence_spans(passage.text):
            share = _agreement(sentence.text, passage.text[span.start : span.end])
            if share >= FLOOR and (best is None or share > best[0]):
                best = (share, _at(passage, span.start, span.end))
    return best[1] if best else None


def _whole(claim: str, text: str) -> Span | None:
    """Return where the claim stands as one or more whole sentences of the text.

    Part of a sentence is no quote: "give aspirin" stands in "do not give aspirin".
    """
    spans = sentence_spans(text)
    wanted = claim.strip()
    ends = {span.end for span in spans}
    for span in spans:
        end = span.start + len(wanted)
        if wanted and end in ends and text.startswith(wanted, span.start):
            return Span(start=span.start, end=end)
    return None


def _at(passage: Evidence, start: int, end: int) -> _Support:
    return _Support(
        evidence=passage,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text.cut(start, end),
    )


def _agreement(claim: str, quote: str) -> float:
    """Return the share of the claim's words in the quote.

    It is 0 if a negation differs, if a name, a number or its unit is not there, or if the words
    that both hold come in another order: "Bert owes Anna" is not "Anna owes Bert".
    """
    said, written = words(claim), words(quote)
    numbers = measures(claim)
    if turns(claim) != turns(quote) or not names(claim) <= set(written):
        return 0.0
    if in_order(numbers, measures(quote)) < len(numbers):
        return 0.0
    shared = (Counter(said) & Counter(written)).total()
    return shared / len(said) if shared and shared == in_order(said, written) else 0.0
