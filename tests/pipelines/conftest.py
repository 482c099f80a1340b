"""An installation and a way to call `ringfence` as a person does, within this process."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.cli import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def home(tmp_path) -> Path:
    """Where the installation of a test lies."""
    return tmp_path / "home"


@pytest.fixture
def ringfence(capsys, monkeypatch) -> Callable[..., Outcome]:
    """Run a command and return its exit code and what it printed."""

    def run(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["ringfence", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return Outcome(code=stopped.value.code or 0, out=printed.out, err=printed.err)

    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    """Three small documents that state no permissions."""
    place = tmp_path / "papers"
    (place / "deep").mkdir(parents=True)
    (place / "boiler.txt").write_text(
        "Boiler room\n\nThe boiler is serviced every 14 months by an outside firm. "
        "Its pressure must stay below 2.4 bar.\n"
    )
    (place / "garden.txt").write_text(
        "Garden\n\nThe hedge is cut twice a year, in June and in September.\n"
    )
    (place / "deep" / "staff.csv").write_text("Role,Room,Days\nCaretaker,B12,5\nGardener,A03,2\n")
    return place


@pytest.fixture
def without_names(monkeypatch):
    """Redact by patterns alone: for tests of something else that start many processes."""
    monkeypatch.setenv("RINGFENCE_REDACT__NAMES", "none")
