"""Examples as the network takes them: rows of words, and a label a word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from random import Random
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from pipelines.tagger.examples import Example, Marked
from pipelines.tagger.template import LABELS
from rag.redact.shadow import folded
from rag.redact.tagger.words import Vocabulary, Words, split

KINDS: tuple[str, ...] = tuple(LABELS.values())
NAMES: tuple[str, ...] = ("O", *(f"{begin}-{kind}" for kind in KINDS for begin in "BI"))
_CODE = {name: code for code, name in enumerate(NAMES)}

Named = set[tuple[int, int, str]]

IGNORED = -100
_LONGEST = 192
_SORTED_TOGETHER = 2_000
_STOPS = frozenset({".", "\n", "\n\n"})

Row = TypeVar("Row", bound=Sized)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of an example: its words' rows, where white space stands, and the labels."""

    numbers: np.ndarray
    spaced: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


def codes(words: Words, spans: Iterable[Marked]) -> np.ndarray:
    """Return the label of each word."""
    found = np.zeros(len(words.forms), np.int64)
    for start, end, kind in spans:
        first = True
        for index in range(bisect_left(words.starts, start), len(words.starts)):
            if words.starts[index] >= end:
                break
            if first and words.forms[index].isspace():
                continue
            found[index] = _CODE[f"{'B' if first else 'I'}-{kind}"]
            first = False
    return found


def blocks(examples: Iterable[Example], vocabulary: Vocabulary) -> list[Block]:
    """Cut examples into stretches that fit, between sentences where that is possible."""
    cut: list[Block] = []
    for example in examples:
        words = split(folded(example.text))  # as the model will read it
        labels = codes(words, example.spans)
        numbers = np.array(vocabulary.numbers(words.forms), np.int64)
        spaced = np.array(words.spaced, np.int64)
        cut += [
            Block(numbers=numbers[start:end], spaced=spaced[start:end], labels=labels[start:end])
            for start, end in stretches(words, labels)
        ]
    return cut


def stretches(words: Words, labels: np.ndarray) -> Iterator[tuple[int, int]]:
    """Cut a text into stretches that fit: the first word of each, and the word behind its last."""
    start = 0
    while start < len(labels):
        end = _end(words, labels, start)
        yield start, end
        start = end


def _end(words: Words, labels: np.ndarray, start: int) -> int:
    end = min(len(labels), start + _LONGEST)
    if end == len(labels):
        return end
    for place in range(end, start + _LONGEST // 2, -1):
        if labels[place] == 0 and words.forms[place - 1] in _STOPS:
            return place
    return end


def batches(cut: Sequence[Row], words: int, rng: Random | None) -> list[list[Row]]:
    """Put rows of like length together, about so many words a batch; shuffled with `rng`."""
    order = list(cut)
    if rng is not None:
        rng.shuffle(order)
    made: list[list[Row]] = []
    for first in range(0, len(order), _SORTED_TOGETHER):
        batch: list[Row] = []
        for block in sorted(order[first : first + _SORTED_TOGETHER], key=len):
            if batch and len(block) * (len(batch) + 1) > words:
                made.append(batch)
                batch = []
            batch.append(block)
        made.append(batch)
    if rng is not None:
        rng.shuffle(made)
    return made


def collate(batch: Sequence[Block], nothing: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return rows, spaces and labels of a batch; what is padded is labelled `IGNORED`."""
    longest, columns = max(map(len, batch)), batch[0].numbers.shape[1]
    numbers = np.full((len(batch), longest, columns), nothing, np.int64)
    spaced = np.zeros((len(batch), longest), np.int64)
    labels = np.full((len(batch), longest), IGNORED, np.int64)
    for row, block in enumerate(batch):
        numbers[row, : len(block)] = block.numbers
        spaced[row, : len(block)] = block.spaced
        labels[row, : len(block)] = block.labels
    return torch.from_numpy(numbers), torch.from_numpy(spaced), torch.from_numpy(labels)


def named(labels: Sequence[int]) -> Named:
    """Return the names that a row of labels tells: first word, word behind the last, kind."""
    found: list[list[int | str]] = []
    end = -1
    for index, label in enumerate(labels):
        if label <= 0:
            continue
        name = NAMES[label]
        if name[0] == "I" and end == index and found and found[-1][2] == name[2:]:
            found[-1][1] = index + 1
        else:
            found.append([index, index + 1, name[2:]])
        end = index + 1
    return {(int(a), int(b), str(kind)) for a, b, kind in found}
