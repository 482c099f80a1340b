"""The keys of an installation: random secrets on disk or given, one derived key a purpose."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

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

    @property
    def id(self) -> str:
        """A name of the secret, which does not tell it."""
        return self.derive("name of the key").hex()[:16]


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


def load_keys(path: Path, given: SecretStr | None = None) -> Keys:
    """Return the key that was given in base64, else the one in a file that nobody else may read."""
    return Keys(_read(path)) if given is None else Keys(_decoded(given))


def _read(path: Path) -> bytes:
    """Read a key; refuse one that others on this machine may read."""
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"the key {path} cannot be read: {error.strerror}") from error
    if stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"the key {path} is open to others: run `chmod 600 {path}`")
    if len(secret) != KEY_BYTES:
        raise ConfigurationError(
            f"the key {path} must have {KEY_BYTES} bytes: put the right one back"
        )
    return secret


def _decoded(given: SecretStr) -> bytes:
    try:
        return base64.b64decode(given.get_secret_value(), validate=True)
    except (binascii.Error, ValueError):
        raise ConfigurationError("a key in the environment must be base64") from None


class KeyRing:
    """The key that seals now and, while it is being replaced, the one that comes after it.

    Both are read when first asked for, and anew when a key is asked for that was not known: a
    service that runs meets rows which a rotation has sealed with the next key.
    """

    __slots__ = ("_current", "_known", "_next")

    def __init__(self, current: Callable[[], Keys], following: Callable[[], Keys | None]) -> None:
        """Take note of how both are read.

        Args:
            current: Reads the key, or raises `ConfigurationError`.
            following: Reads the next key, if there is one.
        """
        self._current = current
        self._next = following
        self._known: dict[str, Keys] = {}

    def __repr__(self) -> str:
        return "KeyRing(...)"

    def current(self) -> Keys:
        """Return the key that seals now."""
        keys = self._current()
        self._known[keys.id] = keys
        return keys

    def following(self) -> Keys | None:
        """Return the key that comes after it, while it is being replaced."""
        keys = self._next()
        if keys is not None:
            self._known[keys.id] = keys
        return keys

    def named(self, key_id: str) -> Keys:
        """Return a key by its id, or say that it is not here."""
        if key_id not in self._known:
            self.current()
            self.following()
        keys = self._known.get(key_id)
        if keys is None:
            raise ConfigurationError(
                "the vault was sealed with a key that is not here: put its key back"
            )
        return keys
