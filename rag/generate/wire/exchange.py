"""Requests to a model server over HTTP: every read within a deadline, every answer bounded.

The standard library's client is used because it follows no redirect, reads no proxy from the
environment and shows its socket, whose every read is given the time that is left.
"""

from __future__ import annotations

import http.client
import io
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rag.errors import ConfigurationError, LateError, RetryError, RingfenceError
from rag.generate.wire.address import Address
from rag.generate.wire.deadline import Deadline

CONNECT_SECONDS = 5.0
# An idle connection keeps one of llama-server's threads, for the five seconds that it waits.
_MOST_IDLE = 4
_BUFFER = 1 << 16
_EXACT = 0.05


class Exchange:
    """Sends requests and keeps idle connections for the next ones; threads may share it."""

    def __init__(self, lost: Callable[[Address], None] = lambda _: None) -> None:
        """Tell `lost` of every address at which a connection broke off."""
        self._lost = lost
        self._idle: list[tuple[Address, _Connection]] = []
        self._lock = threading.Lock()

    @contextmanager
    def ask(
        self, address: Address, method: str, path: str, body: bytes | None, deadline: Deadline
    ) -> Iterator[http.client.HTTPResponse]:
        """Send a request and give its answer; what goes wrong is an error by remedy.

        The connection is kept if the answer was read to its end, and closed otherwise: that is
        how a server learns that nobody waits any more.
        """
        connection = response = None
        try:
            connection, response = self._answered(address, method, path, body, deadline)
            yield response
            # The library sees the end of a counted body only when it is asked for more.
            read = response.isclosed() or response.length == 0
            if read and connection.sock is not None:
                self._keep(address, connection)
                connection = None
        except RingfenceError:
            raise
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, ConnectionError | http.client.IncompleteRead):
                self._lost(address)
            raise _remedied(error, address, deadline) from None
        finally:
            if connection is not None:
                connection.close()
            # A connection that the server wants closed no longer knows of its last answer.
            if response is not None:
                response.close()

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _answered(
        self, address: Address, method: str, path: str, body: bytes | None, deadline: Deadline
    ) -> tuple[_Connection, http.client.HTTPResponse]:
        """Send, and wait for the head of the answer; an idle connection may prove to be dead."""
        connection = self._taken(address)
        if connection is not None:
            try:
                return connection, connection.send_whole(address, method, path, body, deadline)
            except (ConnectionError, http.client.RemoteDisconnected):
                connection.close()
            except BaseException:
                connection.close()
                raise
        connection = _Connection(address)
        try:
            return connection, connection.send_whole(address, method, path, body, deadline)
        except BaseException:
            connection.close()
            raise

    def _taken(self, address: Address) -> _Connection | None:
        with self._lock:
            old = [row for row in self._idle if row[0] != address]
            fit = [row for row in self._idle if row[0] == address]
            taken = fit.pop()[1] if fit else None
            self._idle = fit
        for _, connection in old:
            connection.close()
        if taken is not None and taken.is_stale():
            taken.close()
            return None
        return taken

    def _keep(self, address: Address, connection: _Connection) -> None:
        with self._lock:
            if len(self._idle) < _MOST_IDLE:
                self._idle.append((address, connection))
                return
        connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection whose every wait is bounded by the deadline of the request under way."""

    def __init__(self, address: Address) -> None:
        super().__init__(address.host, address.port)
        self._address = address
        self.deadline = Deadline(CONNECT_SECONDS)
        self.sock: Any = None  # the library calls of it what `_TimedSocket` has

    def connect(self) -> None:
        """Connect, within the deadline and within what is reasonable for connecting."""
        seconds = min(CONNECT_SECONDS, self.deadline.remaining())
        raw = socket.create_connection((self.host, self.port), seconds)
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._address.tls is not None:
                raw = self._address.tls.wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise
        self.sock = _TimedSocket(raw, self)

    def send_whole(
        self, address: Address, method: str, path: str, body: bytes | None, deadline: Deadline
    ) -> http.client.HTTPResponse:
        """Send a request and return the head of its answer."""
        self.deadline = deadline
        headers = {"Accept": "application/json, text/event-stream"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if address.key is not None:
            headers["Authorization"] = f"Bearer {address.key.get_secret_value()}"
        self.request(method, address.prefix + path, body, headers)
        return self.getresponse()

    def is_stale(self) -> bool:
        """Whether the server has closed it, or said something that nobody asked for."""
        return self.sock is None or self.sock.has_news()


class _TimedSocket:
    """What the library needs of a socket, with a time for each operation.

    The library sends the head of a request and its body one after the other; here they go
    together, when it asks for the answer.
    """

    def __init__(self, raw: socket.socket, connection: _Connection) -> None:
        self._raw = raw
        self._connection = connection
        self._waiting: list[bytes] = []
        self._seconds = 0.0

    def sendall(self, data: bytes) -> None:
        self._waiting.append(data)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002  the library says "rb"
        data, self._waiting = b"".join(self._waiting), []
        self.allow(self._connection.deadline)
        self._raw.sendall(data)
        return io.BufferedReader(_TimedReader(self, self._raw, self._connection.deadline), _BUFFER)

    def allow(self, deadline: Deadline) -> None:
        """Let the next operation take what is left; small changes are not worth a system call."""
        seconds = deadline.next_wait()
        if abs(seconds - self._seconds) > _EXACT:
            self._raw.settimeout(seconds)
            self._seconds = seconds

    def has_news(self) -> bool:
        poll = select.poll()
        poll.register(self._raw, select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        self._raw.close()


class _TimedReader(io.RawIOBase):
    """Reads from a socket, each time within what the deadline leaves."""

    def __init__(self, timed: _TimedSocket, raw: socket.socket, deadline: Deadline) -> None:
        self._timed = timed
        self._deadline = deadline
        # The socket stays open until this is closed too, as the library expects.
        self._file = raw.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  any writable memory
        self._timed.allow(self._deadline)
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


def _remedied(
    error: OSError | http.client.HTTPException, address: Address, deadline: Deadline
) -> RingfenceError:
    """Say what to do about a connection that failed, without a word of what it carried."""
    match error:
        case TimeoutError():
            return LateError(
                f"the model server at {address} did not go on in time "
                f"(of {deadline.seconds:.0f} seconds in all)"
            )
        case ssl.SSLCertVerificationError():
            return ConfigurationError(f"the certificate of {address} is not one that is trusted")
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return RetryError(f"the model server at {address} broke off")
        case ssl.SSLError():
            return ConfigurationError(f"what listens at {address} does not speak TLS as it should")
        case ConnectionRefusedError():
            return RetryError(f"nothing listens at {address}: the model server is not running")
        case socket.gaierror():
            return RetryError(f"the name of the host of {address} cannot be resolved")
        case ConnectionError() | http.client.IncompleteRead():
            return RetryError(f"the model server at {address} broke off")
        case http.client.BadStatusLine() | http.client.UnknownProtocol():
            return ConfigurationError(f"what listens at {address} does not speak HTTP")
        case _:
            return RetryError(f"the model server at {address} could not be asked")
