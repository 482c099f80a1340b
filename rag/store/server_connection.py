"""Where a Qdrant server may be, and how it is spoken to: REST, encrypted unless on loopback."""

from __future__ import annotations

import ipaddress
import ssl
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from rag.errors import ConfigurationError
from rag.settings import StoreSettings, read_secret

if TYPE_CHECKING:
    from qdrant_client import QdrantClient


def check_address(settings: StoreSettings) -> None:
    """Refuse an address to which vectors or a key would travel in the open.

    Only loopback may be spoken to without TLS and a key. The name of another container is not
    loopback, however private its network is meant to be.
    """
    url = _split(settings.url)
    if url.username is not None or url.password is not None:
        raise ConfigurationError("`store.url` must hold no password: use `store.api_key_file`")
    if _is_loopback(url.hostname or ""):
        return
    if url.scheme != "https":
        raise ConfigurationError("`store.url` is not on this machine: it must start with https://")
    if not settings.api_key_file:
        raise ConfigurationError(
            "`store.url` is not on this machine: name its API key's file in `store.api_key_file`"
        )


def connect(settings: StoreSettings) -> QdrantClient:
    """Return a client for the configured server. It sends nothing yet.

    Proxies that the environment names are not used; nothing is fetched, embedded or reported
    elsewhere. An address without a port means Qdrant's own, 6333. The key travels as a header
    of ours, because the client warns of any key on http, loopback included.
    """
    from qdrant_client import QdrantClient

    check_address(settings)
    key = read_secret(settings.api_key_file, setting="store.api_key_file")
    if key is not None and not key.get_secret_value():
        raise ConfigurationError(f"`store.api_key_file` names {settings.api_key_file}: it is empty")
    return QdrantClient(
        url=settings.url.rstrip("/"),
        headers=_headers(key),
        timeout=settings.timeout,
        prefer_grpc=False,
        check_compatibility=False,
        cloud_inference=False,
        trust_env=False,
        verify=_trust(settings.ca_file),
    )


def _split(address: str) -> SplitResult:
    if not address:
        raise ConfigurationError('`store.url` is empty: `store.kind = "server"` needs it')
    try:
        url = urlsplit(address)
        url.port  # noqa: B018  reading it is what checks it
    except ValueError as error:
        raise ConfigurationError("`store.url` is not an address") from error
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ConfigurationError("`store.url` must be http://host:port or https://host:port")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _headers(key: SecretStr | None) -> dict[str, str]:
    return {"api-key": key.get_secret_value()} if key is not None else {}


def _trust(ca_file: str) -> ssl.SSLContext:
    """Return a context that trusts the named authority alone, or else those of the system."""
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise ConfigurationError(f"`store.ca_file` names {ca_file}: it cannot be used") from error
