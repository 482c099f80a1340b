"""`GET /healthz` and `GET /readyz`. In-process, as the other routes."""

from __future__ import annotations

from rag.errors import RetryError
from rag.testing.fakes import FakeAnswerService


class Broken(FakeAnswerService):
    """Cannot even say what works."""

    def ready(self):
        raise RetryError("the index in /srv/secret is held")


def test_alive_needs_no_key_and_no_part(serve):
    client = serve(Broken(), key=None)
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_needs_no_key(stranger):
    response = stranger.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True}


def test_what_is_not_ready_is_named_and_nothing_else(serve):
    service = FakeAnswerService(parts={"state": False, "index": True, "encoder": False})
    response = serve(service, key=None).get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "hint": "try again later",
        "parts": ["encoder", "state"],
    }


def test_a_part_that_raises_is_not_ready_and_not_described(serve):
    response = serve(Broken(), key=None).get("/readyz")
    assert response.status_code == 503
    assert "secret" not in response.text
