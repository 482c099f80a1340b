"""The readers that come with Ringfence: their sizes, and how one is shipped with its card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipelines.reader.contexts import Contexts, tail
from pipelines.reader.measure import SEED, Case, answers, cases, scores, served
from pipelines.reader.pieces import BytePieces, Pieces, SentencePieces
from pipelines.reader.recipe import Recipe
from pipelines.reader.unseen import unseen

if TYPE_CHECKING:
    from pipelines.reader.fit import Fitting

WEIGHTS = Path(__file__).parents[2] / "rag" / "generate" / "weights"
PURPOSE = "test and demonstration model; not for answers that anybody relies upon"

_LIMITS = (
    "It answers from one sentence, word for word; it neither calculates, compares nor sums up.",
    "It was trained on written templates in English, with one fact a sentence.",
    "On other text it often copies the wrong sentence, or refuses.",
    "It knows no form of prompt but its own, and its figures say how often it is wrong there.",
)
_TEXTS, _TEXTS_SEED = 12_000, 3
_COMPARED = 250
_SAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One of the readers."""

    name: str
    recipe_: Recipe
    pieces: Literal["bytes", "sentences"]
    vocabulary_size: int
    kind: str
    """How its matrices are stored."""
    runtime: str = "llama.cpp"
    """What measures it."""

    def recipe(self, steps: int = 0) -> Recipe:
        """Return the recipe, with another number of steps if one is given."""
        return replace(self.recipe_, steps=steps) if steps else self.recipe_

    def vocabulary(self, folder: Path) -> Pieces:
        """Return the vocabulary in a folder; learn it and save it there if there is none."""
        make = BytePieces if self.pieces == "bytes" else SentencePieces
        if not folder.exists():
            make.learnt(_texts(), self.vocabulary_size).save(folder)
        return make.read(folder)


SIZES = {
    "1m": Size(
        name="ringfence-test-reader-1m",
        recipe_=Recipe(),
        pieces="bytes",
        vocabulary_size=1536,
        kind="Q8_0",
    ),
    "5m": Size(
        name="ringfence-test-reader-5m",
        recipe_=Recipe(
            width=256, heads=4, inner=768, steps=600, rate=0.004, cooling=0.9, guide=0.0
        ),  # grown from the smallest
        pieces="bytes",
        vocabulary_size=1536,
        kind="Q8_0",
    ),
    "sp": Size(
        name="ringfence-test-reader-sp",
        recipe_=Recipe(width=96, layers=5, heads=3, inner=192, base=10_000.0, steps=2_000),
        pieces="sentences",
        vocabulary_size=1024,
        kind="F32",
        runtime="ctransformers",
    ),
}


def ship(
    vocabulary: Path, state: Path, out: Path, size: str, each: int, say: Callable[[str], None]
) -> Path:
    """Write a trained reader as GGUF, measure that file through its server, write its card."""
    from pipelines.reader.export import About, write
    from pipelines.reader.fit import Fitting

    chosen = SIZES[size]
    fitting = Fitting(chosen.recipe(), chosen.vocabulary(vocabulary))
    fitting.take_up(state)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{chosen.name}.gguf"
    about = About(name=chosen.name, description=PURPOSE)
    tied = chosen.runtime == "llama.cpp"
    write(path, fitting.network, fitting.pieces, about, chosen.kind, tied=tied)
    asked, other = cases(each), cases(each, wording=unseen())
    with served(path, runtime=chosen.runtime) as client:
        told = answers(client, asked, say)
        told_other = answers(client, other, say)
    card = {
        **_described(chosen, fitting, path),
        "as_in_training": _agreement(fitting, asked, told),
        "unseen": scores(other, told_other),
        "held_out": scores(asked, told),
        "samples": [
            {"prompt": one.prompt, "answer": text, "right": text == one.answer}
            for one, text in list(zip(asked, told, strict=True))[:: max(1, len(told) // _SAMPLES)]
        ],
    }
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return path


def _agreement(fitting: Fitting, asked: Sequence[Case], told: Sequence[str]) -> dict[str, int]:
    """Count the answers that the network in training would give, word for word.

    It is stored with fewer bits than it was trained with, so a few may differ.
    """
    import torch

    from pipelines.reader.greedy import likeliest

    fitting.network.precision = torch.float32
    pairs = list(zip(asked, told, strict=True))
    pairs = pairs[:: max(1, len(pairs) // _COMPARED)]
    same = [likeliest(fitting.network, fitting.pieces, one.prompt, text) for one, text in pairs]
    return {"prompts": len(same), "equal": sum(same)}


def _described(size: Size, fitting: Fitting, path: Path) -> dict[str, object]:
    data = path.read_bytes()
    return {
        "name": size.name,
        "purpose": PURPOSE,
        "file": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "licence": "Apache-2.0",
        "architecture": "llama",
        "parameters": sum(one.numel() for one in fitting.network.parameters()),
        "quantisation": size.kind,
        "tokenizer": "gpt2" if size.pieces == "bytes" else "llama",
        "vocabulary": fitting.pieces.size,
        "context": fitting.shape.context,
        "data": "sentences from the templates in pipelines/reader/templates, written anew for "
        "each step; names of pipelines/tagger/lists and of faker; no document of anybody",
        "recipes": fitting.history,
        "steps_done": fitting.step,
        "training_seconds": round(fitting.seconds),
        "measured": {
            "by": "python -m pipelines.train_reader evaluate --model FILE",
            "runtime": size.runtime,
            "seed": SEED,
            "unseen": "a third set of templates, names, values and units, which nobody looked at "
            "while a reader was made or chosen (`evaluate --unseen`): what to expect of it",
            "held_out": "templates of facts and of questions, names and invented attributes, which "
            "were looked at while the recipe was made: too good by as much as `unseen` is worse",
            "intervals": "95 %, by bootstrap over prompts",
        },
        "limits": list(_LIMITS),
    }


def _texts() -> Iterator[str]:
    """Yield what vocabularies are learnt from."""
    contexts = Contexts(_TEXTS_SEED, held_out=False)
    for number in range(_TEXTS):
        context = contexts.write(1 + number % 8, 4)
        yield context.head
        for one in context.asked:
            yield tail(one.question)
            yield one.answer
