"""The command that measures how well redaction does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_parts import installation, print_json
from rag.errors import ConfigurationError

_PARTS = ("all", "held-out", "training")


def eval_redaction(
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="A labelled file or folder: see above; may be repeated. None: the sample corpora."
        ),
    ] = None,
    policy: Annotated[
        str,
        typer.Option(help="A policy's name or file, or `all`: every kind. Default: by format."),
    ] = "",
    split: Annotated[
        str, typer.Option(help="Of corpora that are split: all, held-out or training.")
    ] = "all",
    out: Annotated[
        Path | None, typer.Option(help="A new folder for the report; default: among the runs.")
    ] = None,
    show_values: Annotated[
        bool,
        typer.Option(
            "--show-values", help="Show on the page what was left, held-out documents apart."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")] = False,
) -> None:
    """Measure redaction on labelled documents: what it takes out, and what it leaves.

    Labelled documents are x.txt beside x.ann (brat), the JSON of presidio-research, or a .jsonl
    file, a line a document: {"text": "Dr Roe left", "spans": [{"start": 3, "end": 6, "kind":
    "PERSON"}]}, counted in characters from 0.
    """
    from eval.redaction.bars import shortfalls
    from eval.redaction.page import headline
    from eval.redaction.report import facts, write_report
    from eval.redaction.split import Part
    from pipelines.eval_redaction import measure_redaction, new_folder
    from pipelines.show import ProgressBar

    if split not in _PARTS:
        raise ConfigurationError(f"--split is one of {', '.join(_PARTS)}")
    inst = installation()
    folder = out or new_folder(inst)
    with ProgressBar("Measuring") as bar:
        run = measure_redaction(inst, data or [], policy=policy, part=Part(split), bar=bar)
    page = write_report(run, folder, show_values=show_values)
    if as_json:
        print_json(facts(run))
    else:
        for result in run.results:
            typer.echo(f"{result.corpus.name} ({result.policy}): {headline(result)}")
        typer.echo(f"report: {page}")
    for result in run.results:
        for shortfall in shortfalls(result, run.bars):
            typer.echo(f"below the bar: {result.corpus.name}: {shortfall}", err=True)
