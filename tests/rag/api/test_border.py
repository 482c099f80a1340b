"""What every request passes: key, size, headers, log. In-process, as the routes."""

from __future__ import annotations

import contextlib
import logging

import anyio
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.api.app import create_app
from rag.api.border import MAX_BODY_BYTES, OPEN_PATHS
from rag.api.schema import QuestionBody
from rag.errors import ConfigurationError, RefusedError
from rag.settings import ApiSettings
from rag.testing.fakes import OUTSIDER_KEY, READER_KEY, FakeAnswerService

ASK = {"question": "How long is the notice period?"}
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {READER_KEY}"},
        {"Authorization": f"bearer   {READER_KEY} "},
        {"X-API-Key": READER_KEY},
        {"X-API-Key": READER_KEY, "Authorization": f"Bearer {READER_KEY}"},
    ],
)
def test_a_known_key_is_let_in_by_either_header(stranger, headers):
    assert stranger.post("/v1/query", json=ASK, headers=headers).status_code == 200


REFUSED = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer rf_unknown"},
    {"Authorization": READER_KEY},
    {"Authorization": f"Basic {READER_KEY}"},
    {"Authorization": f"Bearer{READER_KEY}"},
    {"Authorization": f"Bearer {READER_KEY}x"},
    {"Authorization": f"Bearer {READER_KEY}, Bearer {READER_KEY}"},
    {"Authorization": f"Bearer {READER_KEY}", "X-API-Key": OUTSIDER_KEY},
    {"Authorization": "Basic x", "X-API-Key": READER_KEY},
    {"X-API-Key": ""},
    {"X-API-Key": "rf_unknown"},
    {"X-API-Key": READER_KEY.upper()},
    {"X-API-Key": b"rf_\xff\xfe"},
    {"X-API-Key": "k" * 10_000},
    {"Cookie": f"X-API-Key={READER_KEY}"},
]


@pytest.mark.parametrize("headers", REFUSED, ids=range(len(REFUSED)))
def test_any_other_key_is_refused_and_never_told_why(stranger, headers):
    missing = stranger.post("/v1/query", json=ASK)
    response = stranger.post("/v1/query", json=ASK, headers=headers)
    assert response.status_code == 401
    assert response.content == missing.content
    assert response.headers["www-authenticate"] == 'Bearer realm="ringfence"'


def test_two_headers_of_the_same_name_must_agree(stranger):
    headers = [("X-API-Key", READER_KEY), ("X-API-Key", OUTSIDER_KEY)]
    assert stranger.post("/v1/query", json=ASK, headers=headers).status_code == 401


def test_a_key_in_the_address_is_no_key(stranger):
    assert stranger.post(f"/v1/query?X-API-Key={READER_KEY}", json=ASK).status_code == 401


def test_a_service_that_refuses_a_key_is_not_heard_through(serve):
    class Revoking(FakeAnswerService):
        def authenticate(self, api_key):
            raise RefusedError(f"{api_key} was revoked")

    response = serve(Revoking()).post("/v1/query", json=ASK)
    assert response.status_code == 401
    assert "revoked" not in response.text


def test_while_it_cannot_be_told_who_asks_nobody_is_let_in(serve):
    class Unsure(FakeAnswerService):
        def authenticate(self, api_key):
            raise ConfigurationError(f"/srv/principals.toml is not valid TOML, asked for {api_key}")

    client = serve(Unsure())
    response = client.post("/v1/query", json=ASK)
    assert response.status_code == 503
    assert "principals" not in response.text
    assert client.get("/v1/documents/d-lease").status_code == 503
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/", "/v1/query", "/v1/documents/d-lease", "/docs", "/healthz/", "//readyz", "/x"]
)
def test_without_a_key_nothing_is_there_but_what_is_open(stranger, method, path):
    assert stranger.request(method, path).status_code == 401


def test_the_key_is_asked_for_before_the_body_is_looked_at(stranger):
    assert stranger.post("/v1/query", content=b"{", headers=JSON).status_code == 401
    assert stranger.post("/v1/query", content=b"x" * 70_000, headers=JSON).status_code == 401


def test_every_open_path_is_one_that_exists(stranger):
    assert {path: stranger.get(path).status_code for path in OPEN_PATHS} == dict.fromkeys(
        OPEN_PATHS, 200
    )


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_pages_that_load_from_a_content_network_do_not_exist(reader, path):
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/v1/query/", "/healthz/", "//healthz"])
def test_no_other_spelling_of_a_path_is_led_to_it(reader, path):
    assert reader.post(path, json=ASK, follow_redirects=False).status_code == 404


def padded(size):
    start, end = b'{"question": "', b'"}'
    return start + b"x" * (size - len(start) - len(end)) + end


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(serve):
    client = serve(max_question=MAX_BODY_BYTES)
    fits = client.post("/v1/query", content=padded(MAX_BODY_BYTES), headers=JSON)
    large = client.post("/v1/query", content=padded(MAX_BODY_BYTES + 1), headers=JSON)
    assert (fits.status_code, large.status_code) == (200, 413)


@pytest.mark.parametrize("path", ["/v1/query", "/healthz", "/v1/documents/d-lease"])
def test_70_kilobytes_are_refused_everywhere(reader, path):
    assert reader.request("POST", path, content=b"x" * 70_000).status_code == 413


