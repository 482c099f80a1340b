"""The command that has a local model judge answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_parts import installation, print_json


def eval_judge(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    model: Annotated[
        Path, typer.Option(help="A file with the section [model]: who judges, by a local server.")
    ],
    over: Annotated[
        Path | None,
        typer.Option(help="Another run over the same evidence: which answers are better?"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")] = False,
) -> None:
    """Have a local model grade a run's answers, and say how far it may be believed.

    Verdicts are kept in the run's folder and shown by `eval report`. A judging that was stopped
    goes on with the same command.
    """
    from dataclasses import asdict

    from eval.judging.tables import judge_tables
    from pipelines.judging import judge_runs
    from pipelines.show import ProgressBar, show_table

    with ProgressBar("Judging") as bar:
        done = judge_runs(installation(), run, over, model, bar)
    if as_json:
        print_json({**asdict(done.told), "file": str(done.file)})
    else:
        for table in judge_tables({run.resolve().name: [done.told]}):
            show_table([list(table.head), *map(list, table.rows)])
    if done.told.doubt:
        typer.echo(f"not to be used as a judge: {done.told.doubt}", err=True)
