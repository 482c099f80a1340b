"""What every group of commands begins and ends with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pipelines.build import Installation


def installation() -> Installation:
    """Open the installation that the environment names, once our packages are known to be ours."""
    from pipelines.build import open_installation
    from pipelines.names import check_own_names
    from rag.settings import home_folder

    check_own_names()
    return open_installation(home_folder())


def print_json(body: object) -> None:
    """Print data to stdout."""
    typer.echo(json.dumps(body, indent=2, ensure_ascii=False))
