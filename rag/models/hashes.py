"""Hashes of large files, computed once and again whenever the file may have changed."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from rag.errors import ConfigurationError
from rag.keys import write_private
from rag.models.gguf import BrokenFileError, open_regular

_PIECE = 4 << 20
_MOST_REMEMBERED = 10_000

Advance = Callable[[int], None]


def nobody(_: int) -> None:
    """Tell nobody how many bytes were read."""


def sha256_of(path: Path, advance: Advance = nobody) -> str:
    """Read a file through and return its hash, telling how many bytes each step has read."""
    whole = hashlib.sha256()
    try:
        with open_regular(path) as file:
            while piece := file.read(_PIECE):
                whole.update(piece)
                advance(len(piece))
    except BrokenFileError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    return whole.hexdigest()


def together(parts: Iterable[tuple[str, str]]) -> str:
    """Return one hash of several files, given by name with theirs."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(parts))
    return hashlib.sha256(lines.encode()).hexdigest()


def change_mark(path: Path) -> list[int]:
    """Return what changes when a file does: an old time may be given to a new file, but not all."""
    try:
        facts = path.stat()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_dev]


class RememberedHashes:
    """Hashes of files that have not changed since they were computed, kept in a file.

    Losing it costs time and nothing else; what it holds is believed only while size, times and
    place on the disk of a file are the same.
    """

    def __init__(self, path: Path) -> None:
        """Take note of where they are kept, without reading."""
        self._path = path

    def of(self, file: Path, advance: Advance = nobody) -> str:
        """Return the hash of a file, computed if it is not known or may have changed."""
        mark = change_mark(file)
        known = self._read().get(str(file))
        if known is not None and known.get("mark") == mark:
            advance(mark[0])
            return str(known.get("sha256", ""))
        return self.fresh(file, advance)

    def fresh(self, file: Path, advance: Advance = nobody) -> str:
        """Compute the hash of a file and remember it."""
        mark = change_mark(file)
        digest = sha256_of(file, advance)
        if change_mark(file) != mark:
            raise ConfigurationError(f"{file} changes while it is read: wait until it is whole")
        self._remember(str(file), mark, digest)
        return digest

    def _remember(self, file: str, mark: list[int], digest: str) -> None:
        known = self._read()
        known.pop(file, None)
        known[file] = {"mark": mark, "sha256": digest}
        kept = dict(list(known.items())[-_MOST_REMEMBERED:])
        replace_private(self._path, json.dumps(kept, indent=1).encode())

    def _read(self) -> dict[str, dict[str, object]]:
        """Return what is remembered; a file that is not whole remembers nothing."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {name: row for name, row in found.items() if isinstance(row, dict)}


def replace_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read: the old one stays whole until the new one is."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_private(aside, data)
        aside.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        aside.unlink(missing_ok=True)
