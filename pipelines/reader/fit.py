"""Training: steps over contexts that are written anew, resumable, equal seeds equal weights."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from pipelines.reader.batches import Batch, Batches, Level, narrowed
from pipelines.reader.muon import Muon
from pipelines.reader.network import Layout, Network, Shape
from pipelines.reader.pieces import Pieces
from pipelines.reader.recipe import Recipe

Say = Callable[[str], None]

QUESTION = 64
LEVELS = (
    Level(
        facts=(1, 2, 2, 3),
        layout=Layout(context=96, questions=6, question=QUESTION),
        joined=0.0,
        uniform=0.5,
    ),
    Level(facts=(3, 4, 5), layout=Layout(context=192, questions=6, question=QUESTION)),
    Level(facts=(6, 7, 8), layout=Layout(context=320, questions=8, question=QUESTION)),
)
WATCHED = ((1, 0), (3, 1), (5, 1), (8, 2))
"""Numbers of facts that are watched, each with its level."""


class Fitting:
    """A training that can be stopped and taken up again."""

    def __init__(self, recipe: Recipe, pieces: Pieces) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.pieces = pieces
        self.shape = Shape(
            pieces=pieces.size,
            width=recipe.width,
            layers=recipe.layers,
            heads=recipe.heads,
            inner=recipe.inner,
        )
        self.network = Network(self.shape)
        self.step = 0
        self.seconds = 0.0
        self.history: list[dict[str, object]] = [{"from": 0, **asdict(recipe)}]
        self._muon = Muon(_matrices(self.network), recipe.rate)
        plain = [one for name, one in self.network.named_parameters() if not _is_matrix(name)]
        self._adam = torch.optim.AdamW(
            plain, lr=recipe.table_rate, betas=(0.9, 0.95), weight_decay=0.0
        )

    def run(
        self,
        say: Say,
        *,
        every: int,
        watch: int,
        save: Path | None = None,
        compiled: bool = True,
    ) -> None:
        """Train to the end of the recipe.

        Args:
            say: Takes lines about the progress.
            every: Steps between lines and savings.
            watch: Steps between looks at held-out contexts.
            save: Where to keep the state.
            compiled: Compile the layers first: half as long again without, but ready at once.
        """
        recipe = self.recipe
        now: dict[str, object] = {"from": self.step, **asdict(recipe)}
        if {**self.history[-1], "from": 0} != {**now, "from": 0}:
            self.history.append(now)
        for block in self.network.blocks if compiled else ():
            block.compile(dynamic=False)
        total, count, began = 0.0, 0, time.monotonic()
        while self.step < recipe.steps:
            total += self.learn()
            count += 1
            last = self.step == recipe.steps
            if self.step % every == 0 or last:
                self.seconds += time.monotonic() - began
                began = time.monotonic()
                say(f"step {self.step}: loss {total / count:.4f}, {self.seconds:.0f} s")
                total, count = 0.0, 0
                if save is not None:
                    self.save(save)
            if self.step % watch == 0 or last:
                say(f"step {self.step}: held out {self.watched()}")

    def learn(self) -> float:
        """Take one step; return the loss of its answers."""
        recipe = self.recipe
        # Each step has a seed of its own, so that a training taken up again goes on as it would.
        rng = Batches(
            self.pieces,
            self.shape,
            recipe.seed * 10_000_000 + self.step,
            held_out=False,
            heavy=recipe.heavy,
        )
        level = self._level()
        batch = rng.one(level, max(1, recipe.length // level.layout.length))
        share = course(self.step, recipe)
        for group in self._muon.param_groups:
            group["lr"] = recipe.rate * share
        for group in self._adam.param_groups:
            group["lr"] = recipe.table_rate * share
        scores = score(self.network, batch)
        losses = cross_entropy(scores.float(), batch.targets, reduction="none")
        loss = (losses * batch.weights).sum() / batch.weights.sum()
        self._muon.zero_grad()
        self._adam.zero_grad()
        loss.backward()
        self._muon.step()
        self._adam.step()
        self.step += 1
        told = batch.owner >= 0
        return float(losses.detach()[told].mean())

    def _level(self) -> Level:
        """Return the level of this step: short contexts first, then all of them in turn."""
        share = self.step / self.recipe.steps
        if share < self.recipe.easy:
            return LEVELS[0]
        if share < self.recipe.middle:
            return LEVELS[(0, 1, 1, 1)[self.step % 4]]
        return LEVELS[(0, 1, 1, 2)[self.step % 4]]

    def watched(self, rows: int = 16) -> str:
        """Return a line about held-out contexts."""
        out = []
        for facts, level in WATCHED:
            source = Batches(self.pieces, self.shape, 999_000 + facts, held_out=True)
            right = exact(self.network, source.one(narrowed(LEVELS[level], facts), rows))
            said = ", ".join(
                f"{kind} {sum(one) / len(one):.2f}" for kind, one in sorted(right.items())
            )
            out.append(f"{facts} facts: {said}")
        return "; ".join(out)

    def save(self, path: Path) -> None:
        """Keep the state, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        state = {
            "network": self.network.state_dict(),
            "muon": self._muon.state_dict(),
            "adam": self._adam.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "history": self.history,
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def take_up(self, path: Path) -> None:
        """Go on from a state that was kept."""
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self._muon.load_state_dict(state["muon"])
        self._adam.load_state_dict(state["adam"])
        self.step, self.seconds = state["step"], state["seconds"]
        self.history = state["history"]


def course(step: int, recipe: Recipe) -> float:
    """Return the share of the rates at a step: up, level, then down in a straight line."""
    up = (step + 1) / max(1, recipe.warm_up)
    down = (recipe.steps - step) / max(1.0, recipe.cooling * recipe.steps)
    return min(1.0, up, down)


def score(network: Network, batch: Batch) -> Tensor:
    """Return the scores at the wanted places of a batch."""
    scores: Tensor = network(batch.pieces, batch.turn, batch.hidden, batch.wanted, batch.layout)
    return scores


def exact(network: Network, batch: Batch) -> dict[str, list[bool]]:
    """Say for every question, by kind, whether the most likely answer is the whole right one.

    Where every piece of the right answer is the most likely one, greedy writing gives just it.
    """
    with torch.no_grad():
        right = score(network, batch).argmax(-1) == batch.targets
    whole = [True] * len(batch.asked)
    for owner, good in zip(batch.owner.tolist(), right.tolist(), strict=True):
        if owner >= 0 and not good:
            whole[owner] = False
    out: dict[str, list[bool]] = defaultdict(list)
    for one, good in zip(batch.asked, whole, strict=True):
        out[one.kind].append(good)
    return dict(out)


def _is_matrix(name: str) -> bool:
    return name.rpartition(".")[2] in ("qkv", "out", "gate_up", "down")


def _matrices(network: Network) -> list[tuple[Tensor, int]]:
    parts = {"qkv": 3, "out": 1, "gate_up": 2, "down": 1}
    return [
        (one, parts[name.rpartition(".")[2]])
        for name, one in network.named_parameters()
        if _is_matrix(name)
    ]
