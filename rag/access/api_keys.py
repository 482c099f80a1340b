"""API keys: whose they are, by their hash. The keys themselves are shown once and not kept."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from rag.errors import ConfigurationError
from rag.keys import write_private
from rag.records import Principal

KEY_PREFIX = "rf_"


class ApiKeys:
    """The keys in a file. One that is made or removed while a service runs holds at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._owners: Mapping[str, str] = {}

    def owner(self, api_key: str) -> str | None:
        """Return the id of the principal whose key this is."""
        now = self._state()
        if now != self._seen:
            self._owners = _read(self._path)
            self._seen = now
        return self._owners.get(key_hash(api_key))

    def create(self, principal: Principal) -> str:
        """Make a key for a principal, keep its hash, and return the key."""
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)  # of two made at once, one would be lost
            keys = {**_read(self._path), key_hash(key): principal.id}
            aside = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
            write_private(aside, json.dumps(keys, indent=1, sort_keys=True).encode())
            aside.replace(self._path)
        finally:
            os.close(folder)
        return key

    def _state(self) -> tuple[int, int] | None:
        """Return what changes when the file does: it is only ever replaced."""
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            return None
        return facts.st_mtime_ns, facts.st_ino


def key_hash(api_key: str) -> str:
    """Return what is kept of a key. Keys are random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(api_key.encode("utf-8", "replace")).hexdigest()


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the API keys in {path} cannot be read") from error
    if not isinstance(keys, dict):
        raise ConfigurationError(f"the API keys in {path} cannot be read")
    return {str(digest): str(owner) for digest, owner in keys.items()}
