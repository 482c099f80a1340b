"""Servers that misbehave: every one of them ends in an error by remedy, in time, without text."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from rag.errors import ConfigurationError, RetryError
from rag.generate.wire.address import FixedEndpoint
from rag.generate.wire.client import ModelClient, Patience
from rag.generate.wire.records import Piece, Reply, Request
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import EVENTS, WHOLE, Played, events, told

PROMPT = Request(prompt="Mrs Canary's potassium?", max_tokens=20)
PATH = ("POST", "/v1/completions")
PIECE = {"choices": [{"text": "Canary", "finish_reason": None}], "model": "reader"}
END = {"choices": [{"text": "", "finish_reason": "stop"}], "model": "reader"}
EVENT = b'data: {"choices":[{"text":"Canary","finish_reason":null}]}\n\n'


def error(kind, **more):
    return events(PIECE, {"error": {"message": "Mrs Canary", **more}})


CASES = {
    "silent": (Played(ending="silence", kind=EVENTS), RetryError, "did not go on in time"),
    "silent in the middle": (
        events(PIECE, ending="silence"),
        RetryError,
        "did not go on in time",
    ),
    "drips for ever": (
        Played(pieces=(b":\n",) * 100, pause=0.05, kind=EVENTS),
        RetryError,
        "did not go on in time",
    ),
    "dies in the middle": (events(PIECE, ending="drop"), RetryError, "broke off"),
    "ends without an end": (events(PIECE), RetryError, "broke off"),
    "says done without an end": (events(PIECE, "[DONE]"), RetryError, "broke off"),
    "HTML": (
        Played(pieces=(b"<html>Mrs Canary</html>",), kind="text/html"),
        ConfigurationError,
        "not a model server",
    ),
    "JSON where events belong": (told({"Mrs": "Canary"}), ConfigurationError, "not of the type"),
    "ten megabytes": (
        Played(pieces=(b"data: " + b"x" * 1000 + b"\n",) * 10_000, kind=EVENTS),
        ConfigurationError,
        "longer than any can be",
    ),
    "an endless line": (
        Played(pieces=(b"x" * 65536,), kind=EVENTS, ending="endless"),
        ConfigurationError,
        "a line longer than any",
    ),
    "an endless answer": (
        Played(pieces=(EVENT,), kind=EVENTS, ending="endless"),
        ConfigurationError,
        "beyond the tokens",
    ),
    "endless comments": (
        Played(pieces=(b":" * 4096 + b"\n",), kind=EVENTS, ending="endless"),
        ConfigurationError,
        "longer than any can be",
    ),
    "broken JSON": (events('{"choices": [Canary'), RetryError, "not JSON"),
    "a list": (events("[1, 2]"), RetryError, "not an object"),
    "nested JSON": (events("[" * 100_000), RetryError, "not JSON"),
    "not UTF-8": (
        Played(pieces=(b'data: {"a": "\xff"}\n\n',), kind=EVENTS),
        RetryError,
        "not JSON",
    ),
    "an error at once": (error("x"), RetryError, "failed while it answered"),
    "a refusal in the stream": (error("x", code=400), ConfigurationError, "code 400"),
    "an unknown end": (
        events({"choices": [{"text": "", "finish_reason": "Canary"}]}),
        RetryError,
        "a reason that is none of ours",
    ),
    "401": (told({"error": "Canary"}, status=401), ConfigurationError, "key_file"),
    "403": (told({"error": "Canary"}, status=403), ConfigurationError, "key_file"),
    "404": (told({"error": "Canary"}, status=404), ConfigurationError, "not this model"),
    "422": (told({"error": "Canary"}, status=422), ConfigurationError, "status 422"),
    "429": (told({"error": "Canary"}, status=429), RetryError, "too many requests"),
    "500": (told({"error": "Canary"}, status=500), RetryError, "status 500"),
    "503": (told({"error": "Canary"}, status=503), RetryError, "loading or too busy"),
    "400 of HTML": (
        Played(pieces=(b"<html>Canary",), status=400, kind="text/html"),
        ConfigurationError,
        "status 400",
    ),
    "elsewhere": (
        Played(status=302, headers={"Location": "http://192.0.2.1/"}),
        ConfigurationError,
        "status 302",
    ),
}


def patience_for(case):
    """Little where waiting is all that happens."""
    slow = case in ("silent", "drips for ever")
    return Patience(answer=0.4 if slow else 10.0, silence=0.3, small=10.0)


@pytest.mark.parametrize("case", CASES)
def test_a_server_that_misbehaves_ends_in_an_error_in_time(serve, case):
    played, kind, message = CASES[case]
    stub, client = serve(recorded.llama_server(), patience=patience_for(case))
    client.facts()
    stub.routes[PATH] = played
    started = time.monotonic()
    with pytest.raises(kind, match=message) as raised:
        list(client.stream(PROMPT))
    assert time.monotonic() - started < 10
    assert "Canary" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    stub.routes[PATH] = recorded.llama_server()[PATH]
    assert [type(item) for item in client.stream(PROMPT)] == [Piece] * 3 + [Reply]


WHOLES = {
    "silent": (Played(ending="silence"), RetryError, "did not go on in time"),
    "dies": (Played(pieces=(b'{"choices": [',), ending="drop"), RetryError, "broke off"),
    "no JSON": (Played(pieces=(b"Mrs Canary",)), RetryError, "not JSON"),
    "an end is missing": (told(PIECE), RetryError, "broke off"),
    "HTML": (Played(pieces=(b"<html>Canary",), kind="text/html"), ConfigurationError, "not of the"),
    "ten megabytes": (
        Played(pieces=(b" " * 10_000,) * 1000),
        ConfigurationError,
        "longer than any can be",
    ),
    "events": (events(PIECE, END), ConfigurationError, "not of the type"),
    "429": (told({"error": "Canary"}, status=429), RetryError, "too many requests"),
}


@pytest.mark.parametrize("case", WHOLES)
def test_a_whole_answer_that_is_none_ends_in_an_error_in_time(serve, case):
    played, kind, message = WHOLES[case]
    stub, client = serve(recorded.llama_server(), patience=patience_for(case))
    client.facts()
    stub.routes[WHOLE, PATH[1]] = played
    with pytest.raises(kind, match=message) as raised:
        client.complete(PROMPT)
    assert "Canary" not in str(raised.value)


def test_another_model_than_was_asked_is_refused(serve):
    routes = recorded.lm_studio()
    routes[PATH] = events({**PIECE, "model": "evil-7b"}, {**END, "model": "evil-7b"}, "[DONE]")
    routes[WHOLE, PATH[1]] = told({**END, "model": "evil-7b"})
    _, client = serve(routes)
    with pytest.raises(ConfigurationError, match="another model answered"):
        list(client.stream(PROMPT))
    with pytest.raises(ConfigurationError, match="another model answered"):
        client.complete(PROMPT)


@pytest.mark.parametrize(
    "greeting",
    [b"220 mail ESMTP Mrs Canary\r\n", b"HTTP/1.1 Canary\r\n\r\n", b"\x16\x03\x01\x00"],
)
def test_what_does_not_speak_http_is_refused(greeting):
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = []

        def greet():
            connection, _ = server.accept()
            taken.append(connection)
            connection.sendall(greeting)
            connection.recv(1 << 16)
            connection.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=greet)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        client = ModelClient(FixedEndpoint(url, section="model"), patience=Patience(small=2))
        with pytest.raises(ConfigurationError, match="does not speak HTTP") as raised:
            client.complete(PROMPT)
        thread.join()
        taken[0].close()
        assert "Canary" not in str(raised.value)


def test_a_head_that_drips_ends_in_time():
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def drip():
            connection, _ = server.accept()
            with connection:
                while not over.wait(0.05):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        patience = Patience(answer=0.5, small=0.5)
        client = ModelClient(FixedEndpoint(url, section="model"), patience=patience)
        started = time.monotonic()
        with pytest.raises(RetryError, match="did not go on in time"):
            client.complete(PROMPT)
        assert time.monotonic() - started < 5
        over.set()
        thread.join()


def test_where_nothing_listens_one_may_try_later():
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    client = ModelClient(FixedEndpoint(url, section="model"))
    with pytest.raises(RetryError, match="nothing listens"):
        client.complete(PROMPT)
    assert not client.ready()
