"""API keys: whose they are, by their hash. The keys themselves are shown once and not kept."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rag.access.live_file import LiveFile
from rag.errors import ConfigurationError
from rag.keys import write_private
from rag.records import Principal

KEY_PREFIX = "rf_"


class ApiKeys:
    """The keys in a file. One that is made or removed while a service runs holds at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._owners = LiveFile(path, _read)

    def owner(self, api_key: str) -> str | None:
        """Return the id of the principal whose key this is."""
        return self._owners.content().get(key_hash(api_key))

    def create(self, principal: Principal) -> str:
        """Make a key for a principal, keep its hash, and return the key."""
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        with self._alone() as folder:
            self._replace({**_read(self._path), key_hash(key): principal.id}, folder)
        return key

    def revoke(self, principal_id: str) -> int:
        """Remove every key of a principal, known or not, and return how many there were.

        When this returns, none of them opens anything, in running services too.
        """
        with self._alone() as folder:
            keys = _read(self._path)
            kept = {digest: owner for digest, owner in keys.items() if owner != principal_id}
            if len(kept) < len(keys):
                self._replace(kept, folder)
        return len(keys) - len(kept)

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Let one change at a time read and replace the file: of two at once, one would be lost."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(folder)

    def _replace(self, keys: Mapping[str, str], folder: int) -> None:
        """Put a new file in the place of the old one, durably."""
        aside = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        try:
            write_private(aside, json.dumps(keys, indent=1, sort_keys=True).encode())
            aside.replace(self._path)
        finally:
            aside.unlink(missing_ok=True)
        os.fsync(folder)


def key_hash(api_key: str) -> str:
    """Return what is kept of a key. Keys are random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(api_key.encode("utf-8", "replace")).hexdigest()


def _read(path: Path) -> dict[str, str]:
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the API keys in {path} cannot be read") from error
    if not isinstance(keys, dict):
        raise ConfigurationError(f"the API keys in {path} cannot be read")
    return {str(digest): str(owner) for digest, owner in keys.items()}
