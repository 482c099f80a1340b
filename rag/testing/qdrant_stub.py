"""A stand-in for a Qdrant server's REST interface, on loopback: it records and answers.

It knows nothing of vectors. What it is asked is for the test to look at; what it answers is
what a server would for one collection with the points it was given to show.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PAGE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What happens instead of an answer: a status, a dropped connection or a long silence."""

    status: int = 0
    drop: bool = False
    silence: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b'{"status":{"error":"Mr Brown"}}'


class QdrantStub:
    """The server's state, as a test sets it and reads it."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.points: list[dict[str, Any]] = []
        self.collections: dict[str, dict[str, Any]] = {}
        self.trouble: list[Trouble] = []
        self.only_on = ""
        self.url = ""

    def requests(self, method: str, ending: str) -> list[Asked]:
        """Return the requests of a method to paths with this ending."""
        return [a for a in self.asked if a.method == method and a.path.endswith(ending)]

    def fail(self, *trouble: Trouble, only_on: str = "") -> None:
        """Let the next requests, those to paths with this ending, meet with trouble."""
        self.trouble = list(trouble)
        self.only_on = only_on

    def next_trouble(self, asked: Asked) -> Trouble | None:
        """Return the trouble that this request meets."""
        if self.trouble and asked.path.endswith(self.only_on):
            return self.trouble.pop(0)
        return None

    def answer(self, asked: Asked) -> tuple[int, object]:
        """Return status and result for a request."""
        parts = asked.path.strip("/").split("/")
        if parts[0] != "collections" or len(parts) < 2:
            return 404, None
        name, rest = parts[1], "/".join(parts[2:])
        if asked.method == "PUT" and not rest:
            return self._make(name, asked.body)
        if name not in self.collections:
            return 404, None
        if asked.method == "GET" and not rest:
            return 200, self.collections[name]
        return 200, self._result(name, rest, asked.body)

    def _make(self, name: str, body: Mapping[str, Any]) -> tuple[int, object]:
        if name in self.collections:
            return 409, None
        self.collections[name] = collection_info(body)
        return 200, True

    def _result(self, name: str, rest: str, body: Mapping[str, Any]) -> object:
        updated = {"operation_id": 1, "status": "completed"}
        match rest:
            case "index":
                schema = self.collections[name]["payload_schema"]
                schema[body["field_name"]] = {"data_type": "keyword", "points": 0}
                return updated
            case "points/query/batch":
                found = [{**point, "version": 1, "score": 0.5} for point in self.points]
                return [{"points": found} for _ in body["searches"]]
            case "points/scroll":
                return self._page(body.get("offset"))
            case "points/count":
                return {"count": len(self.points)}
            case "points":
                if "ids" not in body:
                    return updated
                return [p for p in self.points if p["id"] in body["ids"]]
            case "points/batch":
                return [updated for _ in body["operations"]]
            case _:
                return updated

    def _page(self, offset: object) -> dict[str, object]:
        ids: Sequence[object] = [p["id"] for p in self.points]
        start = ids.index(offset) if offset is not None else 0
        following = ids[start + _PAGE : start + _PAGE + 1]
        return {
            "points": self.points[start : start + _PAGE],
            "next_page_offset": following[0] if following else None,
        }


def collection_info(made_with: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a server tells of a collection that was made with this request."""
    params = {"vectors": made_with.get("vectors", {}), "on_disk_payload": True}
    if "sparse_vectors" in made_with:
        params["sparse_vectors"] = made_with["sparse_vectors"]
    optimizer = {
        "deleted_threshold": 0.2,
        "vacuum_min_vector_number": 1000,
        "default_segment_number": 0,
        "flush_interval_sec": 5,
    }
    return {
        "status": "green",
        "optimizer_status": "ok",
        "segments_count": 1,
        "config": {
            "params": params,
            "hnsw_config": {"m": 16, "ef_construct": 100, "full_scan_threshold": 10000},
            "optimizer_config": optimizer,
        },
        "payload_schema": {},
    }


@contextmanager
def qdrant_stub() -> Iterator[QdrantStub]:
    """Serve a stub on a free port of loopback until the end of the block."""
    stub = QdrantStub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    server.daemon_threads = False
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(stub: QdrantStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            path, _, query = self.path.partition("?")
            asked = Asked(
                method=self.command,
                path=path,
                query=query,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=json.loads(body) if body else None,
            )
            stub.asked.append(asked)
            trouble = stub.next_trouble(asked)
            if trouble is not None:
                self._suffer(trouble)
                return
            status, result = stub.answer(asked)
            self._reply(status, json.dumps({"result": result, "status": "ok", "time": 0}).encode())

        def _suffer(self, trouble: Trouble) -> None:
            if trouble.silence:
                time.sleep(trouble.silence)
            if trouble.drop or trouble.silence:
                self.close_connection = True
                return
            self._reply(trouble.status, trouble.body, trouble.headers)

        def _reply(
            self, status: int, content: bytes, headers: Mapping[str, str] | None = None
        ) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815  names of the library

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
            """Write no log."""

    return Handler
