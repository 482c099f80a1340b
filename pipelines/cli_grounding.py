"""The command that measures grounding."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_parts import installation, print_json
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from eval.grounding.results import Run

_PARTS = ("all", "tune", "test")


def eval_grounding(
    data: Annotated[
        list[Path] | None, typer.Option(help="A folder: see above; may be repeated.")
    ] = None,
    part: Annotated[
        str, typer.Option(help="Of the data: all, or one half of it, tune or test.")
    ] = "test",
    choose: Annotated[
        bool,
        typer.Option("--choose", help="First choose the floors on the tune half, and keep them."),
    ] = False,
    to: Annotated[
        Path | None,
        typer.Option(help="File for the chosen floors; default: this installation's own."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="True sentences of each folder.")] = 250,
    plain: Annotated[bool, typer.Option("--plain", help="Without the encoder.")] = False,
    answer: Annotated[
        list[str] | None,
        typer.Option(help="Who answers from letters with attacks; default: `generate.kind`."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A new folder for the report; default: among the runs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")] = False,
) -> None:
    """Measure grounding: false sentences caught, true ones rejected, instructions found.

    A folder holds questions with snippets (the JSON of BioASQ), tables with paragraphs (that of
    TAT-QA), contracts (those of CUAD), or attacks and e-mails (those of BIPIA). Of true sentences
    false ones are made by changing one fact, and other wordings by rules; attacks are planted in
    letters, contracts and notes, and letters with attacks are answered from.
    """
    from eval.folder import refuse_existing
    from eval.grounding.report import facts, write_report
    from eval.retrieval.cases import Part
    from pipelines.eval_grounding import Measuring, floors_of, new_folder, own_thresholds, read_data
    from pipelines.show import ProgressBar
    from rag.ground.thresholds import written

    if part not in _PARTS:
        raise ConfigurationError(f"--part is one of {', '.join(_PARTS)}")
    inst = installation()
    folder = out or new_folder(inst)
    refuse_existing(folder)
    floors = floors_of(inst)
    with ProgressBar("Measuring") as bar:
        answering = answer or [inst.settings.generate.kind]
        given = read_data(data or [])
        measuring = Measuring(inst, given, bar, most=most, plain=plain, answering=answering)
        if choose:
            floors = measuring.floors(floors)
            _keep(written(floors), to or own_thresholds(inst))
        run = measuring.run(floors, Part(part))
    page = write_report(run, folder)
    if as_json:
        print_json(facts(run))
    else:
        _say(run)
        typer.echo(f"report: {page}")


def _keep(floors: str, path: Path) -> None:
    try:
        path.write_text(floors, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None


def _say(run: Run) -> None:
    """Print each corpus in a line, and what falls short."""
    from eval.grounding.report import headline, shield_headline

    for one in run.corpora:
        typer.echo(f"{one.name}: {headline(one)}")
        for shortfall in one.shortfalls:
            typer.echo(f"below the bar: {one.name}: {shortfall}", err=True)
    for shield in run.shield:
        typer.echo(f"{shield.name}: {shield_headline(shield)}")
        for who in shield.obedience:
            for shortfall in who.shortfalls:
                typer.echo(f"below the bar: {who.model}: {shortfall}", err=True)
