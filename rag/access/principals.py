"""Who is known to an installation: `principals.toml`, and API keys by their hash."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import ConfigurationError, UnauthenticatedError
from rag.records import Principal

KEY_PREFIX = "rf_"


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

    def __init__(self, principals: Iterable[Principal], keys: Mapping[str, str]) -> None:
        self._by_id = {principal.id: principal for principal in principals}
        self._keys = dict(keys)

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
        owner = self._keys.get(key_hash(api_key))
        if owner is None or owner not in self._by_id:
            raise UnauthenticatedError("the API key is missing or not known")
        return self._by_id[owner]


def load_principals(path: Path, keys_path: Path, *, tenant: str) -> Principals:
    """Read both files, or name the line that is wrong."""
    return Principals(read_principals(path, tenant=tenant), _read_keys(keys_path))


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


def new_key(keys_path: Path, principal: Principal) -> str:
    """Make an API key for a principal, keep its hash, and return the key: it is shown once."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    keys = {**_read_keys(keys_path), key_hash(key): principal.id}
    temporary = keys_path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(keys, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(keys_path)
    return key


def key_hash(api_key: str) -> str:
    """Return what is kept of a key. Keys are random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(api_key.encode("utf-8", "replace")).hexdigest()


def _read_keys(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the API keys in {path} cannot be read") from error
    if not isinstance(keys, dict):
        raise ConfigurationError(f"the API keys in {path} cannot be read")
    return {str(digest): str(owner) for digest, owner in keys.items()}
