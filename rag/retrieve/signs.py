"""What shows whether anything that was found answers a question: a row of numbers for it.

How well the tokens of the question are met in the best sentence, in the best passage and anywhere;
which share of its words stands there; and how far the best document leads before the others that
the asker may read. The last tells most: how near anything comes to a question depends on the
question, and what other documents make of the same one takes that out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.chunk.sentences import sentence_spans
from rag.embed.packing import OUTSIDE, Tokens, directions, similarities
from rag.records import Hit, RedactedText, Span, Vector
from rag.retrieve.choose import held
from rag.retrieve.ranked import Ranked
from rag.retrieve.rerank import met_by
from rag.retrieve.roots import roots
from rag.retrieve.written import above_of

_READ = 10
_MET, _HALF_MET = 0.6, 0.5
_PLACES = (1, 3, 8, 15)
_LEAST_SPREAD = 0.02
_LEAST = 0.05
_COPY, _OTHER_LENGTH = 0.95, 0.05
_KINDS = ("met", "meaning", "words")

NAMES = (
    "sentence",  # how well the best sentence meets the question's tokens
    "sentence below headings",  # the same with the headings above it
    "sentence and neighbours",  # and with the sentences beside it
    "tokens met",  # the share of tokens that a sentence below its headings meets
    "tokens half met",  # that a sentence half meets
    "passage",  # how well the best passage meets them
    "second passage",
    "fifth passage",
    "anywhere",  # each token where it is met best
    "least token",  # the token that is met worst anywhere
    "tokens met anywhere",
    "words",  # the share of words in the best sentence or above it, rare ones more
    "words alone",  # the same, all words alike
    "words inside",  # in the sentence itself, rare ones more
    "words anywhere",
    "words above",  # in the headings above a passage
    "tokens of the question",
    "words of the question",
    *(
        f"{kind} {what}"
        for kind in _KINDS
        for what in (
            "of the best document",
            "of others",
            *(f"lead over {place}" for place in _PLACES),
            "lead in spreads",
            "share below",
            "ratio",
        )
    ),
)


class Placed(Protocol):
    """A passage that a search found, with the vectors of its tokens if they are kept."""

    @property
    def hit(self) -> Hit:
        """Where it stands, and how well it matched."""

    @property
    def tokens(self) -> Tokens | None:
        """The vectors of its tokens."""


def signs(
    question: RedactedText, tokens: Vector, found: Sequence[Ranked], around: Sequence[Placed]
) -> Vector | None:
    """Return what shows whether passages answer: a number for each of `NAMES`.

    Args:
        question: What is asked.
        tokens: The vectors of its tokens.
        found: What was found, best first.
        around: What a search of everything that the asker may read finds.

    Returns:
        None where the vectors of tokens are not kept, or nothing was found.
    """
    best = [one for one in found[:_READ] if one.tokens is not None]
    if not best or not len(tokens):
        return None
    rows = _Rows(question, tokens, best)
    own = _nearest(tokens, found).get(best[0].hit.document_id, np.zeros(len(_KINDS)))
    others = _nearest(tokens, _others(best[0], around))
    table = np.stack([*others.values()]) if others else np.zeros((1, len(_KINDS)))
    leads = [_lead(float(own[kind]), table[:, kind]) for kind in range(len(_KINDS))]
    led = (value for lead in leads for value in lead)
    return np.asarray([*rows.signs(), *led], dtype=np.float32)


class _Rows:
    """The sentences of the best passages: how well each meets each token of a question."""

    def __init__(self, question: str, tokens: Vector, best: Sequence[Ranked]) -> None:
        likeness = similarities(tokens, [one.tokens for one in best if one.tokens is not None])
        self._asked = list(dict.fromkeys(roots(question)))
        self._passages = sorted((met_by(found) for found in likeness), reverse=True)
        self._anywhere = np.max([_most(found) for found in likeness], axis=0)
        own, headed, near = [], [], []
        self._words: list[frozenset[str]] = []
        self._above: list[frozenset[str]] = []
        for one, found in zip(best, likeness, strict=True):
            sentences = self._sentences(one, found)
            headings = _most(found[:, _starts(one) == OUTSIDE])[None, :]
            beside = np.maximum(sentences, headings)
            beside[1:] = np.maximum(beside[1:], sentences[:-1])
            beside[:-1] = np.maximum(beside[:-1], sentences[1:])
            own.append(sentences)
            headed.append(np.maximum(sentences, headings))
            near.append(beside)
        self._own, self._headed, self._near = map(np.concatenate, (own, headed, near))

    def signs(self) -> list[float]:
        """Return their part of the signs, in the order of `NAMES`."""
        passages = [*self._passages, *[self._passages[-1]] * 4]
        asked = frozenset(self._asked)
        there = [own | above for own, above in zip(self._words, self._above, strict=True)]
        most = max(1, len(asked))
        return [
            float(self._own.mean(axis=1).max()),
            float(self._headed.mean(axis=1).max()),
            float(self._near.mean(axis=1).max()),
            float((self._headed > _MET).mean(axis=1).max()),
            float((self._own > _HALF_MET).mean(axis=1).max()),
            passages[0],
            passages[1],
            passages[4],
            float(self._anywhere.mean()),
            float(self._anywhere.min()),
            float((self._anywhere > _MET).mean()),
            max(held(self._asked, self._words, self._above)),
            max(len(asked & words) for words in there) / most,
            max(held(self._asked, self._words, [frozenset()] * len(self._words))),
            len(asked & frozenset().union(*there)) / most,
            max(len(asked & words) for words in self._above) / most,
            float(len(self._anywhere)),
            float(len(asked)),
        ]

    def _sentences(self, one: Ranked, likeness: Vector) -> Vector:
        """Return how well each sentence of a passage meets tokens, and note its words."""
        starts, text = _starts(one), one.text
        spans = sentence_spans(text) or [Span(start=0, end=len(text))]
        above = frozenset(roots(above_of(one.document, one.hit.start)))
        self._words += [frozenset(roots(text[span.start : span.end])) for span in spans]
        self._above += [above] * len(spans)
        inside = [(starts >= span.start) & (starts < span.end) for span in spans]
        return np.stack([_most(likeness[:, which]) for which in inside])


def _starts(one: Placed) -> NDArray[np.uint16]:
    """Return where the tokens of a passage begin in it."""
    return one.tokens.starts if one.tokens is not None else np.zeros(0, dtype=np.uint16)


def _most(likeness: Vector) -> Vector:
    """Return how well each token of a question is met, 0 by nothing."""
    if not likeness.shape[1]:
        return np.zeros(len(likeness), dtype=np.float32)
    found: Vector = likeness.max(axis=1)
    return found


def _nearest(tokens: Vector, found: Sequence[Placed]) -> dict[str, NDArray[np.float64]]:
    """Return of each document how near its passages come, by each kind of nearness."""
    kept = [(one.hit, one.tokens) for one in found if one.tokens is not None]
    nearest: dict[str, NDArray[np.float64]] = {}
    likeness = similarities(tokens, [each for _, each in kept])
    for (hit, _), each in zip(kept, likeness, strict=True):
        near = np.asarray([met_by(each), hit.meaning or 0.0, hit.words or 0.0])
        best = nearest.get(hit.document_id)
        nearest[hit.document_id] = near if best is None else np.maximum(best, near)
    return nearest


def _others(best: Placed, around: Sequence[Placed]) -> list[Placed]:
    """Leave out the best document, and copies of its passage: what is filed twice is no rival."""
    if best.tokens is None:
        return []
    others = [one for one in around if one.hit.document_id != best.hit.document_id]
    size, width = len(best.tokens), 8 * best.tokens.signs.shape[1]
    close = [
        (one.hit.chunk_id, one.tokens)
        for one in others
        if one.tokens is not None and abs(len(one.tokens) - size) <= _OTHER_LENGTH * size
    ]
    likeness = directions([each for _, each in close], width) @ directions([best.tokens], width)[0]
    same = {chunk for (chunk, _), like in zip(close, likeness, strict=True) if like > _COPY}
    return [one for one in others if one.hit.chunk_id not in same]


def _lead(own: float, others: NDArray[np.float64]) -> list[float]:
    """Return how far a document is before others, the best of them first."""
    order = np.sort(others)[::-1]
    leads = [own - float(order[min(place, len(order)) - 1]) for place in _PLACES]
    return [
        own,
        float(order[0]),
        *leads,
        (own - float(order.mean())) / (float(order.std()) + _LEAST_SPREAD),
        float((order < own).mean()),
        own / max(float(order[0]), _LEAST),
    ]
