"""The keys of an installation: one random secret on disk, one derived key a purpose."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from rag.errors import ConfigurationError

KEY_BYTES = 32


class Keys:
    """Derives independent keys from the installation's secret. Never prints any of them."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ConfigurationError(f"the key must have {KEY_BYTES} bytes")
        self._secret = secret

    def __repr__(self) -> str:
        return "Keys(...)"

    def derive(self, purpose: str) -> bytes:
        """Return the key for one purpose; knowing one key tells nothing about another."""
        return hmac.new(self._secret, b"ringfence/" + purpose.encode(), hashlib.sha256).digest()


def create_key(path: Path) -> None:
    """Write a new random key that only its owner may read; an existing key is left alone.

    It is written aside and linked into place, so that a crash leaves a whole key or none.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_private(aside, secrets.token_bytes(KEY_BYTES))
        with suppress(FileExistsError):  # somebody else was quicker: his key counts
            path.hardlink_to(aside)
    finally:
        aside.unlink(missing_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read, durably."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def load_keys(path: Path) -> Keys:
    """Read the installation's key; refuse one that others on this machine may read."""
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"the key {path} cannot be read: {error.strerror}") from error
    if stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"the key {path} is open to others: run `chmod 600 {path}`")
    return Keys(secret)
