"""The sentences that carry the answer, under a budget of tokens.

On a CPU the prompt is the price, so evidence is chosen by sentence: first what is likeliest to be
wanted for the tokens it takes. How likely that is, three things say, weighed by a regression on one
half of public questions and then by trial: how well a sentence's tokens meet those of the question,
by the vectors kept of its passage, how good its passage is, and how many of the question's words
stand in it or above it. A row of a table is a sentence: it says more with a token than prose does,
and most where the question names its first cell. Where a sentence stands, what its neighbours say
and what is new in it were tried too, and keep no more on the other half.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.chunk.sections import count_tokens
from rag.chunk.sentences import sentence_spans
from rag.embed.bm25 import terms
from rag.embed.packing import OUTSIDE, Tokens, similarities
from rag.records import ElementKind, QueryVectors, RedactedText, Span, Vector
from rag.retrieve.lists import announces, items_below
from rag.retrieve.rerank import even
from rag.retrieve.roots import roots
from rag.retrieve.rows import is_row, row_meant
from rag.retrieve.stretches import Stretch
from rag.retrieve.written import above_of

_MEETING_WEIGHT = 1.2
_PASSAGE_WEIGHT = 0.7
_WORDS_WEIGHT = 0.52
_ROW_WEIGHT = 0.6
_ROW_MEANT_WEIGHT = 4.0
# A shorter sentence takes hardly less of the prompt.
_SHORTEST = 8
# `Other assets (1)`: the mark of a note is nothing that a question names.
_BRACKETED = re.compile(r"\s*\([^()]*\)")
# What only the sentence before explains.
_LEANS = re.compile(
    r"(?:it|its|this|that|these|those|they|their|he|she|his|her|such|however|therefore|thus|"
    r"accordingly|otherwise|the (?:latter|former|same|above))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    stretch: int
    order: int
    span: Span
    cost: int
    worth: float = field(default=0.0)


def chosen(
    question: RedactedText, query: QueryVectors, found: Sequence[Stretch], *, budget: int
) -> list[tuple[Stretch, Span]]:
    """Return parts of stretches, whole sentences each, that together fit the budget.

    They come in the order of the stretches and of the text; neighbouring sentences as one part.
    """
    if not found:
        return []
    sentences = _sentences(question, query, found)
    by_place = {(s.stretch, s.order): s for s in sentences}
    taken: set[tuple[int, int]] = set()
    left = budget
    for sentence in sorted(sentences, key=lambda s: (-s.worth, s.stretch, s.order)):
        needed = _with_what_it_needs(sentence, by_place, found, taken)
        cost = sum(by_place[place].cost for place in needed)
        if cost > left and len(needed) > 1:
            needed, cost = [(sentence.stretch, sentence.order)], sentence.cost
        if cost <= left and needed:
            taken.update(needed)
            left -= cost
    if not taken and sentences:  # one sentence is longer than the budget: it is all there is
        best = max(sentences, key=lambda s: s.worth)
        taken.add((best.stretch, best.order))
    return _parts(found, by_place, taken)


def _sentences(
    question: RedactedText, query: QueryVectors, found: Sequence[Stretch]
) -> list[_Sentence]:
    asked = list(dict.fromkeys(terms(question)))
    passages = even(np.array([stretch.score for stretch in found], dtype=np.float32))
    asked_roots = frozenset(roots(question))
    places, met, own, above, rows = [], [], [], [], []
    for number, stretch in enumerate(found):
        spans = _spans(stretch)
        met += _met(query, stretch, spans)
        for order, span in enumerate(spans):
            text = stretch.document.text[span.start : span.end]
            places.append((number, order, span))
            own.append(frozenset(terms(text)))
            rows.append(_row(text, asked_roots))
            above.append(frozenset(terms(above_of(stretch.document, span.start))))
    meets = even(np.array(met, dtype=np.float32))
    shares = held(asked, own, above)
    sentences = []
    for at, (number, order, span) in enumerate(places):
        likely = math.exp(
            _MEETING_WEIGHT * meets[at]
            + _PASSAGE_WEIGHT * passages[number]
            + _WORDS_WEIGHT * shares[at]
            + rows[at]
        )
        cost = len(count_tokens(found[number].document.text[span.start : span.end]))
        worth = likely / max(cost, _SHORTEST)
        sentences.append(_Sentence(stretch=number, order=order, span=span, cost=cost, worth=worth))
    return sentences


def _row(text: str, asked: frozenset[str]) -> float:
    """Return what a row of a table gains by being one, and by being the one that is meant."""
    if not is_row(text):
        return 0.0
    return _ROW_WEIGHT + _ROW_MEANT_WEIGHT * row_meant(_BRACKETED.sub("", text), asked)


def held(
    asked: Sequence[str], own: Sequence[frozenset[str]], above: Sequence[frozenset[str]]
) -> list[float]:
    """Return the share of the question's words that stand in or above each, rare ones more."""
    rarity = {w: math.log1p(len(own) / (0.5 + sum(w in words for words in own))) for w in asked}
    whole = sum(rarity.values()) or 1.0
    return [
        sum(weight for word, weight in rarity.items() if word in words or word in heads) / whole
        for words, heads in zip(own, above, strict=True)
    ]


