"""Where a model server may be, and how it is spoken to: encrypted unless on loopback."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from rag.errors import ConfigurationError
from rag.generate.wire.deadline import Deadline
from rag.settings import read_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where requests go, with the key they carry."""

    host: str
    port: int
    prefix: str = ""
    key: SecretStr | None = None
    tls: ssl.SSLContext | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}{self.prefix}"


class Endpoint(Protocol):
    """Knows where a server is now: one that is started again has another port and key."""

    def address(self, deadline: Deadline) -> Address:
        """Return the address of a server that runs, or raise `RetryError` with the reason."""

    def running(self) -> bool:
        """Whether it is expected to answer now."""

    def lost(self, address: Address) -> None:
        """Take note that a connection broke off, perhaps because the server has just ended."""

    def peak_mb(self) -> float | None:
        """Return the most memory the server has had; None of one that somebody else runs."""

    def restart(self) -> None:
        """End a server that was started here, for it hangs; it is started again."""

    def close(self) -> None:
        """Let go of the server; one that was started here is ended."""


class FixedEndpoint:
    """A server that somebody else runs."""

    def __init__(self, url: str, *, key_file: str = "", ca_file: str = "", section: str) -> None:
        """Take the address from settings; `section` is their place in the file, for messages."""
        self._url = url
        self._key_file = key_file
        self._ca_file = ca_file
        self._section = section
        self._address: Address | None = None

    def address(self, deadline: Deadline) -> Address:  # noqa: ARG002  it is always there
        """Return the address, or raise `ConfigurationError` if it may not be spoken to."""
        if self._address is None:
            self._address = self._checked()
        return self._address

    def running(self) -> bool:
        """Say yes: nothing is known here but its address."""
        return True

    def lost(self, address: Address) -> None:
        """Do nothing: whether it is started again is not ours to say."""

    def peak_mb(self) -> None:
        """Say that it is not known."""

    def restart(self) -> None:
        """Do nothing: the server is not ours."""

    def close(self) -> None:
        """Do nothing: the server is not ours."""

    def _checked(self) -> Address:
        """Refuse an address to which a prompt or a key would travel in the open.

        Only loopback may be spoken to without TLS and a key. The name of another container is
        not loopback, however private its network is meant to be.
        """
        section = self._section
        host, port, prefix, secure = self._split()
        key = read_secret(self._key_file, setting=f"{section}.key_file")
        if key is not None and not key.get_secret_value():
            raise ConfigurationError(f"`{section}.key_file` names {self._key_file}: it is empty")
        if key is not None and not key.get_secret_value().isprintable():
            raise ConfigurationError(f"`{section}.key_file` holds more than one line")
        if not is_loopback(host) and not secure:
            raise ConfigurationError(
                f"`{section}.url` is not on this machine: it must start with https://"
            )
        if not is_loopback(host) and key is None:
            raise ConfigurationError(
                f"`{section}.url` is not on this machine: name its key's file in "
                f"`{section}.key_file`"
            )
        tls = self._trust() if secure else None
        return Address(host=host, port=port, prefix=prefix, key=key, tls=tls)

    def _split(self) -> tuple[str, int, str, bool]:
        try:
            url = urlsplit(self._url)
            port = url.port
        except ValueError:
            raise ConfigurationError(f"`{self._section}.url` is not an address") from None
        if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
            raise ConfigurationError(
                f"`{self._section}.url` must be http://host:port or https://host:port"
            )
        if url.username is not None or url.password is not None:
            raise ConfigurationError(
                f"`{self._section}.url` must hold no password: use `{self._section}.key_file`"
            )
        secure = url.scheme == "https"
        prefix = url.path.rstrip("/").removesuffix("/v1")
        return url.hostname, port or (443 if secure else 80), prefix, secure

    def _trust(self) -> ssl.SSLContext:
        """Return a context that trusts the named authority alone, or else those of the system."""
        try:
            return ssl.create_default_context(cafile=self._ca_file or None)
        except OSError:
            raise ConfigurationError(
                f"`{self._section}.ca_file` names {self._ca_file}: it cannot be used"
            ) from None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its loopback address or by the name of it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
