"""Commands on the index itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from pipelines.cli_parts import installation, print_json

index = typer.Typer(help="Look after the index: what it holds, making it fast, moving it.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]


class Kind(StrEnum):
    """Where an index can be moved to."""

    SERVER = "server"
    EDGE = "edge"


@index.command("info")
def info(as_json: Json = False) -> None:
    """Say what the index is, how much it holds and who has it open."""
    from dataclasses import asdict

    from pipelines.index import index_facts
    from pipelines.show import show_status

    facts = asdict(index_facts(installation()))
    if as_json:
        print_json(facts)
    else:
        show_status({name: _shown(value) for name, value in facts.items() if value != ""})


@index.command("optimize")
def optimize(as_json: Json = False) -> None:
    """Write the embedded index anew as it is searched fastest. Nobody can search meanwhile."""
    from dataclasses import asdict

    from pipelines.index import optimize_index

    inst = installation()
    typer.echo(
        "Optimizing; about 20 seconds per 100,000 passages. Stopping loses nothing", err=True
    )
    facts, seconds = optimize_index(inst)
    if as_json:
        print_json({**asdict(facts), "seconds": seconds})
    else:
        typer.echo(f"{facts.points} passages in {facts.segments} segments, {seconds:.1f} s")


@index.command("migrate")
def migrate(
    to: Annotated[Kind, typer.Option(help="The kind of index to copy to, as `store` says where.")],
    as_json: Json = False,
) -> None:
    """Copy the index to a server or back, without embedding anything again, and compare."""
    from pipelines.index import migrate_index
    from pipelines.show import ProgressBar

    inst = installation()
    with ProgressBar("Copying") as bar:
        migration = migrate_index(inst, to.value, bar)
    if as_json:
        print_json(migration.body())
    else:
        typer.echo(f"{migration.documents} documents, {migration.passages} passages: all the same")
    if migration.unfit:
        typer.echo(f"{len(migration.unfit)} not whole here: the next ingest does them", err=True)
    typer.echo(f'Next: set kind = "{to.value}" under [store] before anything is ingested', err=True)


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
