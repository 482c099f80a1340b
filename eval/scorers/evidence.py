"""How well an answer stands on what it cites."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from eval.scorers.base import Attempt, Score, answerable, answered
from rag.records import Answer, Citation, DraftSentence, Evidence

if TYPE_CHECKING:
    from rag.ground.support import SupportGrounder


class CitationRecall:
    """The share of the gold passages that a citation overlaps."""

    name: ClassVar[str] = "citation_recall"

    def score(self, attempt: Attempt) -> Score:
        """Score a case that should be answered; 0 where it was not."""
        gold = answerable(attempt)
        if not gold:
            return None
        answer = answered(attempt)
        if answer is None:
            return 0.0
        met = [
            any(one.overlaps(c.document, c.start, c.end) for c in answer.citations) for one in gold
        ]
        return sum(met) / len(met)


class SentencesSupported:
    """The share of an answer's sentences that the words and facts of their citations support."""

    name: ClassVar[str] = "sentences_supported"

    def score(self, attempt: Attempt) -> Score:
        """Score any case that was answered."""
        answer = answered(attempt)
        if answer is None or not answer.sentences:
            return None
        return sum(_supported(answer)) / len(answer.sentences)


def _supported(answer: Answer) -> list[bool]:
    quotes = {citation.n: _quote(citation) for citation in answer.citations}
    return [
        _grounder().check_sentence(
            DraftSentence(text=sentence.text, cites=sentence.citations),
            [quotes[n] for n in sentence.citations if n in quotes],
        )
        is not None
        for sentence in answer.sentences
    ]


@lru_cache(maxsize=1)
def _grounder() -> SupportGrounder:
    """Return the checks with the floors they ship with, by words alone: no model is asked."""
    from rag.ground.support import SupportGrounder

    return SupportGrounder()


def _quote(citation: Citation) -> Evidence:
    return Evidence(
        n=citation.n,
        document_id=citation.document,
        document_version="",
        title=citation.title,
        text=citation.quote,
        context=citation.title,
        start=citation.start,
        end=citation.end,
        page=citation.page,
        score=1.0,
    )
