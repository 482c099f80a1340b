"""The process that serves a model through ctransformers, in the shape that other servers have.

Started by `rag.generate.servers.ctransformers`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from rag.generate.servers.child_pipe import keep_standard_output, read_config, say_port
from rag.generate.servers.ctransformers_engine import Engine, RefusedRequestError
from rag.generate.servers.ctransformers_service import BusyError, Service

_LONGEST_BODY = 8 << 20
_SECONDS_TO_SEND = 60


class Server(ThreadingHTTPServer):
    """Serves on a free port of loopback."""

    daemon_threads = True

    def __init__(self, service: Service) -> None:
        self.service = service
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    timeout = _SECONDS_TO_SEND
    wbufsize = -1  # so that a piece is one packet,
    disable_nagle_algorithm = True  # which does not wait for the one before to be confirmed

    @property
    def _service(self) -> Service:
        return cast("Server", self.server).service  # it is what makes these

    def do_GET(self) -> None:
        """Tell what this is."""
        if self.path == "/health":
            self._send(200, {"status": "ok"})
        elif self._is_open():
            found = {"/props": self._service.props, "/v1/models": self._service.models}.get(
                self.path
            )
            self._send(200, found()) if found else self._fail(404, "not_found_error")

    def do_POST(self) -> None:
        """Complete a prompt, or make tokens of a text."""
        body = self._body() if self._is_open() else None
        if body is None:
            return
        try:
            if self.path == "/tokenize":
                self._send(200, self._service.tokenize(body))
            elif self.path == "/v1/completions":
                self._complete(body)
            else:
                self._fail(404, "not_found_error")
        except RefusedRequestError as error:
            kind = "exceed_context_size_error" if error.needed else "invalid_request_error"
            self._fail(400, kind, error.needed)
        except BusyError:
            self._fail(503, "unavailable_error")
        except OSError:
            self.close_connection = True  # nobody listens any more

    def _complete(self, body: Mapping[str, Any]) -> None:
        pieces = self._service.complete(body)
        try:
            self._stream(next(pieces), pieces)
        finally:
            pieces.close()

    def _stream(self, first: Mapping[str, object], others: Iterator[Mapping[str, object]]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._event(json.dumps(first))
        try:
            for piece in others:
                self._event(json.dumps(piece))
        except RefusedRequestError:
            self._event('{"error":{"code":500,"type":"server_error"}}')
        self._event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _event(self, content: str) -> None:
        data = f"data: {content}\n\n".encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def _is_open(self) -> bool:
        if self._service.opens(self.headers.get("Authorization") or ""):
            return True
        self.close_connection = True
        self._fail(401, "authentication_error")
        return False

    def _body(self) -> dict[str, Any] | None:
        length = self.headers.get("Content-Length") or ""
        if not length.isdigit() or int(length) > _LONGEST_BODY:
            self.close_connection = True
            self._fail(413, "invalid_request_error")
            return None
        try:
            value = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            self._fail(400, "invalid_request_error")
            return None
        return value

    def _fail(self, code: int, kind: str, needed: int = 0) -> None:
        error: dict[str, object] = {"code": code, "type": kind}
        if needed:
            error |= {"n_prompt_tokens": needed, "n_ctx": self._service.context}
        self._send(code, {"error": error})

    def _send(self, code: int, content: Mapping[str, object]) -> None:
        data = json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
        """Write no log."""


def main() -> int:
    """Serve until the parent ends this."""
    out = keep_standard_output()
    config = read_config()
    engine = Engine(config["model"], context=config["context"], threads=config["threads"])
    service = Service(engine, name=config["alias"], key=config["key"])
    server = Server(service)
    say_port(out, server.server_address[1])
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
