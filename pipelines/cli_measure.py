"""Commands that measure: how well redaction does, and how fast it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_parts import installation, print_json
from rag.errors import ConfigurationError

bench = typer.Typer(help="Measure speed on this machine.")

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


@bench.command("redact")
def bench_redact(
    data: Annotated[
        Path | None, typer.Option(help="A file or folder of text; none: the sample corpora.")
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=1, help="Roughly how long each thing is measured.")
    ] = 10.0,
    out: Annotated[
        Path | None, typer.Option(help="A new folder for the figures; default: among the runs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")] = False,
) -> None:
    """Measure how many characters a CPU-second are redacted, by stage, against stock Presidio."""
    from eval.bench.redact import facts, table
    from pipelines.bench import measure_speed, new_folder
    from pipelines.show import show_table

    inst = installation()
    typer.echo("Measuring; anything else that runs here blurs the figures", err=True)
    measured = measure_speed(inst, data, seconds=seconds, folder=out or new_folder(inst))
    if as_json:
        print_json(facts(measured.result))
    else:
        show_table(table(measured.result))
        typer.echo(f"figures: {measured.file}")


@bench.command("search")
def bench_search(
    points: Annotated[
        str, typer.Option(help="Sizes of the index, in passages, growing, with commas.")
    ] = "10000,100000",
    peers: Annotated[
        bool, typer.Option("--peers", help="Measure what the extra `bench` installs beside it.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="A new folder for the figures; default: among the runs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")] = False,
) -> None:
    """Measure search, memory and writing as a synthetic index grows, under permission filters."""
    from eval.bench.search import facts, shortfalls, table, table_of_sizes
    from pipelines.bench import new_folder
    from pipelines.bench_search import measure_search
    from pipelines.show import ProgressBar, show_table

    inst = installation()
    typer.echo("Measuring; anything else that runs here blurs the figures", err=True)
    with ProgressBar("Measuring") as bar:
        measured = measure_search(
            _sizes(points),
            out or new_folder(inst, "search"),
            bar,
            peers=peers,
            quantise_above=inst.settings.store.quantise_above,
        )
    if as_json:
        print_json(facts(measured.result))
    else:
        show_table(table(measured.result))
        show_table(table_of_sizes(measured.result))
        typer.echo(f"figures: {measured.file}\npage: {measured.page}")
    for shortfall in shortfalls(measured.result):
        typer.echo(f"below the bar: {shortfall}", err=True)


def _sizes(points: str) -> list[int]:
    try:
        return [int(part) for part in points.split(",")]
    except ValueError:
        raise ConfigurationError("--points takes numbers with commas: 10000,100000") from None
