"""Rows of JSON files, and errors that name the file and the entry and show nothing of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import ConfigurationError

_ID = 32

Contents = Sequence[tuple[Path, Any]]


class BadCaseError(ValueError):
    """A question that makes no sense; its message holds no text."""


def rows(contents: Contents, of: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Return the rows of files, each with the place to name in an error."""
    for file, content in contents:
        found = content.get(of) if of and isinstance(content, dict) else content
        if not isinstance(found, list) or not found:
            needed = f"an object with a list of `{of}`" if of else "a list of tables with questions"
            raise ConfigurationError(f"{file} is of no known form: not {needed}")
        for number, row in enumerate(found, start=1):
            if not isinstance(row, dict):
                raise ConfigurationError(f"{file}, entry {number}: not an object")
            yield f"{file}, entry {number}", row


class Naming:
    """Says of which entry what is wrong, instead of showing it."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KeyError):
            raise ConfigurationError(f"{self._where}: `{error.args[0]}` is missing") from None
        if isinstance(error, BadCaseError):
            raise ConfigurationError(f"{self._where}: {error}") from None
        if isinstance(error, (TypeError, AttributeError, ValueError)):
            raise ConfigurationError(f"{self._where}: a value is of the wrong type") from None


def loaded(file: Path, data: bytes) -> object:
    """Return what a file of JSON holds."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{file}, line {error.lineno}: not valid JSON") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file} is not UTF-8 text") from None
    except RecursionError:
        raise ConfigurationError(f"{file} is not valid JSON") from None


def bytes_of(path: Path) -> bytes:
    """Return what a file holds."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None


def id_of(text: str) -> str:
    """Return an id for a text, always the same."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_ID]


def string(value: object) -> str:
    """Return a value that must be text."""
    if not isinstance(value, str):
        raise BadCaseError("a value is of the wrong type")
    return value


def listed(value: object) -> list[Any]:
    """Return a value that must be a list."""
    if not isinstance(value, list):
        raise BadCaseError("a value is of the wrong type")
    return value
