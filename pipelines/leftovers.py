"""Looks into the files of an installation for what should no longer be in any of them."""

from __future__ import annotations

import mmap
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipelines.home import Home
from rag.records import RedactedDocument

# So many documents are looked for by pieces of their text, and so many pieces of each.
MOST_DOCUMENTS = 50
_PIECES = 6
_LENGTH = 40
_SHORTEST = 16


def pieces(document: RedactedDocument) -> list[str]:
    """Return pieces of a document's text that stand the same in whatever file holds it."""
    lines = [line for line in document.text.split("\n") if _plain(line)]
    step = max(1, len(lines) // _PIECES)
    return [line[:_LENGTH] for line in lines[::step][:_PIECES]]


def _plain(line: str) -> bool:
    """Whether a line is written alike in JSON, in HTML and in a database."""
    return len(line) >= _SHORTEST and line.isascii() and line.isprintable() and not set(line) & _ODD


_ODD = frozenset("\"'\\<>&")


def text_files(home: Home) -> list[Path]:
    """Return the installation's files that could hold text: all but the index and the keys."""
    apart = (home.index, home.key.parent)
    return [path for path in _files(home.path) if not any(map(path.is_relative_to, apart))]


def index_files(home: Home) -> list[Path]:
    """Return the files of the embedded index."""
    return list(_files(home.index))


def holding(files: Iterable[Path], wanted: Sequence[str]) -> dict[Path, set[str]]:
    """Return which of the files hold which of these texts."""
    found: dict[Path, set[str]] = {}
    for path in files:
        held = _held(path, wanted)
        if held:
            found[path] = held
    return found


def remove_copies(home: Home, files: Iterable[Path]) -> int:
    """Remove those of the files that are evaluations: a run, or the whole evaluation index."""
    evaluation = home.path / "evaluation"
    removed = 0
    for path in files:
        if path.is_relative_to(evaluation):
            shutil.rmtree(evaluation, ignore_errors=True)
            removed += 1
        elif path.is_relative_to(home.runs):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def _held(path: Path, wanted: Sequence[str]) -> set[str]:
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:
                return set()
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return {text for text in wanted if content.find(text.encode()) >= 0}
    except FileNotFoundError:  # a log that was dropped meanwhile
        return set()
