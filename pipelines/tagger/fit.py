"""Training of the name model: a few epochs of Adam over texts that are written anew for each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from pipelines.tagger.encoding import (
    IGNORED,
    KINDS,
    NAMES,
    Block,
    Named,
    batches,
    blocks,
    collate,
    named,
)
from pipelines.tagger.examples import Example, blanked, swapped, written
from pipelines.tagger.template import REGISTERS
from rag.redact.shadow import folded
from rag.redact.tagger.network import Tagger
from rag.redact.tagger.words import HASHES, Vocabulary, split

Say = Callable[[str], None]

_EMBEDDINGS = "embeddings.word_embeddings.weight"
_WARM_UP = 150
_SMALLEST = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides about the weights but the data."""

    seed: int = 1
    epochs: int = 5
    texts: int = 24_000
    registers: tuple[str, ...] = REGISTERS
    words: int = 5_000
    rate: float = 2e-3
    depth: int = 128
    width: int = 256
    dropout: float = 0.2
    forgotten: float = 0.08
    """Share of the words whose identity is hidden, so that their neighbours must tell."""
    labelled_words: int = 200_000
    """Words an epoch takes from each labelled corpus, repeated with other names in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many names of a kind there are, were found, and were right."""

    gold: int
    found: int
    right: int

    @property
    def recall(self) -> float:
        """The share of names that were found exactly."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def precision(self) -> float:
        """The share of findings that are names exactly."""
        return self.right / self.found if self.found else 1.0


def fresh(vocabulary: Vocabulary, recipe: Recipe, encoder: Path) -> Tagger:
    """Return an untrained network whose word pieces begin with what the encoder knows of them."""
    torch.manual_seed(recipe.seed)
    network = Tagger(
        rows=vocabulary.rows,
        labels=len(NAMES),
        depth=recipe.depth,
        width=recipe.width,
        dropout=recipe.dropout,
    )
    known = load_file(encoder / "model.safetensors")[_EMBEDDINGS].float()
    known = known - known.mean(0)
    _, _, axes = torch.svd_lowrank(known, q=recipe.depth, niter=4)
    pieces = known @ axes
    first = vocabulary.nothing - len(pieces)
    with torch.no_grad():
        network.table.weight.mul_(0.1)
        network.table.weight[first : vocabulary.nothing] = 0.3 * pieces / pieces.std()
        network.table.weight[vocabulary.nothing] = 0.0
    return network


def train(
    network: Tagger,
    vocabulary: Vocabulary,
    recipe: Recipe,
    corpora: Mapping[str, Sequence[Example]],
    say: Say,
) -> None:
    """Train for the recipe's epochs."""
    rng = Random(recipe.seed)  # noqa: S311  training order, no secret
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=0.01)
    step, steps, began = 0, 0, time.monotonic()
    for epoch in range(recipe.epochs):
        cut = blocks(material(recipe, corpora, epoch, rng), vocabulary)
        made = batches(cut, recipe.words, rng)
        steps = steps or recipe.epochs * len(made)
        network.train()
        total = 0.0
        for batch in made:
            rate = recipe.rate * course(step, steps)
            total += _step(network, optimizer, batch, vocabulary.nothing, rate, recipe.forgotten)
            step += 1
        seconds = time.monotonic() - began
        say(f"epoch {epoch + 1}: loss {total / len(made):.4f}, {seconds:.0f} s")


def course(step: int, steps: int) -> float:
    """Return the share of the rate at a step: up for a tenth of the way at most, then down."""
    up = (step + 1) / min(_WARM_UP, max(1, steps // 10))
    return min(1.0, up) * max(_SMALLEST, 1 - step / steps)


def material(
    recipe: Recipe, corpora: Mapping[str, Sequence[Example]], epoch: int, rng: Random
) -> list[Example]:
    """Return what one epoch learns from: new texts, and labelled ones with other names."""
    seed = recipe.seed * 1_000 + epoch
    texts = written(recipe.registers, recipe.texts, seed)
    made = [blanked(one, rng) for one in texts]
    for examples in corpora.values():
        count = 0
        while examples and count < recipe.labelled_words:
            again = [blanked(swapped(one, rng), rng) for one in examples]
            count += sum(len(split(folded(one.text)).forms) for one in again)
            made += again
    return made


def _step(
    network: Tagger,
    optimizer: torch.optim.Optimizer,
    batch: Sequence[Block],
    nothing: int,
    rate: float,
    forgotten: float,
) -> float:
    numbers, spaced, labels = collate(batch, nothing)
    for group in optimizer.param_groups:
        group["lr"] = rate
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors = network.words(_forgetting(numbers, nothing, forgotten))
        scores = network(vectors, spaced, labels != IGNORED)
    loss = cross_entropy(scores.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def _forgetting(numbers: Tensor, nothing: int, share: float) -> Tensor:
    """Hide what some words are; their ends and their shape stay."""
    hidden = torch.rand(numbers.shape[:2]) < share
    kept = numbers.clone()
    for column in (0, *range(HASHES, numbers.shape[2])):
        kept[..., column] = torch.where(hidden, nothing, numbers[..., column])
    return kept


def measure(network: Tagger, cut: Sequence[Block], nothing: int) -> dict[str, Score]:
    """Count, for every kind, the names that are found from their first word to their last."""
    network.eval()
    pairs: list[tuple[Named, Named]] = []
    for batch in batches(cut, 16_000, None):
        numbers, spaced, labels = collate(batch, nothing)
        with torch.inference_mode():
            told = network(network.words(numbers), spaced, labels != IGNORED).argmax(-1)
        for row, block in enumerate(batch):
            had = named(told[row, : len(block)].tolist())
            pairs.append((named(block.labels.tolist()), had))
    return tally(pairs)


def tally(pairs: Iterable[tuple[Named, Named]]) -> dict[str, Score]:
    """Count, by kind, the names there are and those that were told."""
    gold: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for wanted, had in pairs:
        gold.update(kind for _, _, kind in wanted)
        found.update(kind for _, _, kind in had)
        right.update(kind for _, _, kind in wanted & had)
    return {
        kind: Score(gold=gold[kind], found=found[kind], right=right[kind])
        for kind in KINDS
        if gold[kind] or found[kind]
    }
