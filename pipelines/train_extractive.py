"""Fits the weights by which the extractive generator chooses sentences.

    python -m pipelines.train_extractive --data FOLDER... [--out FILE]

A folder holds questions with snippets (the JSON of BioASQ) or tables with paragraphs (that of
TAT-QA). It is fitted on one half of their questions, the other half is measured. Right is a
sentence in which an answer stands; questions whose answer is calculated from several cells are
left out. Needs no network and no accelerator.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.grounding.choose import digest_of
from eval.retrieval.cases import Corpus, Part, SearchCase, of_part
from eval.retrieval.readers import read_corpora
from eval.retrieval.wording import stands_in
from pipelines.searched import Shapes
from rag.embed.encoder import SentenceEncoder
from rag.errors import ConfigurationError
from rag.generate.extractive import candidates_of
from rag.generate.features import NAMES, Candidate, known
from rag.generate.ranking import PACKAGED, Weights, written
from rag.records import Document, Vector
from rag.settings import EmbedSettings
from rag.testing.passages import evidence

# As many as evidence has sentences; first those of the right documents.
_CANDIDATES = 20
_OWN = 14
# A snippet is a sentence or two, so others stand beside it. A report has enough of its own: those
# of other companies differ in the name alone.
_FILLED = "snippets"
# Several answers are all right where they are listed in a text; those of a table are added up.
_LISTED = frozenset({"text", "list"})
_EVERYWHERE_THE_SAME = 1e-6
_RIDGE = 0.1
_STEPS = 1500
_RATE = 0.1
_MOMENTUM = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What is known of the candidates of a question, and which of them are right."""

    features: Vector = field(repr=False)
    right: NDArray[np.bool_] = field(repr=False)


def main(arguments: Sequence[str]) -> int:
    """Fit, say how well it chooses, and write the weights."""
    options = _options(arguments)
    encoder = SentenceEncoder(EmbedSettings())
    corpora = read_corpora(options.data, Shapes())
    fitted, measured = {}, {}
    for corpus in corpora:
        sentences = _Sentences(corpus, encoder)
        fitted[corpus.name] = list(_examples(corpus, sentences, Part.TUNE))
        measured[corpus.name] = list(_examples(corpus, sentences, Part.TEST))
        if not fitted[corpus.name]:
            raise ConfigurationError(f"{corpus.name} holds no question with an answer in a text")
    weights = Weights(
        weights=dict(zip(NAMES, fit(list(fitted.values())), strict=True)),
        data=digest_of([corpus.sha256 for corpus in corpora]),
        fitted_on={name: len(examples) for name, examples in fitted.items()},
        chosen=f"{datetime.now(UTC):%Y-%m-%d}",
    )
    for name, examples in measured.items():
        _say(f"{name}: {chosen_right(weights, examples):.3f} of {len(examples)} chosen rightly")
    options.out.write_text(written(weights), encoding="utf-8")
    _say(f"written to {options.out}")
    return 0


def fit(sets: Sequence[Sequence[Example]]) -> list[float]:
    """Return the weights under which right candidates are likeliest; each set counts the same.

    Features are scaled to a spread of 1 for it, so that the ridge holds all weights down alike.
    """
    examples = [one for examples in sets for one in examples]
    shares = np.concatenate([np.full(len(one), 1 / (len(one) * len(sets))) for one in sets])
    longest = max(len(one.right) for one in examples)
    x = np.zeros((len(examples), longest, len(NAMES)))
    there = np.zeros((len(examples), longest), dtype=np.bool_)
    right = np.zeros_like(there)
    for at, one in enumerate(examples):
        x[at, : len(one.right)] = one.features
        there[at, : len(one.right)] = True
        right[at, : len(one.right)] = one.right
    spread = x[there].std(axis=0)
    spread[spread < _EVERYWHERE_THE_SAME] = 1.0
    x /= spread
    weights = np.zeros(len(NAMES))
    speed = np.zeros(len(NAMES))
    for _ in range(_STEPS):
        scores = x @ weights
        missed = (_shares(scores, there) - _shares(scores, right)) * shares[:, None]
        slope = np.einsum("ij,ijk->k", missed, x) + 2 * _RIDGE * weights
        speed = _MOMENTUM * speed - _RATE * slope
        weights = weights + speed
    return [round(float(weight), 4) for weight in weights / spread]


