"""`models.toml`: the models that were admitted, for people to read and for start-up to check."""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from rag.errors import ConfigurationError, NotFoundError
from rag.models.hashes import replace_private
from rag.models.records import Format, LicenceClass, LicenceException

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEAD = """\
# The models of this installation, written by `ringfence models add`. What counts is the file's
# hash and, where its licence class is not allowed by the settings, the exception: somebody's
# decision, with a reason and a date. The rest is there to be read. Delete a [[model]] table to
# take a model away.
"""
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model as the register has it."""

    name: str
    path: str
    sha256: str
    size: int
    format: str
    architecture: str
    quantisation: str
    parameters: int
    context: int
    vocabulary: str
    chat_template: bool
    adapter: bool
    family: str
    licence: str
    licence_class: str
    watch: str
    licence_checked: str
    doubts: tuple[str, ...]
    source: str
    added: str
    exception: LicenceException | None = None


class ModelRegister:
    """The register of one installation."""

    def __init__(self, path: Path) -> None:
        """Take note of the file without reading it; it need not be there."""
        self.path = path

    def entries(self) -> tuple[Entry, ...]:
        """Return every model, in the order of the file."""
        entries = tuple(self._entry(row) for row in self._rows())
        names = [entry.name for entry in entries]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ConfigurationError(f"{self.path} has `{min(twice)}` twice")
        return entries

    def entry(self, name: str) -> Entry:
        """Return a model by name, or say which there are."""
        entries = self.entries()
        for entry in entries:
            if entry.name == name:
                return entry
        known = ", ".join(sorted(entry.name for entry in entries)) or "none yet"
        raise NotFoundError(
            f"no model `{name}` is registered; there is: {known}. "
            "`ringfence models add NAME PATH` registers one"
        )

    def put(self, entry: Entry) -> None:
        """Add a model, or write the one of that name anew."""
        with self._alone():
            entries = {known.name: known for known in self.entries()}
            entries[entry.name] = entry
            tables = "\n".join(_table(one) for one in entries.values())
            replace_private(self.path, f"{_HEAD}\n{tables}".encode())

    def _rows(self) -> list[Mapping[str, object]]:
        try:
            facts = self.path.stat()
            data = self.path.read_bytes() if facts.st_size <= _LONGEST else b"\xff"
            found = tomllib.loads(data.decode())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ConfigurationError(f"{self.path} cannot be read: {error.strerror}") from None
        except ValueError:
            raise ConfigurationError(f"{self.path} is not valid TOML") from None
        if stat.S_IMODE(facts.st_mode) & (stat.S_IWGRP | stat.S_IWOTH):
            raise ConfigurationError(
                f"{self.path} may be changed by others: run `chmod 600 {self.path}`"
            )
        rows = found.pop("model", [])
        if found or not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
            raise ConfigurationError(f"{self.path} holds something else than [[model]] tables")
        return rows

    def _entry(self, row: Mapping[str, object]) -> Entry:
        name = row.get("name")
        where = f"{self.path}: `{name}`" if isinstance(name, str) else f"{self.path}: a model"
        wanted = {field.name: field.type for field in fields(Entry)}
        if unknown := row.keys() - wanted.keys():
            raise ConfigurationError(f"{where} has an unknown key `{min(unknown)}`")
        if missing := wanted.keys() - row.keys() - {"exception"}:
            raise ConfigurationError(f"{where} lacks `{min(missing)}`")
        values = {key: _typed(row[key], str(wanted[key]), f"{where}: `{key}`") for key in row}
        entry = Entry(**values)  # type: ignore[arg-type]  # just held against the fields' types
        _check(entry, where)
        return entry

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time, also among processes."""
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigurationError(f"{lock} cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def licence_exception(by: str, reason: str, date: str) -> LicenceException:
    """Return an exception, or say what it lacks: nobody shall wonder later who decided, and why."""
    if len(by.strip()) < 3 or len(reason.strip()) < 10 or not _DATE.fullmatch(date):
        raise ConfigurationError(
            "an exception from the licence policy needs a name, a reason of ten letters at least "
            "and a date such as 2026-05-31"
        )
    return LicenceException(by=by.strip(), reason=reason.strip(), date=date)


def _typed(value: object, kind: str, where: str) -> object:
    """Return a value of the field's type, or refuse it."""
    if kind.startswith("LicenceException"):
        parts = value if isinstance(value, dict) else {}
        if parts.keys() != {"by", "reason", "date"}:
            raise ConfigurationError(f"{where} has `by`, `reason` and `date`, nothing else")
        return licence_exception(*(str(parts[key]) for key in ("by", "reason", "date")))
    if kind.startswith("tuple"):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
    elif type(value).__name__ == kind:
        return value
    raise ConfigurationError(f"{where} is of the wrong type")


def _check(entry: Entry, where: str) -> None:
    if not NAME.fullmatch(entry.name):
        raise ConfigurationError(f"{where}: a name has a-z, 0-9, `.`, `_` and `-`, 64 at most")
    if not _HASH.fullmatch(entry.sha256):
        raise ConfigurationError(f"{where}: `sha256` has 64 hexadecimal digits")
    if entry.format not in {one.value for one in Format}:
        raise ConfigurationError(f"{where}: `format` is gguf or safetensors")
    if entry.licence_class not in {one.value for one in LicenceClass}:
        raise ConfigurationError(f"{where}: `licence_class` is not one of the four there are")
    if not Path(entry.path).is_absolute():
        raise ConfigurationError(f"{where}: `path` begins with `/`")


def _table(entry: Entry) -> str:
    lines = ["[[model]]"]
    exception = entry.exception
    for key, value in asdict(entry).items():
        if key != "exception":
            lines.append(f"{key} = {_toml(value)}")
    if exception is not None:
        lines.append("[model.exception]")
        lines += [f"{key} = {_toml(value)}" for key, value in asdict(exception).items()]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Write a value: text as JSON has it is a basic string of TOML, but for one character."""
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
