"""The networks that could be the name model, trained on the same texts.

Each reads the same words, cut at the same places, and tells one label a word, so that nothing
but the networks differs: ours, spaCy's tok2vec with its transition parser, and a head on the
packaged encoder.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from pipelines.tagger.encoding import (
    IGNORED,
    NAMES,
    batches,
    blocks,
    codes,
    collate,
    named,
    stretches,
)
from pipelines.tagger.examples import Example
from pipelines.tagger.fit import Recipe, Say, course, fresh, material, train
from rag.precision import choose
from rag.redact.shadow import folded
from rag.redact.tagger.words import (
    ENDS,
    FORMS,
    HASHES,
    LINE_END,
    SHAPES,
    STARTS,
    Vocabulary,
    split,
)

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.training import Example as Gold

Corpora = Mapping[str, Sequence[Example]]

_HALF_BYTES = 2  # weights are shipped as half floats
_FIRST_SHAPE = FORMS + STARTS + 2 * ENDS  # rows of our vocabulary before those of shapes


class Candidate(Protocol):
    """A network that learns from examples and then labels the words of a text."""

    def learn(self, corpora: Corpora, say: Say) -> None:
        """Train from scratch for the recipe's epochs."""

    def tell(self, text: str) -> list[int]:
        """Return the label of each word."""

    def size(self) -> int:
        """Return how many bytes it takes on a disk."""


def _number_type() -> torch.dtype:
    """Return the numbers that models calculate in here, as the engine chooses them."""
    return torch.bfloat16 if choose("auto") == "bfloat16" else torch.float32


