"""Compares the networks that could be the name model, trained on the same texts.

    python -m pipelines.compare_names --data FOLDER... --out FILE.json --texts N --epochs N

Every candidate learns the same examples in the same number of epochs on one core. Measured are
labelled documents that were set aside, new texts from the templates, each labelled corpus by a
network that has never seen it, speed and size. Of labelled corpora the training part alone is
read. Needs the packages of the extra `train`, no network and no accelerator.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import torch

from pipelines.bench import load_texts
from pipelines.tagger.candidates import CANDIDATES, Candidate
from pipelines.tagger.encoding import Named, codes, named
from pipelines.tagger.examples import Example, apart, labelled, written
from pipelines.tagger.fit import Recipe, Score, tally
from pipelines.train_names import ENCODER
from rag.embed.model_folder import locate
from rag.offline import switch_off_telemetry
from rag.redact.shadow import folded
from rag.redact.tagger.words import split

# Kinds that corpora of every origin label in the same sense.
_SHARED = ("PERSON", "LOCATION")
_ALL = "all"
_NEW_TEXTS = 400
_MOST_CHARACTERS = 100_000  # to measure speed on


def main(arguments: Sequence[str]) -> int:
    """Train and measure all candidates, and write the figures after each step."""
    options = _options(arguments)
    recipe = Recipe(**{field.name: getattr(options, field.name) for field in fields(Recipe)})
    switch_off_telemetry()
    torch.set_num_threads(1)
    corpora = labelled(options.data)
    learnt, asked = apart(corpora)
    for register in recipe.registers:
        new = written((register,), _NEW_TEXTS, seed=999_000)
        asked[f"templates, {register}"] = list(new)
    texts = _first(load_texts(None).values)
    report: dict[str, dict[str, Any]] = {}
    for name in CANDIDATES:
        report[name] = _own(name, recipe, learnt, asked, texts)
        _write(options.out, recipe, report)
    for name in CANDIDATES if len(corpora) > 1 else ():
        for origin, examples in corpora.items():
            others = {other: learnt[other] for other in learnt if other != origin}
            candidate, _ = _trained(f"{name} without {origin}", name, recipe, others)
            shared = _figures(score(candidate, examples), _SHARED)
            report[name].setdefault("other origin", {})[origin] = shared
            _write(options.out, recipe, report)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pipelines.compare_names", description=__doc__)
    parser.add_argument("--data", type=Path, nargs="*", default=[], help="labelled corpora")
    parser.add_argument("--out", type=Path, required=True, help="file of the figures")
    for field in fields(Recipe):
        kind = str if field.name == "registers" else type(field.default)
        many = "*" if field.name == "registers" else None
        parser.add_argument(f"--{field.name}", type=kind, nargs=many, default=field.default)
    options = parser.parse_args(arguments)
    options.registers = tuple(options.registers)
    return options


def _first(texts: Sequence[str]) -> list[str]:
    """Return the first texts, up to so many characters."""
    taken: list[str] = []
    room = _MOST_CHARACTERS
    for text in texts:
        taken.append(text[:room])
        room -= len(taken[-1])
        if not room:
            break
    return taken


def _trained(
    what: str, name: str, recipe: Recipe, corpora: Mapping[str, Sequence[Example]]
) -> tuple[Candidate, float]:
    """Return a candidate that has learnt, and the processor's seconds that it took."""
    candidate = CANDIDATES[name](recipe, locate(ENCODER))
    began = time.process_time()
    candidate.learn(corpora, lambda line: _say(f"{what}: {line}"))
    return candidate, time.process_time() - began


def _own(
    name: str,
    recipe: Recipe,
    corpora: Mapping[str, Sequence[Example]],
    asked: Mapping[str, Sequence[Example]],
    texts: Sequence[str],
) -> dict[str, Any]:
    """Return the figures of a candidate that has learnt from everything."""
    candidate, seconds = _trained(name, name, recipe, corpora)
    found = {what: _figures(score(candidate, examples)) for what, examples in asked.items()}
    return {
        "bytes": candidate.size(),
        "training CPU seconds": round(seconds),
        "characters a CPU-second": round(speed(candidate, texts)),
        "scores": found,
    }


def score(candidate: Candidate, examples: Iterable[Example]) -> dict[str, Score]:
    """Count, by kind, the names that a candidate finds from their first word to their last."""
    pairs: list[tuple[Named, Named]] = []
    for example in examples:
        wanted = codes(split(folded(example.text)), example.spans).tolist()
        pairs.append((named(wanted), named(candidate.tell(example.text))))
    return tally(pairs)


def speed(candidate: Candidate, texts: Sequence[str], passes: int = 3) -> float:
    """Return the characters a second of processor time, one text after the other; best pass."""
    best = float("inf")
    for _ in range(passes):
        began = time.process_time()
        for text in texts:
            candidate.tell(text)
        best = min(best, time.process_time() - began)
    return sum(map(len, texts)) / best


def _figures(scores: Mapping[str, Score], kinds: Sequence[str] = ()) -> dict[str, list[float]]:
    """Return how many there are, were told and are right, by kind and of all kinds together."""
    told = {kind: one for kind, one in scores.items() if not kinds or kind in kinds}
    whole = Score(
        gold=sum(one.gold for one in told.values()),
        found=sum(one.found for one in told.values()),
        right=sum(one.right for one in told.values()),
    )
    return {
        kind: [one.gold, one.found, one.right, round(one.recall, 3), round(one.precision, 3)]
        for kind, one in {_ALL: whole, **told}.items()
    }


def _write(out: Path, recipe: Recipe, report: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the figures, what was measured on a line each."""
    about = {
        "recipe": asdict(recipe),
        "figures": ["names", "told", "right", "recall", "precision"],
        "threads": 1,
    }
    out.write_text(_lines({**about, "candidates": report}) + "\n", encoding="utf-8")


def _lines(value: object, depth: int = 0) -> str:
    """Return JSON that is short and can still be read: the innermost objects on one line."""
    if not isinstance(value, Mapping) or not any(
        isinstance(one, Mapping) for one in value.values()
    ):
        return json.dumps(value)
    inner = "  " * (depth + 1)
    rows = [f"{inner}{json.dumps(key)}: {_lines(one, depth + 1)}" for key, one in value.items()]
    return "{\n" + ",\n".join(rows) + "\n" + "  " * depth + "}"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
