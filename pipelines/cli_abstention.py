"""The command that measures abstention."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_parts import installation, print_json
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from eval.abstention.results import Run

_PARTS = ("all", "tune", "test")


def eval_abstention(
    data: Annotated[
        list[Path] | None, typer.Option(help="A folder: see above; may be repeated.")
    ] = None,
    part: Annotated[
        str, typer.Option(help="Of the questions: all, or one half of them, tune or test.")
    ] = "test",
    choose: Annotated[
        bool,
        typer.Option("--choose", help="First choose what judges on the tune half, and keep it."),
    ] = False,
    to: Annotated[
        Path | None,
        typer.Option(help="File for what was chosen; default: this installation's own."),
    ] = None,
    most: Annotated[
        int, typer.Option(min=1, help="Questions of a half of each folder, contracts apart.")
    ] = 300,
    cache: Annotated[
        Path | None,
        typer.Option(help="A folder that keeps the vectors of passages, as confidential as these."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A new folder for the report; default: among the runs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")] = False,
) -> None:
    """Measure abstention: of questions that nothing answers, how many are left unanswered.

    A folder holds contracts with a table of their clauses (that of CUAD), where an empty cell is a
    clause that is not there, or questions with snippets (the JSON of BioASQ) or reports (that of
    TAT-QA), which are asked once as they are and once with what answers them kept back.
    """
    from eval.abstention.report import facts, write_report
    from eval.folder import refuse_existing
    from eval.retrieval.cases import Part
    from pipelines.eval_abstention import Measuring, judge_of, new_folder, own_judge
    from pipelines.show import ProgressBar
    from rag.retrieve.enough import written

    if part not in _PARTS:
        raise ConfigurationError(f"--part is one of {', '.join(_PARTS)}")
    inst = installation()
    folder = out or new_folder(inst)
    refuse_existing(folder)
    with ProgressBar("Measuring") as bar:
        measuring = Measuring(inst, data or [], bar, cache=cache, most=most)
        judge = judge_of(inst)
        if choose:
            judge = measuring.judge(measuring.found(Part.TUNE, fitting=True))
            _keep(written(judge), to or own_judge(inst))
        run = measuring.run(judge, Part(part))
    page = write_report(run, folder)
    if as_json:
        print_json(facts(run))
        return
    _say(run)
    typer.echo(f"report: {page}")


def _say(run: Run) -> None:
    """Print each set in a line, and what falls short."""
    from eval.abstention.report import headline

    for group in run.groups:
        typer.echo(f"{group.name}: {headline(group)}")
        for shortfall in group.shortfalls:
            typer.echo(f"below the bar: {group.name}: {shortfall}", err=True)


def _keep(judge: str, path: Path) -> None:
    try:
        path.write_text(judge, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None
