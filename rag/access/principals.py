"""Who is known to an installation: `principals.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.access.api_keys import ApiKeys
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


class _File(BaseModel):
    """A `principals.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    principal: tuple[_Row, ...] = ()


class Principals:
    """The principals of an installation, and whose API key is whose."""

    def __init__(self, principals: Iterable[Principal], keys: ApiKeys) -> None:
        self._by_id = {principal.id: principal for principal in principals}
        self._keys = keys

    def __iter__(self) -> Iterator[Principal]:
        return iter(sorted(self._by_id.values(), key=lambda principal: principal.id))

    def named(self, principal_id: str) -> Principal:
        """Return a principal by id, or refuse: whoever is not known sees nothing."""
        if principal_id not in self._by_id:
            raise UnauthenticatedError(
                f"unknown principal `{principal_id}`: `ringfence principals` lists those there are"
            )
        return self._by_id[principal_id]

    def authenticate(self, api_key: str) -> Principal:
        """Return whose key this is. Keys are compared by hash; their values are not kept."""
        owner = self._keys.owner(api_key)
        if owner is None or owner not in self._by_id:
            raise UnauthenticatedError("the API key is missing or not known")
        return self._by_id[owner]


def load_principals(path: Path, keys_path: Path, *, tenant: str) -> Principals:
    """Read both files, or name the line that is wrong."""
    keys = ApiKeys(keys_path)
    keys.owner("")  # a damaged file is said now rather than at the first question
    return Principals(read_principals(path, tenant=tenant), keys)


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
        )
        for row in parsed
    ]
