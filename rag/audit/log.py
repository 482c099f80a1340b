"""A log in which every line holds the hash of the line before, sealed with a key.

Changing, removing or inserting a line breaks the chain from there on; without the key no one
can mend it. Cutting lines off the end shows against the last id that an answer was given.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from rag.errors import ConfigurationError, RetryError

_FIRST = "0" * 64


class ChainedLog:
    """One JSON object a line in a file that is only ever appended to."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key

    def append(self, event: str, facts: Mapping[str, object]) -> str:
        """Write an entry to the disk and return its id."""
        with self._locked() as file:
            number, before = self._end(_last_line(file))
            entry: dict[str, object] = {
                "n": number + 1,
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "event": event,
                "facts": dict(facts),
                "before": before,
            }
            seal = self._seal(entry)
            line = json.dumps({**entry, "seal": seal}, sort_keys=True).encode() + b"\n"
            self._write(file, line)
            return f"{number + 1}-{seal[:16]}"

    def verify(self) -> int:
        """Return the number of entries, or name the first that does not fit."""
        if not self._path.exists():
            return 0
        before, number = _FIRST, 0
        try:
            with self._path.open("rb") as file:
                for line in file:
                    if not line.endswith(b"\n"):
                        break  # what a crash left, or what is being written: not acknowledged
                    before = self._check(line, number + 1, before)
                    number += 1
        except OSError as error:
            raise ConfigurationError(
                f"the audit log {self._path} cannot be read: {error.strerror}"
            ) from error
        return number

    def _check(self, line: bytes, number: int, before: str) -> str:
        """Return the seal of an entry that is sound and in its place."""
        entry = _parse(line)
        seal = str(entry.pop("seal", ""))
        sound = (
            entry.get("n") == number
            and entry.get("before") == before
            and hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(entry).encode())
        )
        if not sound:
            raise ConfigurationError(f"the audit log was changed at entry {number}")
        return seal

    @staticmethod
    def _end(last: bytes) -> tuple[int, str]:
        """Return the number and the seal of the last entry."""
        if not last:
            return 0, _FIRST
        entry = _parse(last)
        number, seal = entry.get("n"), entry.get("seal")
        if not isinstance(number, int) or not isinstance(seal, str):
            raise ConfigurationError("the audit log was changed at its last entry")
        return number, seal

    def _seal(self, entry: Mapping[str, object]) -> str:
        content = json.dumps(entry, sort_keys=True).encode()
        return hmac.new(self._key, content, hashlib.sha256).hexdigest()

    def _write(self, file: BinaryIO, line: bytes) -> None:
        try:
            written = file.write(line)
            os.fsync(file.fileno())
        except OSError as error:
            raise RetryError(f"the audit log cannot be written: {error.strerror}") from error
        if written != len(line):  # a disk that fills up takes a part and does not complain
            raise RetryError("the audit log cannot be written: the disk is full")

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        """Open for appending; one writer at a time, also among processes."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise ConfigurationError(
                f"the audit log {self._path} cannot be opened: {error.strerror}"
            ) from error
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _drop_torn_line(cast("BinaryIO", file))
            yield cast("BinaryIO", file)


def _parse(line: bytes) -> dict[str, object]:
    """Return an entry, or nothing where there is none."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _last_line(file: BinaryIO) -> bytes:
    """Return the last whole line, reading backwards in growing steps."""
    end = file.seek(0, os.SEEK_END)
    step = 4096
    while True:
        start = max(0, end - step)
        file.seek(start)
        lines = file.read(end - start).splitlines()
        if len(lines) > 1 or start == 0:
            return lines[-1] if lines else b""
        step *= 4


def _drop_torn_line(file: BinaryIO) -> None:
    """Cut off what a crash left of a line that was never acknowledged."""
    handle = file
    end = handle.seek(0, os.SEEK_END)
    position = end
    while position > 0:
        handle.seek(position - 1)
        if handle.read(1) == b"\n":
            break
        position -= 1
    if position != end:
        handle.truncate(position)