async def exchange(messages, headers):
    """Send ASGI messages and return the status, and how many messages were taken."""
    taken, sent = 0, []

    async def receive():
        nonlocal taken
        taken += 1
        return messages[taken - 1]

    async def send(message):
        sent.append(message)

    app = create_app(FakeAnswerService(), ApiSettings())
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/query",
        "raw_path": b"/v1/query",
        "query_string": b"",
        "headers": [(b"x-api-key", READER_KEY.encode()), *headers],
    }
    await app(scope, receive, send)
    return (sent[0]["status"] if sent else None), taken


def chunk(size, *, more):
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def test_a_body_without_a_length_is_read_no_further_than_the_limit():
    chunks = [chunk(30_000, more=True)] * 1_000
    assert anyio.run(exchange, chunks, []) == (413, 3)


def test_a_body_that_says_it_is_too_large_is_not_read_at_all():
    assert anyio.run(exchange, [], [(b"content-length", b"70000")]) == (413, 0)
    assert anyio.run(exchange, [], [(b"content-length", b"9" * 5_000)]) == (413, 0)


@pytest.mark.parametrize("length", [b"-1", b"x", b"\xb2", b"1"])
def test_a_length_that_lies_changes_nothing(length):
    chunks = [chunk(70_000, more=False)]
    assert anyio.run(exchange, chunks, [(b"content-length", length)]) == (413, 1)


def test_a_client_that_goes_away_is_not_answered():
    gone = [chunk(10, more=True), {"type": "http.disconnect"}]
    assert anyio.run(exchange, gone, []) == (None, 2)


def responses(reader, stranger):
    return [
        reader.post("/v1/query", json=ASK),
        reader.get("/v1/documents/nothing"),
        reader.get("/nothing"),
        reader.post("/v1/query", content=b"{", headers=JSON),
        reader.post("/v1/query", content=b"x" * 70_000, headers=JSON),
        stranger.get("/v1/documents/d-lease"),
        stranger.get("/healthz"),
        stranger.get("/openapi.json"),
        stranger.post("/healthz"),
    ]


def test_every_response_may_neither_be_kept_nor_be_guessed_at(reader, stranger):
    for response in responses(reader, stranger):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
        assert "server" not in response.headers


def test_every_response_has_a_number_of_its_own_that_no_client_chooses(reader, stranger):
    numbers = [r.headers["x-request-id"] for r in responses(reader, stranger)]
    assert len(set(numbers)) == len(numbers)
    chosen = reader.get("/healthz", headers={"x-request-id": "mine"})
    assert chosen.headers["x-request-id"] != "mine"


def test_an_unexpected_error_has_the_headers_too(serve):
    response = serve(FakeAnswerService(error=ValueError("x"))).post("/v1/query", json=ASK)
    assert response.status_code == 500
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-request-id"]


def test_the_log_says_method_template_status_and_time_and_nothing_else(reader, caplog):
    caplog.set_level(logging.DEBUG, logger="rag.api")
    reader.get("/v1/documents/Zanzibar?name=Quillfeather", headers={"user-agent": "Zanzibar"})
    [line] = [r.getMessage() for r in caplog.records if r.name == "rag.api.border"]
    *shape, milliseconds, unit = line.split(" ")
    assert shape == ["GET", "/v1/documents/{id}", "404"]
    assert milliseconds.isdecimal()
    assert unit == "ms"


def test_the_log_does_not_repeat_a_path_or_a_method_that_does_not_exist(reader, caplog):
    caplog.set_level(logging.DEBUG, logger="rag.api")
    reader.request("ZANZIBAR", "/Quillfeather")
    [line] = [r.getMessage() for r in caplog.records if r.name == "rag.api.border"]
    assert line.startswith("- - 404 ")


def test_no_log_of_the_service_holds_question_answer_or_key(reader, caplog):
    caplog.set_level(logging.DEBUG)
    answer = reader.post("/v1/query", json=ASK).json()["answer"]
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("rag"))
    assert ours
    for value in (ASK["question"], answer, READER_KEY):
        assert value not in ours


class Telltale:
    """Says that somebody began to trace, to measure or to log through it."""

    used = False

    def __getattr__(self, name):
        Telltale.used = True
        raise AttributeError(name)


def framework_alone():
    """Return an application as the framework makes it, to show that the switch matters."""
    app = FastAPI()

    @app.post("/v1/query")
    def query(body: QuestionBody) -> None:
        del body

    return TestClient(app)


@pytest.mark.parametrize(
    "places",
    [
        ["trace.get_tracer_provider"],
        ["metrics.get_meter_provider"],
        ["_logs.get_logger_provider", "_logs._internal.get_logger_provider"],
    ],
    ids=["traces", "metrics", "logs"],
)
def test_no_telemetry_set_up_by_another_library_sees_a_request(serve, monkeypatch, places):
    """The framework hands requests, and the values it refused, to whatever is set up."""
    for place in places:
        monkeypatch.setattr(f"opentelemetry.{place}", Telltale)
    monkeypatch.setattr(Telltale, "used", False)
    serve().post("/v1/query", json={"question": 1})
    assert not Telltale.used
    with contextlib.suppress(AttributeError):
        framework_alone().post("/v1/query", json={"question": 1})
    assert Telltale.used


@pytest.mark.parametrize("ours", [True, False])
def test_no_variable_of_the_environment_makes_it_send_telemetry(serve, monkeypatch, caplog, ours):
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.delenv("OTEL_SDK_DISABLED")
    with serve() if ours else framework_alone() as client:
        client.post("/v1/query", json={"question": 1})
    # The framework alone tries, and misses the exporter.
    assert ("telemetry" in caplog.text) is not ours
