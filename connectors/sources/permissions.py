"""Who may read the files of a folder: the rules in its `permissions.toml`."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from rag.errors import ConfigurationError
from rag.records import Acl

PERMISSIONS_FILE = "permissions.toml"
_KEYS: Mapping[str, type] = {
    "path": str,
    "groups": list,
    "public": bool,
    "discoverable": bool,
    "clearance": int,
    "purposes": list,
    "tags": list,
}
_LISTS = ("groups", "purposes", "tags")
# A line holds one tag, and a table of them is read by people.
_TAG = re.compile(r"[\w][\w .-]{0,39}")
_PIECE = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|[^*?\[]+|\[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Files whose path matches, who may read them, and what they are marked with."""

    pattern: re.Pattern[str]
    acl: Acl
    tags: frozenset[str] = frozenset()


class Permissions:
    """The rules that hold for a folder: the first that matches wins.

    With a `permissions.toml`, a file that no rule names can be read by nobody. Without one
    anywhere above, the groups of `sources.default_groups` may read everything.
    """

    def __init__(
        self, *, file: Path | None, rules: Sequence[Rule], default_groups: Iterable[str]
    ) -> None:
        self._file = file
        self._rules = rules
        default = Acl() if file is not None else Acl(groups=frozenset(default_groups))
        self._default = Rule(pattern=re.compile(".*", re.DOTALL), acl=default)

    @property
    def file(self) -> Path | None:
        """The permissions.toml that holds for the folder."""
        return self._file

    def acl(self, path: Path) -> Acl:
        """Return who may read the file at an absolute path."""
        return self.rule(path).acl

    def rule(self, path: Path) -> Rule:
        """Return the rule that holds for the file at an absolute path."""
        if self._file is None:
            return self._default
        relative = path.relative_to(self._file.parent).as_posix()
        matching = (rule for rule in self._rules if rule.pattern.fullmatch(relative))
        return next(matching, self._default)


class PermissionsTree:
    """The permissions of files anywhere: those of the nearest `permissions.toml` at or above.

    A file nearer by replaces one farther up for everything below it. Each is read once, and
    only if it belongs to somebody trusted and not everybody may change it.
    """

    def __init__(self, *, default_groups: Iterable[str], owner: int | None = None) -> None:
        """Take note of what holds where there is no file.

        Args:
            default_groups: Who reads where no permissions stand.
            owner: A user, besides root and the one who runs this, whose rules count.
        """
        self._default_groups = tuple(default_groups)
        self._trusted = frozenset({0, os.geteuid()} | ({owner} if owner is not None else set()))
        self._by_folder: dict[Path, Permissions] = {}

    def acl(self, path: Path) -> Acl:
        """Return who may read the file at an absolute path, or raise `ConfigurationError`."""
        return self.rule(path).acl

    def rule(self, path: Path) -> Rule:
        """Return the rule that holds for the file at an absolute path, or raise likewise."""
        return self.of(path.parent).rule(path)

    def of(self, folder: Path) -> Permissions:
        """Return the permissions that hold in a folder."""
        below: list[Path] = []
        for here in (folder, *folder.parents):
            below.append(here)
            found = self._by_folder.get(here) or self._own(here)
            if found is not None:
                break
        else:
            found = Permissions(file=None, rules=(), default_groups=self._default_groups)
        self._by_folder.update(dict.fromkeys(below, found))
        return found

    def _own(self, folder: Path) -> Permissions | None:
        """Return what the folder's own file says, if it has one."""
        file = folder / PERMISSIONS_FILE
        text = _text(file, self._trusted)
        if text is None:
            return None
        rules = _rules(file, text)
        return Permissions(file=file, rules=rules, default_groups=self._default_groups)


def permissions_for(path: Path, *, default_groups: Iterable[str]) -> Permissions:
    """Return the permissions of the nearest `permissions.toml` at or above a folder or file.

    Raises:
        ConfigurationError: It cannot be read, or a rule in it is wrong.
    """
    return PermissionsTree(default_groups=default_groups).of(path)


def _text(file: Path, trusted: Container[int]) -> str | None:
    """Return what stands in a file; only where there is nothing of its name it is absent."""
    try:
        if not stat.S_ISREG(file.lstat().st_mode):  # before opening: a device would notice
            raise ConfigurationError(f"{file} is no plain file: replace it by one, or remove it")
        # What takes its place in between is neither followed nor waited for.
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as opened:
            _check_origin(file, os.fstat(descriptor), trusted)
            return opened.read().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}") from error


