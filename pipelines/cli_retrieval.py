"""The command that measures search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_parts import installation, print_json
from rag.errors import ConfigurationError

_PARTS = ("all", "tune", "test")


def eval_retrieval(
    data: Annotated[
        list[Path] | None,
        typer.Option(help="A folder: see above; may be repeated. None: the sample corpora."),
    ] = None,
    part: Annotated[
        str, typer.Option(help="Of the questions: all, or one half of them, tune or test.")
    ] = "all",
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Measure with each step switched off, too.")
    ] = False,
    redact: Annotated[
        bool,
        typer.Option(help="Measure on redacted documents, too, and say what redaction costs."),
    ] = False,
    cache: Annotated[
        Path | None,
        typer.Option(help="A folder that keeps the vectors of passages, as confidential as these."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A new folder for the report; default: among the runs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")] = False,
) -> None:
    """Measure search on questions whose evidence is known: what it finds, what each step buys.

    A folder holds questions with snippets (the JSON of BioASQ), tables with paragraphs and
    questions (that of TAT-QA), or contracts with a table of their clauses (that of CUAD). It is
    indexed apart from your documents, as it is; the index is gone when the command ends.
    """
    from eval.folder import refuse_existing
    from eval.retrieval.cases import Part
    from eval.retrieval.report import facts, named, write_report
    from eval.retrieval.results import shortfalls
    from eval.retrieval.summary import headline
    from pipelines.eval_retrieval import Asking, measure_retrieval, new_folder
    from pipelines.show import ProgressBar

    if part not in _PARTS:
        raise ConfigurationError(f"--part is one of {', '.join(_PARTS)}")
    inst = installation()
    folder = out or new_folder(inst)
    refuse_existing(folder)
    asking = Asking(ablate=ablate, redact=redact)
    with ProgressBar("Measuring") as bar:
        run = measure_retrieval(
            inst, data or [], part=Part(part), asking=asking, cache=cache, bar=bar
        )
    page = write_report(run, folder)
    names = named(run.results)
    if as_json:
        print_json(facts(run))
    else:
        for name, result in zip(names, run.results, strict=True):
            typer.echo(f"{name}: {headline(result)}")
        typer.echo(f"report: {page}")
    for name, result in zip(names, run.results, strict=True):
        for shortfall in shortfalls(result):
            typer.echo(f"below the bar: {name}: {shortfall}", err=True)