def chosen_right(weights: Weights, examples: Sequence[Example]) -> float:
    """Return of how many examples the likeliest candidate is right."""
    found = [one.right[int(np.argmax(weights.likelihoods(one.features)))] for one in examples]
    return float(np.mean(found)) if found else 0.0


def _shares(scores: NDArray[np.float64], among: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how likely each is among those that count."""
    kept = np.where(among, scores, -np.inf)
    shares = np.exp(kept - kept.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = shares / shares.sum(axis=1, keepdims=True)
    return found


class _Sentences:
    """The sentences of a corpus as candidates, with their vectors."""

    def __init__(self, corpus: Corpus, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self.all: list[tuple[str, Candidate]] = [
            (document.id, one) for document in corpus.documents for one in _candidates(document)
        ]
        self._vectors = encoder.embed_texts([one.text for _, one in self.all])
        self._filled = corpus.documents[0].source == _FILLED
        self._of: dict[str, list[int]] = {}
        for at, (document_id, _) in enumerate(self.all):
            self._of.setdefault(document_id, []).append(at)

    def around(self, case: SearchCase) -> tuple[list[int], Vector]:
        """Return the candidates for a question in reading order, and the cosine of each."""
        [asked] = self._encoder.embed_texts([case.question])
        meaning: Vector = self._vectors @ asked
        inside = [at for target in case.targets for at in self._of.get(target.document_id, ())]
        own = sorted(inside, key=lambda at: -meaning[at])[:_OWN]
        found = sorted(own, key=inside.index)
        nearest = np.argsort(-meaning, kind="stable")[: 10 * _CANDIDATES].tolist()
        others = (
            at for at in nearest if at not in inside and not _answers(case, self.all[at][1].text)
        )
        if self._filled:
            found += islice(others, _CANDIDATES - len(found))
        return found, meaning[found]


def _candidates(document: Document) -> list[Candidate]:
    """Return the sentences of a document; each of its elements is a passage."""
    text = document.parsed.text
    pieces = [text[element.start : element.end] for element in document.parsed.elements]
    return candidates_of([evidence(n, piece) for n, piece in enumerate(pieces, start=1)])


def _examples(corpus: Corpus, sentences: _Sentences, part: Part) -> Iterator[Example]:
    for questions in corpus.sets:
        for case in of_part(questions, part).cases:
            if len(case.answers) != 1 and case.kind not in _LISTED:
                continue
            found, meaning = sentences.around(case)
            candidates = [sentences.all[at] for at in found]
            targets = {target.document_id for target in case.targets}
            right = np.asarray(
                [name in targets and _answers(case, one.text) for name, one in candidates]
            )
            if right.any() and not right.all():
                told_apart = _numbered(candidates)
                features = known(case.question, told_apart, meaning).features
                yield Example(features=features, right=right)


def _numbered(candidates: Sequence[tuple[str, Candidate]]) -> list[Candidate]:
    """Return candidates of several documents, their passages numbered through."""
    numbers: dict[tuple[str, int], int] = {}
    return [
        Candidate(
            n=numbers.setdefault((name, one.n), len(numbers) + 1),
            order=one.order,
            text=one.text,
            context=one.context,
        )
        for name, one in candidates
    ]


def _answers(case: SearchCase, text: str) -> bool:
    return any(stands_in(wording, text) for group in case.answers for wording in group)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pipelines.train_extractive", description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of questions")
    parser.add_argument("--out", type=Path, default=PACKAGED, help="file of the weights")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