def _spans(stretch: Stretch) -> list[Span]:
    """Return the sentences of a stretch as places in the document, headings left out."""
    titles = [
        (element.start, element.end)
        for element in stretch.document.elements
        if element.kind is ElementKind.TITLE and element.start < stretch.end
    ]
    spans = [
        Span(start=span.start + stretch.start, end=span.end + stretch.start)
        for span in sentence_spans(stretch.text)
    ]
    own = [s for s in spans if not any(a <= s.start and s.end <= b for a, b in titles)]
    return own or spans


def _met(query: QueryVectors, stretch: Stretch, spans: Sequence[Span]) -> list[float]:
    """Return how well each sentence meets the question's tokens; 0 where none are kept."""
    kept = [(p.hit.start, p.tokens) for p in stretch.passages if p.tokens is not None]
    if query.tokens is None or not kept:
        return [0.0] * len(spans)
    likeness = np.concatenate(similarities(query.tokens, [tokens for _, tokens in kept]), axis=1)
    at = np.concatenate([_places(begin, tokens) for begin, tokens in kept])
    return [_best(likeness[:, (at >= span.start) & (at < span.end)]) for span in spans]


def _places(begin: int, tokens: Tokens) -> NDArray[np.int64]:
    """Return where the tokens of a passage stand in the document; -1 for those of headings."""
    starts = tokens.starts.astype(np.int64)
    return np.where(starts == OUTSIDE, -1, begin + starts)


def _best(likeness: Vector) -> float:
    return float(likeness.max(axis=1).mean()) if likeness.size else 0.0


def _with_what_it_needs(
    sentence: _Sentence,
    by_place: dict[tuple[int, int], _Sentence],
    found: Sequence[Stretch],
    taken: set[tuple[int, int]],
) -> list[tuple[int, int]]:
    """Return a sentence, the one before where it leans on that, and the list it announces."""
    places = [(sentence.stretch, sentence.order)]
    before = by_place.get((sentence.stretch, sentence.order - 1))
    text = found[sentence.stretch].document.text[sentence.span.start : sentence.span.end]
    if before is not None and _LEANS.match(text):
        places.insert(0, (before.stretch, before.order))
    if announces(text):
        items = _items(found[sentence.stretch], sentence.span)
        places += [
            (other.stretch, other.order)
            for other in by_place.values()
            if other.stretch == sentence.stretch
            and any(item.start <= other.span.start < item.end for item in items)
        ]
    return [place for place in places if place not in taken]


def _items(stretch: Stretch, announcing: Span) -> list[Span]:
    """Return the items of a list as places in the document, as far as a stretch holds them."""
    titles = [one for one in stretch.document.elements if one.kind is ElementKind.TITLE]
    return items_below(
        stretch.document.text[: stretch.end],
        announcing.end,
        lambda line: any(one.start < line.end and line.start < one.end for one in titles),
    )


def _parts(
    found: Sequence[Stretch],
    by_place: dict[tuple[int, int], _Sentence],
    taken: set[tuple[int, int]],
) -> list[tuple[Stretch, Span]]:
    parts: list[tuple[Stretch, Span]] = []
    last: tuple[int, int] | None = None
    for place in sorted(taken):
        span = by_place[place].span
        if last == (place[0], place[1] - 1):
            _, before = parts.pop()
            span = Span(start=before.start, end=span.end)
        parts.append((found[place[0]], span))
        last = place
    return parts
