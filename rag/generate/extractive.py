"""Answers without a model: the sentences of the evidence that answer, in order, cited.

The default generator. It can say nothing that does not stand in a document, and abstains when
no sentence comes near the question. How near one comes, its meaning says (the encoder that the
index uses) and the words of the question it holds, rare words counting more. Which of them answers,
more signs say: see `features`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.chunk.sentences import sentence_spans
from rag.embed.bm25 import terms
from rag.generate.features import Candidate, Known, known
from rag.generate.lists import with_items
from rag.generate.ranking import shipped as weights
from rag.ground.shield import instructions
from rag.ground.thresholds import shipped
from rag.records import Draft, DraftSentence, Evidence, Question, RedactedText, Vector
from rag.retrieve.rows import is_row
from rag.settings import GenerateSettings

# A further sentence is added only if it is not much less likely to answer than the first. Chosen on
# the sample corpora: from 0.3 to 0.6 what more it finds is about what more it cites in vain.
_FOLLOWING = 0.4
_SHORTEST = 3
_PAST = re.compile(r"\bno longer (?:valid|in force|appl\w+|used)\b|\bsuperseded\b", re.IGNORECASE)


class SentenceEncoder(Protocol):
    """What is needed of the encoder: unit vectors of short texts."""

    def embed_texts(self, texts: Sequence[RedactedText]) -> Vector:
        """Return one row a text."""


class ExtractiveGenerator:
    """Picks and orders evidence sentences."""

    model = "extractive"

    def __init__(self, settings: GenerateSettings, encoder: SentenceEncoder) -> None:
        self._settings = settings
        self._encoder = encoder

    def generate(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        """Return the sentences that answer best, or none."""
        candidates = candidates_of(evidence)
        if not candidates:
            return Draft(sentences=(), model=self.model)
        found = self._known(question.text, candidates)
        if found.support.max() < self._settings.minimum_support:
            return Draft(sentences=(), model=self.model)
        chosen = self._choose(candidates, weights().likelihoods(found.features), found.other_year)
        said = with_items(chosen, evidence)
        return Draft(
            sentences=tuple(DraftSentence(text=c.text, cites=(c.n,)) for c in said),
            model=self.model,
        )

    def _known(self, question: RedactedText, candidates: Sequence[Candidate]) -> Known:
        vectors = self._encoder.embed_texts([question, *(one.text for one in candidates)])
        return known(question, candidates, vectors[1:] @ vectors[0])

    def _choose(
        self, candidates: Sequence[Candidate], likely: Vector, other_year: NDArray[np.bool_]
    ) -> list[Candidate]:
        """Take the likeliest sentence and those close to it, then put them in reading order.

        Of rows of tables only the likeliest: another one answers for something else. Nor does a
        sentence follow that is of another year than is asked for, or says that it holds no longer.
        """
        order = np.argsort(-likely, kind="stable")
        least = likely[order[0]] * _FOLLOWING
        chosen: dict[str, Candidate] = {}
        for index in order:
            if likely[index] < least or len(chosen) == self._settings.sentences:
                break
            one = candidates[index]
            if chosen and (other_year[index] or _PAST.search(one.text)):
                continue
            if not (is_row(one.text) and any(is_row(other.text) for other in chosen.values())):
                chosen.setdefault(" ".join(terms(one.text)), one)
        return sorted(chosen.values(), key=lambda c: (c.n, c.order))


def candidates_of(evidence: Sequence[Evidence]) -> list[Candidate]:
    """Return every sentence or table row of the evidence that could stand as an answer.

    Not one that is addressed to whoever answers: it was planted to be said.
    """
    least = shipped().instruction
    candidates = []
    for passage in evidence:
        meant_for_us = instructions(passage.text, least)
        titles = [passage.text.cut(span.start, span.end) for span in passage.titles]
        context = RedactedText.joined(" ", [passage.context, *titles])
        for order, span in enumerate(sentence_spans(passage.text)):
            text = passage.text.cut(span.start, span.end)
            heading = any(t.start <= span.start and span.end <= t.end for t in passage.titles)
            told = any(i.start < span.end and span.start < i.end for i in meant_for_us)
            if not heading and not told and len(text.split()) >= _SHORTEST:
                candidates.append(Candidate(n=passage.n, order=order, text=text, context=context))
    return candidates
