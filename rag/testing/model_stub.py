"""A stand-in for a model server, on loopback: it plays recorded answers, or misbehaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

JSON = "application/json"
EVENTS = "text/event-stream"
LINES = "application/x-ndjson"
WHOLE = "POST, not streamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """An answer as it is sent: piece by piece, `pause` seconds apart, and how it ends.

    `drop` closes the connection before the end of the answer, `silence` keeps it open and says
    no more, `endless` repeats the last piece until nobody listens.
    """

    pieces: tuple[bytes, ...] = ()
    status: int = 200
    kind: str = JSON
    pause: float = 0.0
    ending: Literal["whole", "drop", "silence", "endless"] = "whole"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOf:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


Routes = dict[tuple[str, str], Played]


def told(value: object, *, status: int = 200) -> Played:
    """Return an answer of JSON."""
    return Played(pieces=(json.dumps(value).encode(),), status=status)


def events(*values: object, ending: Literal["whole", "drop", "silence"] = "whole") -> Played:
    """Return an answer of server-sent events, a value each; texts stand as they are."""
    written = [v if isinstance(v, str) else json.dumps(v) for v in values]
    return Played(
        pieces=tuple(f"data: {v}\n\n".encode() for v in written), kind=EVENTS, ending=ending
    )


def json_rows(*values: object) -> Played:
    """Return an answer of a JSON object a line."""
    return Played(pieces=tuple(json.dumps(v).encode() + b"\n" for v in values), kind=LINES)


class ModelStub:
    """What a test sets and reads."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes
        self.unknown = told({"error": {"message": "Not Found", "code": 404}}, status=404)
        self.asked: list[AskedOf] = []
        self.connections = 0
        self.url = ""
        self.over = threading.Event()

    def answer(self, asked: AskedOf) -> Played:
        """Return what is played; a whole answer has a route of its own, where it differs."""
        whole = isinstance(asked.body, dict) and asked.body.get("stream") is False
        route = self.routes.get((WHOLE, asked.path)) if whole else None
        return route or self.routes.get((asked.method, asked.path), self.unknown)

    def bodies(self, path: str) -> list[Any]:
        """Return what was sent to a path."""
        return [asked.body for asked in self.asked if asked.path == path]


@contextmanager
def model_stub(routes: Routes) -> Iterator[ModelStub]:
    """Serve recorded answers on a free port of loopback until the end of the block."""
    stub = ModelStub(routes)
    server = _Server(stub)
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        stub.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, stub: ModelStub) -> None:
        self.stub = stub
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has left: that is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 5

    @property
    def _stub(self) -> ModelStub:
        assert isinstance(self.server, _Server)
        return self.server.stub

    def setup(self) -> None:
        """Count the connection."""
        self._stub.connections += 1
        super().setup()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        asked = _asked(self, body)
        self._stub.asked.append(asked)
        played = self._stub.answer(asked)
        try:
            self._play(played)
        except OSError:
            self.close_connection = True

    def _play(self, played: Played) -> None:
        self.send_response(played.status)
        self.send_header("Content-Type", played.kind)
        self.send_header("Transfer-Encoding", "chunked")
        for name, value in played.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in played.pieces:
            self._chunk(piece)
            self._stub.over.wait(played.pause)
        if played.ending == "whole":
            self.wfile.write(b"0\r\n\r\n")
            return
        self.close_connection = True
        self._go_on(played)

    def _go_on(self, played: Played) -> None:
        if played.ending == "silence":
            self._stub.over.wait(30)
        while played.ending == "endless" and not self._stub.over.is_set():
            self._chunk(played.pieces[-1])

    def _chunk(self, piece: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))

    do_GET = do_POST = _serve  # noqa: N815  names of the library

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
        """Write no log."""


def _asked(handler: BaseHTTPRequestHandler, body: bytes) -> AskedOf:
    return AskedOf(
        method=handler.command,
        path=handler.path,
        headers={name.lower(): value for name, value in handler.headers.items()},
        body=json.loads(body) if body else None,
    )
