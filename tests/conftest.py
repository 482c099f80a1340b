"""What holds for every test: no network but loopback, no telemetry, nobody's environment."""

from __future__ import annotations

import socket

import pytest

from rag.offline import OFF, switch_off_telemetry

switch_off_telemetry()

_LOOPBACK = ("127.", "::1", "localhost")


class NetworkRefusedError(RuntimeError):
    """A test reached for the network."""


def _is_loopback(address: object) -> bool:
    if isinstance(address, (str, bytes)):
        return True  # a Unix socket
    return isinstance(address, tuple) and str(address[0]).startswith(_LOOPBACK)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine, and every look-up of a foreign name."""
    connect, connect_ex, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded(call):
        def connect_if_loopback(self, address):
            if not _is_loopback(address):
                raise NetworkRefusedError(f"refused: {address!r}")
            return call(self, address)

        return connect_if_loopback

    def resolve(host, *args, **kwargs):
        if host is not None and not str(host).startswith(_LOOPBACK):
            raise NetworkRefusedError(f"refused: {host!r}")
        return getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """Keep an operator's settings out of tests, and tests out of his installation."""
    from rag.settings import environment

    for name in environment():
        if name.startswith("RINGFENCE_") and name != "RINGFENCE_TEST_QDRANT_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("RINGFENCE_HOME", str(tmp_path / "home"))
    for name, value in OFF.items():
        monkeypatch.setenv(name, value)
