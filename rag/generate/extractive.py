"""Answers without a model: the sentences of the evidence that answer, in order, cited.

The default generator. It can say nothing that does not stand in a document, and abstains when
no sentence comes near the question. A sentence is scored by its meaning (the encoder that the
index uses) and by the words of the question it holds, rare words counting more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from rag.chunk.sentences import sentence_spans
from rag.embed.bm25 import terms
from rag.ground.shield import instructions
from rag.ground.thresholds import shipped
from rag.records import Draft, DraftSentence, Evidence, Question, RedactedText, Vector
from rag.settings import GenerateSettings

_MEANING_SHARE = 0.6
# A further sentence is added only if it is nearly as good as the first.
_FOLLOWING = 0.93
_SHORTEST = 3


class SentenceEncoder(Protocol):
    """What is needed of the encoder: unit vectors of short texts."""

    def embed_texts(self, texts: Sequence[RedactedText]) -> Vector:
        """Return one row a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    n: int
    order: int
    text: RedactedText = field(repr=False)
    context: RedactedText = field(repr=False)


class ExtractiveGenerator:
    """Picks and orders evidence sentences."""

    model = "extractive"

    def __init__(self, settings: GenerateSettings, encoder: SentenceEncoder) -> None:
        self._settings = settings
        self._encoder = encoder

    def generate(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        """Return the sentences that answer best, or none."""
        candidates = _candidates(evidence)
        if not candidates:
            return Draft(sentences=(), model=self.model)
        scores = self._scores(question.text, candidates)
        best = int(np.argmax(scores))
        if scores[best] < self._settings.minimum_support:
            return Draft(sentences=(), model=self.model)
        chosen = self._choose(candidates, scores)
        return Draft(
            sentences=tuple(DraftSentence(text=c.text, cites=(c.n,)) for c in chosen),
            model=self.model,
        )

    def _scores(self, question: RedactedText, candidates: Sequence[_Candidate]) -> Vector:
        """Score every candidate between 0 and 1."""
        texts = [question, *(c.text for c in candidates)]
        vectors = self._encoder.embed_texts(texts)
        meaning = np.clip(vectors[1:] @ vectors[0], 0.0, 1.0)
        words = np.asarray(_coverage(question, candidates), dtype=np.float32)
        scores: Vector = _MEANING_SHARE * meaning + (1 - _MEANING_SHARE) * words
        return scores

    def _choose(self, candidates: Sequence[_Candidate], scores: Vector) -> list[_Candidate]:
        """Take the best sentence and those close to it, then put them in reading order."""
        order = np.argsort(-scores, kind="stable")
        least = scores[order[0]] * _FOLLOWING
        chosen: dict[str, _Candidate] = {}
        for index in order:
            if scores[index] < least or len(chosen) == self._settings.sentences:
                break
            chosen.setdefault(" ".join(terms(candidates[index].text)), candidates[index])
        return sorted(chosen.values(), key=lambda c: (c.n, c.order))


def _candidates(evidence: Sequence[Evidence]) -> list[_Candidate]:
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
                candidates.append(_Candidate(n=passage.n, order=order, text=text, context=context))
    return candidates


def _coverage(question: RedactedText, candidates: Sequence[_Candidate]) -> list[float]:
    """Return the share of the question's words each candidate holds, rare words weighing more.

    A word of the headings counts half. A word that no candidate holds weighs most: without it
    the evidence speaks of something else.
    """
    asked = list(dict.fromkeys(terms(question)))
    if not asked:
        return [0.0] * len(candidates)
    own = [frozenset(terms(c.text)) for c in candidates]
    above = [frozenset(terms(c.context)) for c in candidates]
    total = len(candidates)
    weights = {
        word: math.log(1 + total / (0.5 + sum(word in words for words in own))) for word in asked
    }
    whole = sum(weights.values())
    return [
        sum(w if word in words else w / 2 if word in heads else 0 for word, w in weights.items())
        / whole
        for words, heads in zip(own, above, strict=True)
    ]
