"""Who is known to an installation: `principals.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.access.api_keys import ApiKeys
from rag.access.live_file import LiveFile
from rag.access.roles import Role
from rag.errors import ConfigurationError, UnauthenticatedError
from rag.records import Principal


class _Row(BaseModel):
    """One `[[principal]]` table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, max_length=120)
    name: str = ""
    tenant: str = ""
    groups: tuple[str, ...] = ()
    clearance: int = Field(default=0, ge=0)
    purpose: str = ""
    roles: tuple[Role, ...] = ()


class _File(BaseModel):
    """A `principals.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    principal: tuple[_Row, ...] = ()


class Principals:
    """The principals of an installation, and whose API key is whose.

    What `current` returns is asked for anew each time, so that whoever loses a group or is
    removed while a service runs loses it at once.
    """

    def __init__(self, current: Callable[[], Iterable[Principal]], keys: ApiKeys) -> None:
        """Take note of both without reading either.

        Args:
            current: Returns the principals there are now, or raises `ConfigurationError`.
            keys: Whose API key is whose.
        """
        self._current = current
        self._keys = keys

    @classmethod
    def of(cls, principals: Iterable[Principal], keys: ApiKeys) -> Principals:
        """Return principals that do not change."""
        fixed = tuple(principals)
        return cls(lambda: fixed, keys)

    def __iter__(self) -> Iterator[Principal]:
        return iter(sorted(self._current(), key=lambda principal: principal.id))

    def named(self, principal_id: str) -> Principal:
        """Return a principal by id, or refuse: whoever is not known sees nothing."""
        found = self._find(principal_id)
        if found is None:
            raise UnauthenticatedError(
                f"unknown principal `{principal_id}`: `ringfence principals` lists those there are"
            )
        return found

    def authenticate(self, api_key: str) -> Principal:
        """Return whose key this is. Keys are compared by hash; their values are not kept."""
        owner = self._keys.owner(api_key)
        found = None if owner is None else self._find(owner)
        if found is None:
            raise UnauthenticatedError("the API key is missing or not known")
        return found

    def _find(self, principal_id: str) -> Principal | None:
        return next((found for found in self._current() if found.id == principal_id), None)


def load_principals(path: Path, keys_path: Path, *, tenant: str) -> Principals:
    """Read both files, or name the line that is wrong; either is read anew when it changes.

    While a changed file is wrong, nobody is let in: the rules it had before hold no more.
    """
    keys = ApiKeys(keys_path)
    keys.owner("")  # a damaged file is said now rather than at the first question
    file = LiveFile(path, partial(read_principals, tenant=tenant))
    file.content()  # and so is this one
    return Principals(file.content, keys)


def read_principals(path: Path, *, tenant: str) -> list[Principal]:
    """Read a `principals.toml`; a principal without a tenant belongs to `tenant`."""
    try:
        parsed = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).principal
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}") from error
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise ConfigurationError(f"{path}: `{where}`: {problem['msg']}") from error
    ids = [row.id for row in parsed]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise ConfigurationError(f"{path}: principal `{twice}` stands there twice")
    return [
        Principal(
            tenant=row.tenant or tenant,
            id=row.id,
            name=row.name,
            groups=frozenset(row.groups),
            clearance=row.clearance,
            purpose=row.purpose,
            roles=frozenset(row.roles),
        )
        for row in parsed
    ]
