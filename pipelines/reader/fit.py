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
from pipelines.reader.growth import grow
from pipelines.reader.guides import loss as missed
from pipelines.reader.muon import Muon
from pipelines.reader.network import Layout, Network, Shape
from pipelines.reader.pieces import Pieces
from pipelines.reader.recipe import Recipe

Say = Callable[[str], None]

QUESTION, LONGEST = 64, 96
LEVELS = (
    Level(
        facts=(1, 2, 2, 3, 3),
        layout=Layout(context=96, questions=7, question=56),
        joined=0.0,
        uniform=0.5,
    ),
    Level(facts=(3, 4, 5), layout=Layout(context=176, questions=8, question=QUESTION)),
    Level(facts=(1, 2, 3, 4, 5), layout=Layout(context=176, questions=4, question=LONGEST)),
    Level(facts=(6, 7, 8), layout=Layout(context=272, questions=10, question=QUESTION)),
)
"""From short contexts to long ones; an answer of two sentences takes a long question."""
MIXED = (1, 3, 1, 2, 0, 3, 1, 2, 1, 3)
"""The levels of ten steps, as far as they are open."""
LATELY = 0.03
"""How much one step counts in what was exact lately."""
SIZES = ("width", "layers", "heads", "inner", "base")
WATCHED = ((1, 0), (3, 1), (5, 1), (8, 3))
"""Numbers of facts that are watched, each with its level."""


class Fitting:
    """A training that can be stopped and taken up again."""

    def __init__(self, recipe: Recipe, pieces: Pieces, device: str = "cpu") -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.pieces = pieces
        self.shape = Shape(pieces=pieces.size, **{name: getattr(recipe, name) for name in SIZES})
        self.network = Network(self.shape).to(device)
        self.device = device
        self.step = 0
        self.level = 0
        """The hardest level that is open."""
        self.mastery = 0.0
        """The share of exact answers at that level, lately."""
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
        # As many forms of a layer as there are layouts, shown where to look and not.
        torch.compiler.config.recompile_limit = 4 * len(LEVELS)
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
                say(
                    f"step {self.step}: loss {total / count:.4f}, level {self.level} at "
                    f"{self.mastery:.2f}, {self.seconds:.0f} s"
                )
                total, count = 0.0, 0
                if save is not None:
                    self.save(save)
            if self.step % watch == 0 or last:
                say(f"step {self.step}: held out {self.watched()}")

    def learn(self) -> float:
        """Take one step; return the loss of its answers."""
        recipe = self.recipe
        weight = shown(self.step, recipe)
        # Each step has a seed of its own, so that a training taken up again goes on as it would.
        rng = Batches(
            self.pieces,
            self.shape,
            recipe.seed * 10_000_000 + self.step,
            held_out=False,
            heavy=recipe.heavy,
            guided=weight > 0,
            renamed=recipe.renamed,
            wild=recipe.wild,
        )
        level = self._level()
        batch = rng.one(level, max(1, recipe.length // level.layout.length)).on(self.device)
        share = course(self.step, recipe)
        for group in self._muon.param_groups:
            group["lr"] = recipe.rate * share
        for group in self._adam.param_groups:
            group["lr"] = recipe.table_rate * share
        looks: dict[int, tuple[Tensor, Tensor]] | None = {} if batch.guides else None
        scores = score(self.network, batch, looks)
        losses = cross_entropy(scores.float(), batch.targets, reduction="none")
        loss = (losses * batch.weights).sum() / batch.weights.sum()
        if batch.guides and looks:
            loss = loss + weight * missed(looks, batch.guides)
        self._muon.zero_grad()
        self._adam.zero_grad()
        loss.backward()
        self._muon.step()
        self._adam.step()
        self.step += 1
        if level is LEVELS[self.level]:
            self._master(scores.detach(), batch)
        told = batch.owner >= 0
        return float(losses.detach()[told].mean())

    def _master(self, scores: Tensor, batch: Batch) -> None:
        """Open the next level when this one is mastered."""
        right = [good for one in whole(scores, batch).values() for good in one]
        self.mastery += (sum(right) / len(right) - self.mastery) * LATELY
        if self.mastery >= self.recipe.mastered and self.level + 1 < len(LEVELS):
            self.level += 1
            self.mastery = 0.0

    def _level(self) -> Level:
        """Return the level of this step: those that are open in turn, the newest most."""
        level = MIXED[self.step % len(MIXED)]
        return LEVELS[min(level, self.level)]

    def watched(self, rows: int = 16) -> str:
        """Return a line about held-out contexts."""
        out = []
        for facts, level in WATCHED:
            source = Batches(self.pieces, self.shape, 999_000 + facts, held_out=True)
            batch = source.one(narrowed(LEVELS[level], facts), rows).on(self.device)
            right = exact(self.network, batch)
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
            "level": self.level,
            "mastery": self.mastery,
            "seconds": self.seconds,
            "history": self.history,
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def grow(self, path: Path) -> None:
        """Begin from the state of a smaller network, whose recipes and seconds count too."""
        state = torch.load(path, weights_only=True, map_location=self.device)
        made = {name: state["history"][-1][name] for name in SIZES}
        network = Network(Shape(pieces=self.pieces.size, **made))
        network.load_state_dict(state["network"])
        grow(network.to(self.device), self.network)
        self.level, self.seconds = state["level"], state["seconds"]
        self.history = [*state["history"], {"grown_at": state["step"]}, *self.history]

    def take_up(self, path: Path) -> None:
        """Go on from a state that was kept."""
        state = torch.load(path, weights_only=True, map_location=self.device)
        self.network.load_state_dict(state["network"])
        self._muon.load_state_dict(state["muon"])
        self._adam.load_state_dict(state["adam"])
        self.step, self.seconds = state["step"], state["seconds"]
        self.level, self.mastery = state["level"], state["mastery"]
        self.history = state["history"]


def course(step: int, recipe: Recipe) -> float:
    """Return the share of the rates at a step: up, level, then down in a straight line."""
    up = (step + 1) / max(1, recipe.warm_up)
    down = (recipe.steps - step) / max(1.0, recipe.cooling * recipe.steps)
    return min(1.0, up, down)


def shown(step: int, recipe: Recipe) -> float:
    """Return the weight of where the heads look at a step: level, then down to nothing."""
    left = 1.0 - step / max(1.0, recipe.guided * recipe.steps)
    return recipe.guide * max(0.0, min(1.0, 3 * left))


def score(
    network: Network, batch: Batch, looks: dict[int, tuple[Tensor, Tensor]] | None = None
) -> Tensor:
    """Return the scores at the wanted places of a batch."""
    scores: Tensor = network(
        batch.pieces, batch.turn, batch.hidden, batch.wanted, batch.layout, looks
    )
    return scores


def exact(network: Network, batch: Batch) -> dict[str, list[bool]]:
    """Say for every question, by kind, whether the most likely answer is the whole right one.

    Where every piece of the right answer is the most likely one, greedy writing gives just it.
    """
    with torch.no_grad():
        return whole(score(network, batch), batch)


def whole(scores: Tensor, batch: Batch) -> dict[str, list[bool]]:
    """Say the same of scores that are known."""
    right = (scores.argmax(-1) == batch.targets).tolist()
    exact = [True] * len(batch.asked)
    for owner, good in zip(batch.owner.tolist(), right, strict=True):
        if owner >= 0 and not good:
            exact[owner] = False
    out: dict[str, list[bool]] = defaultdict(list)
    for one, good in zip(batch.asked, exact, strict=True):
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
