"""Trains the reader models that come with Ringfence: for tests and demonstrations, no more.

    python -m pipelines.train_reader train --size 1m --work FOLDER
    python -m pipelines.train_reader train --size 1m --work FOLDER --resume
    python -m pipelines.train_reader train --size 5m --work FOLDER --grown FOLDER
    python -m pipelines.train_reader settle --size 1m --work FOLDER --mean STATE --less 2.5
    python -m pipelines.train_reader export --size 1m --work FOLDER --out FOLDER
    python -m pipelines.train_reader evaluate --model FILE
    python -m pipelines.train_reader evaluate --model FILE --unseen

Needs the packages of the extras `train` and `runtime`, no network; `--device cuda` uses an
accelerator. `train` keeps its state in the working folder every few minutes and can be taken up
there; a larger reader may begin from a smaller one of the same pieces, layers and width of heads.
`export` writes the GGUF file and its card, whose figures `evaluate` measures through a server.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.reader.card import SIZES, WEIGHTS, ship
from pipelines.reader.measure import SEED, answers, cases, scores, served
from pipelines.reader.unseen import unseen

VOCABULARY = "vocabulary"
STATE = "state.pt"


def main(arguments: Sequence[str]) -> int:
    """Run one of the commands."""
    options = _options(arguments)
    if options.command == "evaluate":
        return _evaluate(options)
    return {"train": _train, "settle": _settle, "export": _export}[options.command](options)


def _train(options: argparse.Namespace) -> int:
    import torch

    from pipelines.reader.fit import Fitting

    torch.set_num_threads(options.threads)
    size = SIZES[options.size]
    state = options.work / STATE
    vocabulary = size.vocabulary((options.grown or options.work) / VOCABULARY)
    vocabulary.save(options.work / VOCABULARY)
    fitting = Fitting(size.recipe(options.steps), vocabulary, options.device)
    if options.resume:
        fitting.take_up(state)
    elif state.exists():
        raise SystemExit(f"{state} is there: take it up with --resume or name another folder")
    elif options.grown:
        fitting.grow(options.grown / STATE)
    fitting.run(_say, every=50, watch=500, save=state)
    return 0


def _settle(options: argparse.Namespace) -> int:
    from pipelines.reader.fit import Fitting
    from pipelines.reader.settle import settle

    size = SIZES[options.size]
    fitting = Fitting(size.recipe(), size.vocabulary(options.work / VOCABULARY))
    fitting.take_up(options.work / STATE)
    settle(fitting, options.mean, options.less)
    fitting.save(options.work / STATE)
    return 0


def _export(options: argparse.Namespace) -> int:
    path = ship(
        options.work / VOCABULARY,
        options.work / STATE,
        options.out,
        options.size,
        options.each,
        _say,
    )
    _say(f"written to {path}")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    wording = unseen() if options.unseen else None
    asked = cases(options.each, options.seed, wording=wording)
    with served(options.model, threads=options.threads, runtime=options.runtime) as client:
        told = answers(client, asked, _say)
    sys.stdout.write(json.dumps(scores(asked, told), indent=2) + "\n")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="pipelines.train_reader",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a reader")
    train.add_argument("--resume", action="store_true", help="go on from the state that is kept")
    train.add_argument("--steps", type=int, default=0, help="other steps than the recipe's")
    train.add_argument("--grown", type=Path, help="folder of a smaller reader to begin from")
    train.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where to train")
    after = commands.add_parser("settle", help="average late states and refuse less")
    after.add_argument("--mean", type=Path, nargs="*", default=[], help="states to average with")
    after.add_argument("--less", type=float, default=0.0, help="fall of the score of a refusal")
    export = commands.add_parser("export", help="write the GGUF file and its card")
    export.add_argument("--out", type=Path, default=WEIGHTS, help="folder of the weights")
    for one in (train, after, export):
        one.add_argument("--size", choices=sorted(SIZES), required=True)
        one.add_argument("--work", type=Path, required=True, help="folder of the state")
    evaluate = commands.add_parser("evaluate", help="measure any reader in a GGUF file")
    evaluate.add_argument("--model", type=Path, required=True, help="the GGUF file")
    evaluate.add_argument("--seed", type=int, default=SEED, help="seed of the cases")
    evaluate.add_argument(
        "--unseen", action="store_true", help="in words that nobody looked at; choose nothing by it"
    )
    evaluate.add_argument("--runtime", choices=("llama.cpp", "ctransformers"), default="llama.cpp")
    for one in (export, evaluate):
        one.add_argument("--each", type=int, default=400, help="cases for each number of facts")
    for one in (train, evaluate):
        one.add_argument("--threads", type=int, default=1, help="processor cores to use")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
