"""A run while it goes on: every answer is on disk before the next question is put.

What a killed run leaves is a folder with its plan and whatever was done; a line that was being
written when it was killed is left out, and its case is done again.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from eval.folder import (
    ANSWERS_FILE,
    EVIDENCE_FILE,
    PLAN_FILE,
    RUN_FILE,
    facts_plan,
    finish_run,
    load_json,
    plan_facts,
    reading,
    refuse_existing,
    rows,
    sync,
    write_json,
)
from eval.kept import Row, attempted_row, frozen_row, line, row_attempted, row_frozen
from eval.records import Attempted, Plan, Run
from eval.solver import Frozen
from rag.errors import ConfigurationError, RetryError


class Journal:
    """Keeps what was found and answered, a line a case."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan = plan
        self.found: dict[str, Frozen] = {}
        self.given: dict[str, Attempted] = {}
        self._folder = folder
        with reading(folder):
            self.found = {row["id"]: row_frozen(row) for row in self._rows(EVIDENCE_FILE)}
            self.given = {
                row["id"]: row_attempted(row, self.found[row["id"]])
                for row in self._rows(ANSWERS_FILE)
            }

    def find(self, case_id: str, found: Frozen) -> Frozen:
        """Keep what was found for a case."""
        self._append(EVIDENCE_FILE, frozen_row(case_id, found))
        self.found[case_id] = found
        return found

    def give(self, case_id: str, attempted: Attempted) -> None:
        """Keep what a solver gave for a case."""
        self._append(ANSWERS_FILE, attempted_row(case_id, attempted))
        self.given[case_id] = attempted

    def finish(self, run: Run) -> None:
        """Write the scores: from here on nothing in the folder changes."""
        finish_run(run, self._folder)

    def _rows(self, name: str) -> Iterator[Row]:
        """Cut off a line that was not written to its end, and yield the others."""
        path = self._folder / name
        if not path.exists():
            return
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.truncate(path, whole)
            sync(path)
        yield from rows(path)

    def _append(self, name: str, row: Mapping[str, object]) -> None:
        try:
            with (self._folder / name).open("ab") as file:
                file.write(line(row).encode("utf-8", "backslashreplace"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ConfigurationError(
                f"{self._folder} cannot be written: {error.strerror}"
            ) from error


@contextmanager
def opened(folder: Path, plan: Plan, *, resume: bool) -> Iterator[Journal]:
    """Give the journal of a new run, or of one that was stopped.

    Raises:
        ConfigurationError: The folder is there already; or, to be resumed, is not there, is
            finished, or was begun with something else.
        RetryError: Another process is at work in it.
    """
    if resume:
        plan = _resumed(folder, plan)
    else:
        _begin(folder, plan)
    with _held(folder):
        if (folder / RUN_FILE).exists():
            raise ConfigurationError(f"{folder} is finished: there is nothing to resume")
        yield Journal(folder, plan)


def _begin(folder: Path, plan: Plan) -> None:
    refuse_existing(folder)
    try:
        folder.mkdir(parents=True, mode=0o700)
        unfinished = folder / f".{PLAN_FILE}"
        write_json(plan_facts(plan), unfinished)
        sync(unfinished)
        unfinished.rename(folder / PLAN_FILE)
        sync(folder)
        sync(folder.parent)
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written: {error.strerror}") from error


def _resumed(folder: Path, plan: Plan) -> Plan:
    """Return the plan a run was begun with, if it is still the plan."""
    if not (folder / PLAN_FILE).is_file():
        raise ConfigurationError(f"{folder} is no run that could be resumed")
    with reading(folder):
        begun = facts_plan(load_json(folder / PLAN_FILE))
    if begun.setup != plan.setup:
        names = [
            name
            for name in type(plan.setup).__dataclass_fields__
            if getattr(begun.setup, name) != getattr(plan.setup, name)
        ]
        raise ConfigurationError(f"{folder} was begun with another {', '.join(names)}")
    if begun.cases != plan.cases:
        raise ConfigurationError(f"{folder} was begun with other cases")
    return begun


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the folder against every other process; a killed one lets go of it."""
    descriptor = os.open(folder / PLAN_FILE, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise RetryError(f"{folder}: another process is at work in it") from None
    finally:
        os.close(descriptor)