class Convolutions:
    """Our own tagger, as `train_names` trains it."""

    def __init__(self, recipe: Recipe, encoder: Path) -> None:
        self._recipe = recipe
        self._encoder = encoder
        self._pieces = (encoder / "vocab.txt").read_text(encoding="utf-8")
        self._vocabulary = Vocabulary(self._pieces.splitlines())
        self._network = fresh(self._vocabulary, recipe, encoder)

    def learn(self, corpora: Corpora, say: Say) -> None:
        """Train from scratch for the recipe's epochs."""
        self._network = fresh(self._vocabulary, self._recipe, self._encoder)
        train(self._network, self._vocabulary, self._recipe, corpora, say)
        self._network = self._network.to(_number_type()).eval()

    def tell(self, text: str) -> list[int]:
        """Return the label of each word."""
        cut = blocks([Example(text=text, spans=())], self._vocabulary)
        if not cut:
            return []
        numbers, spaced, labels = collate(cut, self._vocabulary.nothing)
        shown = labels != IGNORED
        with torch.inference_mode():
            told = self._network(self._network.words(numbers), spaced, shown).argmax(-1)
        found: list[int] = told[shown].tolist()
        return found

    def size(self) -> int:
        """Return how many bytes weights and pieces take."""
        return _HALF_BYTES * _count(self._network) + len(self._pieces.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A stretch as the encoder reads it: its pieces, and of each word the first and the shape."""

    pieces: Sequence[int]
    firsts: Sequence[int]
    shapes: Sequence[int]
    labels: Sequence[int]

    def __len__(self) -> int:
        return len(self.pieces)


class _Head(nn.Module):  # type: ignore[misc]  # torch's types are not followed
    """Labels a word by what the encoder says at its first piece.

    The encoder does not see capitals, so the word's shape is added to what it says.
    """

    def __init__(self, encoder: Path, dropout: float) -> None:
        from transformers import AutoModel

        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            encoder, add_pooling_layer=False, local_files_only=True, dtype=torch.float32
        )
        width = self.encoder.config.hidden_size
        self.shape = nn.Embedding(SHAPES, width)
        nn.init.zeros_(self.shape.weight)
        self.dropout = nn.Dropout(dropout)
        self.leave = nn.Linear(width, len(NAMES))

    def forward(self, pieces: Tensor, shown: Tensor, firsts: Tensor, shapes: Tensor) -> Tensor:
        told = self.encoder(input_ids=pieces, attention_mask=shown).last_hidden_state
        words = told.gather(1, firsts.unsqueeze(-1).expand(-1, -1, told.shape[-1]))
        scores: Tensor = self.leave(self.dropout(words + self.shape(shapes)))
        return scores


class EncoderHead:
    """A head on the packaged MiniLM encoder; all of it is trained."""

    _RATE = 3e-4  # what an encoder that knows much already stands
    _HEAD_RATE = 2e-3
    _DROPOUT = 0.1
    _PIECES = 4  # of a word; if a stretch becomes too long with them, half as many

    def __init__(self, recipe: Recipe, encoder: Path) -> None:
        from transformers import AutoTokenizer

        self._recipe = recipe
        self._folder = encoder
        self._tokenizer = AutoTokenizer.from_pretrained(encoder, local_files_only=True)
        self._shapes = Vocabulary(())
        self._known: dict[str, list[int]] = {}
        self._network = self._new()
        self._longest = self._network.encoder.config.max_position_embeddings

    def learn(self, corpora: Corpora, say: Say) -> None:
        """Train from scratch for the recipe's epochs."""
        recipe, rng = self._recipe, Random(self._recipe.seed)  # noqa: S311  training order
        self._network = self._new()
        rest = [*self._network.shape.parameters(), *self._network.leave.parameters()]
        groups = [
            {"params": self._network.encoder.parameters(), "lr": self._RATE, "top": self._RATE},
            {"params": rest, "lr": self._HEAD_RATE, "top": self._HEAD_RATE},
        ]
        optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        step, steps, began = 0, 0, time.monotonic()
        self._network.train()
        for epoch in range(recipe.epochs):
            examples = material(recipe, corpora, epoch, rng)
            made = batches(list(self._rows(examples)), recipe.words, rng)
            steps = steps or recipe.epochs * len(made)
            total = 0.0
            for batch in made:
                for group in optimizer.param_groups:
                    group["lr"] = group["top"] * course(step, steps)
                total += self._step(optimizer, batch)
                step += 1
            seconds = time.monotonic() - began
            say(f"epoch {epoch + 1}: loss {total / len(made):.4f}, {seconds:.0f} s")
        self._network = self._network.to(_number_type()).eval()

    def tell(self, text: str) -> list[int]:
        """Return the label of each word."""
        rows = list(self._rows([Example(text=text, spans=())]))
        told: dict[int, list[int]] = {}
        for batch in batches(rows, self._recipe.words, None):
            tensors, _ = _padded(batch)
            with torch.inference_mode():
                best = self._network(*tensors).argmax(-1)
            for row, one in enumerate(batch):
                told[id(one)] = best[row, : len(one.labels)].tolist()
        return [label for row in rows for label in told[id(row)]]

    def size(self) -> int:
        """Return how many bytes weights and pieces take."""
        return _HALF_BYTES * _count(self._network) + (self._folder / "vocab.txt").stat().st_size

    def _new(self) -> _Head:
        torch.manual_seed(self._recipe.seed)
        return _Head(self._folder, self._DROPOUT)

    def _step(self, optimizer: torch.optim.Optimizer, batch: Sequence[_Row]) -> float:
        tensors, labels = _padded(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = self._network(*tensors)
        loss = cross_entropy(scores.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
        optimizer.step()
        return float(loss.detach())

    def _rows(self, examples: Iterable[Example]) -> Iterator[_Row]:
        for forms, _, labels in _cut(examples):
            pieces = [self._pieces_of(form) for form in forms]
            if sum(map(len, pieces)) > self._longest - 2:
                pieces = [some[: self._PIECES // 2] for some in pieces]
            ids, firsts = [self._tokenizer.cls_token_id], []
            for some in pieces:
                firsts.append(len(ids))
                ids += some
            ids.append(self._tokenizer.sep_token_id)
            shapes = [one[HASHES - 1] - _FIRST_SHAPE for one in self._shapes.numbers(forms)]
            yield _Row(pieces=ids, firsts=firsts, shapes=shapes, labels=labels)

    def _pieces_of(self, word: str) -> list[int]:
        """Return the encoder's pieces of a word; a line end is shown to it, which knows none."""
        found = self._known.get(word)
        if found is None:
            shown = word
            if word.isspace():
                shown = "|" if word == LINE_END else self._tokenizer.sep_token
            encoded = self._tokenizer(shown, add_special_tokens=False)["input_ids"]
            found = encoded[: self._PIECES] or [self._tokenizer.unk_token_id]
            self._known[word] = found
        return found


def _padded(batch: Sequence[_Row]) -> tuple[tuple[Tensor, Tensor, Tensor, Tensor], Tensor]:
    """Return what the network takes of a batch, and its labels."""
    pieces = _filled([row.pieces for row in batch], 0)
    shown = _filled([[1] * len(row.pieces) for row in batch], 0)
    firsts = _filled([row.firsts for row in batch], 0)
    shapes = _filled([row.shapes for row in batch], 0)
    return (pieces, shown, firsts, shapes), _filled([row.labels for row in batch], IGNORED)


def _filled(rows: Sequence[Sequence[int]], rest: int) -> Tensor:
    table = np.full((len(rows), max(map(len, rows))), rest, np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return torch.from_numpy(table)


class SpacyParser:
    """spaCy's tok2vec and its transition parser for names, sized as in its small models."""

    _DROPOUT = 0.1
    _MODEL: Mapping[str, Any] = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "nO": None,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": 96,
                "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY"],
                "rows": [5000, 1000, 2500, 2500, 50],
                "include_static_vectors": False,  # there are none without a download
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": 96,
                "depth": 4,
                "window_size": 1,
                "maxout_pieces": 3,
            },
        },
    }

    def __init__(self, recipe: Recipe, encoder: Path) -> None:  # noqa: ARG002  it needs none
        self._recipe = recipe
        self._pipeline = self._new()

    def learn(self, corpora: Corpora, say: Say) -> None:
        """Train from scratch for the recipe's epochs."""
        from spacy.training.batchers import minibatch_by_words

        recipe, rng = self._recipe, Random(self._recipe.seed)  # noqa: S311  training order
        self._pipeline = self._new()
        began, optimizer, sizes = time.monotonic(), None, _growing(100, 1_000, 1.001)
        for epoch in range(recipe.epochs):
            gold = [self._gold(*cut) for cut in _cut(material(recipe, corpora, epoch, rng))]
            optimizer = optimizer or self._pipeline.initialize(lambda some=gold: some)
            rng.shuffle(gold)
            losses: dict[str, float] = {}
            for batch in minibatch_by_words(gold, size=sizes):
                self._pipeline.update(batch, sgd=optimizer, drop=self._DROPOUT, losses=losses)
            seconds = time.monotonic() - began
            say(f"epoch {epoch + 1}: loss {losses['ner'] / len(gold):.4f}, {seconds:.0f} s")

    def tell(self, text: str) -> list[int]:
        """Return the label of each word."""
        docs = [
            self._doc(forms, spaced) for forms, spaced, _ in _cut([Example(text=text, spans=())])
        ]
        told: list[int] = []
        for doc in self._pipeline.get_pipe("ner").pipe(docs):
            labels = [0] * len(doc)
            for name in doc.ents:
                labels[name.start] = NAMES.index(f"B-{name.label_}")
                for index in range(name.start + 1, name.end):
                    labels[index] = NAMES.index(f"I-{name.label_}")
            told += labels
        return told

    def size(self) -> int:
        """Return how many bytes the weights take, without the words that were met."""
        return len(self._pipeline.to_bytes(exclude=["vocab"]))

    def _new(self) -> Language:
        import spacy

        spacy.util.fix_random_seed(self._recipe.seed)
        pipeline = spacy.blank("en")
        pipeline.add_pipe("ner", config={"model": dict(self._MODEL)})
        return pipeline

    def _doc(self, forms: Sequence[str], spaced: Sequence[int]) -> Doc:
        from spacy.tokens import Doc

        behind = [bool(one) for one in (*spaced[1:], 0)]
        return Doc(self._pipeline.vocab, words=list(forms), spaces=behind)

    def _gold(self, forms: Sequence[str], spaced: Sequence[int], labels: Sequence[int]) -> Gold:
        from spacy.tokens import Span
        from spacy.training import Example as Gold

        told = self._doc(forms, spaced)
        names = []
        for start, behind, kind in sorted(named(labels)):
            end = behind
            while forms[end - 1].isspace():  # the parser refuses a name that ends in white space
                end -= 1
            names.append(Span(told, start, end, label=kind))
        told.set_ents(names)
        return Gold(self._doc(forms, spaced), told)


def _cut(
    examples: Iterable[Example],
) -> Iterator[tuple[Sequence[str], Sequence[int], Sequence[int]]]:
    """Return the stretches that our own network reads too: words, spaces, labels."""
    for example in examples:
        words = split(folded(example.text))
        labels = codes(words, example.spans)
        for start, end in stretches(words, labels):
            yield words.forms[start:end], words.spaced[start:end], labels[start:end].tolist()


def _growing(first: float, last: float, factor: float) -> Iterator[int]:
    """Return sizes of batches that grow, as spaCy's own recipe has them."""
    size = first
    while True:
        yield int(size)
        size = min(last, size * factor)


def _count(network: nn.Module) -> int:
    return sum(one.numel() for one in network.parameters())


CANDIDATES: Mapping[str, Callable[[Recipe, Path], Candidate]] = {
    "convolutions": Convolutions,
    "spacy": SpacyParser,
    "encoder-head": EncoderHead,
}
