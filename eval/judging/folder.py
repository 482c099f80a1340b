"""A judging beside the run that it is about: every verdict on disk before the next is asked for.

    judged-NAME.jsonl             grades: who judged and by what, a line an answer, a hash of it all
    judged-NAME-over-HASH.jsonl   preferences between this run's answers and another's

A file without the last line is a judging that was stopped; the same command goes on with it. No
text stands in it: ids and words of the judge's few.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from eval.folder import RUN_FILE, reading
from eval.judging.judge import Grade, Preference, Preferred, Verdict
from eval.judging.told import Judged
from rag.errors import ConfigurationError, RetryError

FORMAT = 1
_FIRST, _LAST = "judged-", "sha256"


def run_hash(folder: Path) -> str:
    """Return the hash of a finished run: of the file that has the hashes of the others."""
    with reading(folder):
        return hashlib.sha256((folder / RUN_FILE).read_bytes()).hexdigest()


def judging_file(folder: Path, judged: Judged) -> Path:
    """Return where a judging is kept."""
    over = f"-over-{judged.other[:8]}" if judged.other else ""
    return folder / f"{_FIRST}{judged.judge}{over}.jsonl"


class Verdicts:
    """The verdicts of a judging while it goes on."""

    def __init__(self, folder: Path, judged: Judged) -> None:
        """Begin, or go on where a judging on the same terms was stopped.

        Raises:
            ConfigurationError: It is finished, was begun on other terms, or cannot be written.
            RetryError: Another process is at work on it.
        """
        self.given: dict[str, Verdict] = {}
        self._path = judging_file(folder, judged)
        self._file = _opened(self._path)
        try:
            self._begin({"format": FORMAT, **asdict(judged)})
        except BaseException:
            self.close()
            raise

    def give(self, case_id: str, verdict: Verdict) -> None:
        """Keep a verdict."""
        self._append({"id": case_id, **_row(verdict)})
        self.given[case_id] = verdict

    def finish(self) -> Path:
        """Write the hash of it all; from here on nothing changes."""
        self._append({_LAST: hashlib.sha256(self._path.read_bytes()).hexdigest()})
        self.close()
        return self._path

    def close(self) -> None:
        """Let go of the file: another may go on."""
        self._file.close()

    def _begin(self, header: Mapping[str, object]) -> None:
        with reading(self._path):
            begun = self._kept()
            self.given = {row["id"]: _verdict(row) for row in begun[1:] if _LAST not in row}
        if not begun:
            self._append(header)
        elif begun[0] != header:
            raise ConfigurationError(f"{self._path} was begun by another judge, or on other runs")
        elif _LAST in begun[-1]:
            raise ConfigurationError(f"{self._path} is finished: nothing is left to be judged")

    def _kept(self) -> list[dict[str, Any]]:
        """Return what is there already; a line that was not written to its end is cut off."""
        data = self._path.read_bytes()
        whole = data.rfind(b"\n") + 1
        self._file.truncate(whole)
        return _rows(data[:whole])

    def _append(self, row: Mapping[str, object]) -> None:
        try:
            self._file.write(json.dumps(row).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise ConfigurationError(f"{self._path} cannot be written: {error.strerror}") from error


def judgings(folder: Path) -> Iterator[tuple[Judged, Mapping[str, Verdict]]]:
    """Yield every finished judging of a run, as it was written.

    Raises:
        ConfigurationError: One was changed, or is about a run that was.
    """
    now = run_hash(folder)
    for path in sorted(folder.glob(f"{_FIRST}*.jsonl")):
        with reading(path):
            data = path.read_bytes()
            header, *rows = _rows(data)
            if not rows or _LAST not in rows[-1]:
                continue
            before = data[: data.rstrip(b"\n").rfind(b"\n") + 1]
            if hashlib.sha256(before).hexdigest() != rows[-1][_LAST] or header["run"] != now:
                raise ConfigurationError(f"{path} changed, or its run did")
            kept = {name: value for name, value in header.items() if name != "format"}
            yield Judged(**kept), {row["id"]: _verdict(row) for row in rows[:-1]}


def _opened(path: Path) -> IO[bytes]:
    """Open a file to be written on at its end, by nobody else meanwhile."""
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "ab")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise RetryError(f"{path}: another process is at work on it") from None
    return file


def _rows(data: bytes) -> list[dict[str, Any]]:
    """Return the rows that were written to their end."""
    return [json.loads(line) for line in data[: data.rfind(b"\n") + 1].splitlines()]


def _row(verdict: Verdict) -> dict[str, object]:
    if isinstance(verdict, Preferred):
        return {"preference": verdict.preference, "steady": verdict.steady}
    return {"grade": verdict}


def _verdict(row: Mapping[str, Any]) -> Verdict:
    if "preference" in row:
        return Preferred(preference=Preference(row["preference"]), steady=row["steady"])
    return None if row["grade"] is None else Grade(row["grade"])
