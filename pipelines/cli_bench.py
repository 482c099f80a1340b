"""Commands that measure how fast it is on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_parts import installation, print_json
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from eval.bench.bars import Bar

bench = typer.Typer(
    help="Measure speed on this machine: ingest, redaction, search, answers; one page over all."
)

Out = Annotated[
    Path | None, typer.Option(help="A new folder for figures and page; default: among the runs.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]


@bench.command("redact")
def bench_redact(
    data: Annotated[
        Path | None, typer.Option(help="A file or folder of text; none: the sample corpora.")
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=1, help="Roughly how long each thing is measured.")
    ] = 10.0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure how many characters a CPU-second are redacted, by stage, against stock Presidio."""
    from eval.bench.redact import bars, facts, table
    from pipelines.bench import measure_speed, new_folder
    from pipelines.show import show_table

    inst = installation()
    _say_quiet()
    measured = measure_speed(inst, data, seconds=seconds, folder=out or new_folder(inst, "redact"))
    if as_json:
        print_json(facts(measured.result))
    else:
        show_table(table(measured.result))
        _say_where(measured.file, measured.page)
    _say_missed(bars(measured.result))


@bench.command("search")
def bench_search(
    points: Annotated[
        str, typer.Option(help="Sizes of the index, in passages, growing, with commas.")
    ] = "10000,100000",
    peers: Annotated[
        bool, typer.Option("--peers", help="Measure what the extra `bench` installs beside it.")
    ] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure search, memory and writing as a synthetic index grows, under permission filters."""
    from eval.bench.search import bars, facts, table, table_of_sizes
    from pipelines.bench import new_folder
    from pipelines.bench_search import measure_search
    from pipelines.show import ProgressBar, show_table

    inst = installation()
    _say_quiet()
    with ProgressBar("Measuring") as bar:
        measured = measure_search(
            _numbers(points, "--points", "10000,100000"),
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
        _say_where(measured.file, measured.page)
    _say_missed(bars(measured.result))


@bench.command("ingest")
def bench_ingest(
    data: Annotated[
        Path | None,
        typer.Option(help="What `ringfence ingest` would be given; none: the sample corpora."),
    ] = None,
    amounts: Annotated[
        str, typer.Option(help="How many documents at a time, growing, with commas.")
    ] = "12,24,48",
    rounds: Annotated[
        int, typer.Option(min=1, help="How often each amount is ingested, in turns.")
    ] = 3,
    peers: Annotated[
        bool, typer.Option("--peers", help="Measure what the extra `bench` installs beside it.")
    ] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure the ingest of this installation's settings, by stage, as the amount grows.

    Documents are chosen by a hash of their place and read where they lie. They are indexed in
    an installation of their own, with keys that are never written, which is removed again.
    """
    from eval.bench.ingest import bars, facts, table, table_of_peers, table_of_stages
    from pipelines.bench import new_folder
    from pipelines.bench_ingest import measure_ingest
    from pipelines.show import ProgressBar, show_table

    inst = installation()
    _say_quiet()
    with ProgressBar("Measuring") as bar:
        measured = measure_ingest(
            inst,
            data,
            _numbers(amounts, "--amounts", "12,24,48"),
            out or new_folder(inst, "ingest"),
            bar,
            rounds=rounds,
            peers=peers,
        )
    if as_json:
        print_json(facts(measured.result))
    else:
        show_table(table(measured.result))
        show_table(table_of_stages(measured.result))
        if measured.result.peers:
            show_table(table_of_peers(measured.result))
        _say_where(measured.file, measured.page)
    _say_missed(bars(measured.result))


@bench.command("answer")
def bench_answer(
    model: Annotated[
        str,
        typer.Option(
            help="A registered model's name, or a GGUF file; none: the reader that is shipped."
        ),
    ] = "",
    corpus: Annotated[
        list[str] | None,
        typer.Option(help="A sample corpus to ask about; may be repeated. None: all."),
    ] = None,
    questions: Annotated[
        int, typer.Option(min=1, help="How many questions go the whole way.")
    ] = 30,
    rounds: Annotated[
        int, typer.Option(min=1, help="How often a server is asked each prompt, both ways.")
    ] = 5,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure what Ringfence adds to a model's server, and where the time of a question goes.

    The server is asked through Ringfence and directly, in turns; then questions on the sample
    corpora go the whole way, without a model and with this one.
    """
    from eval.bench.answer import bars, facts, table_of_first, table_of_server, table_of_way
    from pipelines.bench import new_folder
    from pipelines.bench_answer import measure_answer
    from pipelines.corpora import chosen
    from pipelines.show import ProgressBar, show_table

    inst = installation()
    _say_quiet()
    with ProgressBar("Measuring") as bar:
        measured = measure_answer(
            inst,
            model,
            out or new_folder(inst, "answer"),
            bar,
            corpora=chosen(corpus or []),
            questions=questions,
            rounds=rounds,
        )
    if as_json:
        print_json(facts(measured.result))
    else:
        show_table(table_of_server(measured.result))
        show_table(table_of_first(measured.result))
        show_table(table_of_way(measured.result))
        _say_where(measured.file, measured.page)
    _say_missed(bars(measured.result))


@bench.command("report")
def bench_report(
    runs: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders of runs; none: the newest of each benchmark."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The new file of the page; default: among the runs.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the bars as JSON to stdout.")
    ] = False,
) -> None:
    """Make one page over benchmarks: what is held and what is missed first, then every figure."""
    from dataclasses import asdict

    from eval.bench.page import verdict
    from pipelines.bench_report import make_report

    inst = installation()
    report = make_report(inst, runs or [], out)
    if as_json:
        print_json(
            {
                "page": str(report.page),
                "bars": [
                    {"bench": section.kind, **asdict(bar)}
                    for section in report.sections
                    for bar in section.bars
                ],
            }
        )
    else:
        typer.echo(verdict(report.sections))
        typer.echo(f"page: {report.page}")
    for section in report.sections:
        _say_missed(section.bars)


def _say_quiet() -> None:
    typer.echo("Measuring; anything else that runs here blurs the figures", err=True)


def _say_where(figures: Path, page: Path) -> None:
    typer.echo(f"figures: {figures}\npage: {page}")


def _say_missed(bars: Sequence[Bar]) -> None:
    from eval.bench.bars import missed

    for text in missed(bars):
        typer.echo(f"bar missed: {text}", err=True)


def _numbers(text: str, option: str, example: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ConfigurationError(f"{option} takes numbers with commas: {example}") from None