def _check_origin(file: Path, facts: os.stat_result, trusted: Container[int]) -> None:
    """Refuse a file that somebody may have placed or changed who has no say in who reads.

    It is looked for above the ingested folder too, so it may lie where anybody can write.
    """
    if facts.st_uid not in trusted:
        raise ConfigurationError(
            f"{file} belongs to another user: after checking its rules, `chown` it to the user "
            "who runs this, or remove it"
        )
    if facts.st_mode & stat.S_IWOTH:
        raise ConfigurationError(
            f"{file} can be changed by anybody: after checking its rules, run `chmod o-w {file}`"
        )


def _rules(file: Path, text: str) -> list[Rule]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}") from error
    unknown = sorted(content.keys() - {"rule"})
    if unknown:
        raise ConfigurationError(f"{file}: unknown key `{unknown[0]}`; only [[rule]] is known")
    entries = content.get("rule", [])
    if not isinstance(entries, list):
        raise ConfigurationError(f"{file}: write [[rule]] with two brackets")
    return [_rule(file, number, entry) for number, entry in enumerate(entries, start=1)]


def _rule(file: Path, number: int, entry: object) -> Rule:
    where = f"{file}, rule {number}"
    if not isinstance(entry, dict):
        raise ConfigurationError(f"{where}: write [[rule]] with two brackets")
    _check(where, entry)
    acl = Acl(
        groups=frozenset(entry.get("groups", [])),
        public=entry.get("public", False),
        discoverable=entry.get("discoverable", False),
        clearance=entry.get("clearance", 0),
        purposes=frozenset(entry.get("purposes", [])),
    )
    tags = frozenset(entry.get("tags", []))
    return Rule(pattern=_compiled(where, entry["path"]), acl=acl, tags=tags)


def _check(where: str, entry: Mapping[str, Any]) -> None:
    """Refuse a rule that says what is not known, or what cannot be meant."""
    for key, value in entry.items():
        kind = _KEYS.get(key)
        if kind is None:
            raise ConfigurationError(f"{where}: unknown key `{key}`")
        if type(value) is not kind:  # a bool is an int, but no clearance
            raise ConfigurationError(f"{where}: `{key}` must be {_NAMES[kind]}")
    for key in _LISTS:
        if not all(isinstance(name, str) and name.strip() for name in entry.get(key, [])):
            raise ConfigurationError(f"{where}: `{key}` must be a list of names")
    if entry.get("purposes") == []:
        raise ConfigurationError(f"{where}: `purposes` names none: leave it out, or name one")
    if not all(_TAG.fullmatch(tag) for tag in entry.get("tags", [])):
        raise ConfigurationError(
            f"{where}: a tag has letters, digits, spaces, `.`, `_` and `-`, 40 at most"
        )
    if not entry.get("path"):
        raise ConfigurationError(f"{where}: `path` is missing")
    if entry.get("clearance", 0) < 0:
        raise ConfigurationError(f"{where}: `clearance` must not be negative")


_NAMES: Mapping[type, str] = {
    str: "a text",
    list: "a list of names",
    bool: "true or false",
    int: "a whole number",
}


def _compiled(where: str, glob: str) -> re.Pattern[str]:
    """Compile a glob: `*` and `?` stay within a folder, `**` goes through folders."""
    if glob.startswith("/") or ".." in PurePosixPath(glob).parts or "\\" in glob:
        raise ConfigurationError(f"{where}: `path` must be relative, with / between folders")
    try:
        return re.compile("".join(_expression(piece) for piece in _PIECE.findall(glob)), re.DOTALL)
    except re.error as error:
        raise ConfigurationError(f"{where}: `path` is no valid pattern") from error


def _expression(piece: str) -> str:
    if piece == "**/":
        return "(?:[^/]+/)*"
    if piece == "**":
        return ".*"
    if piece == "*":
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if piece.startswith("[") and piece.endswith("]"):
        negated = piece[1] in "!^"
        inner = re.escape(piece[2:-1] if negated else piece[1:-1]).replace(r"\-", "-")
        return f"(?!/)[{'^' if negated else ''}{inner}]"
    return re.escape(piece)
