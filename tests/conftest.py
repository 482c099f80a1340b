"""What holds for every test: no network but loopback, no telemetry, nobody's environment."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import HealthCheck, settings

from rag.offline import OFF, switch_off_telemetry

switch_off_telemetry()

# How long an example takes says more of the machine than of what is tested.
settings.register_profile("ringfence", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ringfence")


class NetworkRefusedError(RuntimeError):
    """A test reached for the network."""


def _is_here(host: object) -> bool:
    """Whether a host is this machine, by its loopback address or by the name of it."""
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _refuse_unless_here(host: object) -> None:
    if not _is_here(host):
        raise NetworkRefusedError(f"refused: {host!r}")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine, and every look-up of a foreign name."""

    def to_address(name):
        call = getattr(socket.socket, name)

        def checked(self, *arguments):
            address = arguments[-1]
            if not isinstance(address, (str, bytes)):  # those are paths of Unix sockets
                _refuse_unless_here(address[0])
            return call(self, *arguments)

        monkeypatch.setattr(socket.socket, name, checked)

    def of_name(name):
        call = getattr(socket, name)

        def checked(host, *args, **kwargs):
            if host is not None:
                _refuse_unless_here(host)
            return call(host, *args, **kwargs)

        monkeypatch.setattr(socket, name, checked)

    for name in ("connect", "connect_ex", "sendto"):
        to_address(name)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        of_name(name)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """Keep an operator's settings out of tests, and tests out of his installation."""
    from rag.settings import environment

    for name in environment():
        if name.startswith("RINGFENCE_") and not name.startswith("RINGFENCE_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("RINGFENCE_HOME", str(tmp_path / "home"))
    for name, value in OFF.items():
        monkeypatch.setenv(name, value)
