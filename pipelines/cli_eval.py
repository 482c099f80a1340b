"""Commands that put questions with known answers to the system, and judge what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_parts import installation, print_json

if TYPE_CHECKING:
    from pipelines.evaluate import Evaluation

evaluation = typer.Typer(
    help="Measure answers and search on questions with known answers, and redaction on labelled "
    "documents."
)

Corpora = Annotated[
    list[str] | None, typer.Argument(help="clinic, lawfirm, bank; all if none is named.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]
Out = Annotated[Path | None, typer.Option(help="A new folder; default: among the runs.")]


@evaluation.command("run")
def eval_run(
    corpora: Corpora = None,
    resume: Annotated[
        Path | None, typer.Option(help="The folder of a run that was stopped, to go on with.")
    ] = None,
    shard: Annotated[
        str, typer.Option(help="A part of the questions, such as 2/4; `eval merge` joins them.")
    ] = "1/1",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Ask every question of the sample corpora and score retrieval, citations and permissions.

    Everything is on disk before the next question is asked: a run that was stopped goes on with
    `--resume` and the same questions.
    """
    from pipelines.evaluate import Shard, run_evaluation
    from pipelines.show import ProgressBar
    from rag.errors import ConfigurationError

    if resume is not None and out is not None:
        raise ConfigurationError("--resume goes on in the run's own folder: leave out --out")
    with ProgressBar("Asking") as bar:
        result = run_evaluation(
            installation(),
            corpora or [],
            bar,
            folder=resume or out,
            resume=resume is not None,
            shard=Shard.read(shard),
        )
    _tell(result, as_json=as_json)


@evaluation.command("score")
def eval_score(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    corpora: Corpora = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Score a finished run again, without asking any model, and keep it as a run of its own."""
    from pipelines.evaluate import score_evaluation

    _tell(score_evaluation(installation(), run, corpora or [], out), as_json=as_json)


@evaluation.command("merge")
def eval_merge(
    runs: Annotated[list[Path], typer.Argument(help="Finished runs over different questions.")],
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Put runs over parts of the questions together as one."""
    from eval.again import merge
    from pipelines.evaluate import Evaluation, new_folder

    folder = out or new_folder(installation().home.runs, "-merged")
    _tell(Evaluation(run=merge(runs, folder), folder=folder), as_json=as_json)


@evaluation.command("compare")
def eval_compare(corpora: Corpora = None) -> None:
    """Ask the same questions of every configured generator and write one HTML page."""
    from pipelines.evaluate import run_comparison
    from pipelines.show import ProgressBar

    with ProgressBar("Asking") as bar:
        page = run_comparison(installation(), corpora or [], bar)
    typer.echo(str(page))


@evaluation.command("intervals")
def eval_intervals(
    runs: Annotated[int, typer.Option(min=100, help="Made-up runs of each scenario.")] = 2_000,
    as_json: Json = False,
) -> None:
    """Check the statistics on made-up runs of which the truth is known; takes minutes.

    95 % intervals must hold it in 93 to 97 of 100, and at the margin no more than 5 of 100 claims
    of non-inferiority may be false.
    """
    from dataclasses import asdict

    from eval.simulated import scenarios, simulate
    from pipelines.show import ProgressBar, show_table

    every = [*scenarios()]
    found = []
    with ProgressBar("Simulating") as bar:
        bar.total(len(every))
        for scenario in every:
            found.append(simulate(scenario, runs))
            bar.step()
    if as_json:
        print_json([{**asdict(one), "fine": one.fine} for one in found])
    else:
        said = {True: "false claims", False: "held"}
        lines = [[one.name, said[one.claims], f"{one.share:.2%}"] for one in found]
        show_table([["made-up runs", "counted", "share"], *lines])
    if not all(one.fine for one in found):
        raise typer.Exit(1)


def _tell(result: Evaluation, *, as_json: bool) -> None:
    """Print the figures of a run, and what it falls short of."""
    from eval.folder import run_facts
    from eval.thresholds import Thresholds, shortfalls
    from pipelines.show import show_run

    if as_json:
        print_json({**run_facts(result.run), "folder": str(result.folder)})
    else:
        show_run(result)
    for shortfall in shortfalls(result.run, Thresholds()):
        typer.echo(f"below the bar: {shortfall}", err=True)
