"""How many questions are worked on at a time, seen from outside."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.api.slots import CONCURRENT_QUESTIONS, Slots
from rag.errors import RetryError
from rag.testing.fakes import FakeAnswerService

ASK = {"question": "How long is the notice period?"}


class Slow(FakeAnswerService):
    """Answers when it is told to."""

    def __init__(self):
        super().__init__()
        self.working = threading.Semaphore(0)
        self.go_on = threading.Event()

    def ask(self, text, principal, narrowing):
        self.working.release()
        assert self.go_on.wait(timeout=10)
        return super().ask(text, principal, narrowing)


def test_one_question_too_many_is_told_to_come_back_and_the_rest_is_served(serve):
    service = Slow()
    with serve(service) as client, ThreadPoolExecutor(CONCURRENT_QUESTIONS) as pool:
        asked = [
            pool.submit(client.post, "/v1/query", json=ASK) for _ in range(CONCURRENT_QUESTIONS)
        ]
        try:
            for _ in asked:
                assert service.working.acquire(timeout=10)
            refused = client.post("/v1/query", json=ASK)
            document = client.get("/v1/documents/d-lease")
            alive = client.get("/healthz")
        finally:
            service.go_on.set()
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "5"
        assert (document.status_code, alive.status_code) == (200, 200)
        assert {future.result().status_code for future in asked} == {200}
        assert client.post("/v1/query", json=ASK).status_code == 200


def test_a_question_that_fails_gives_its_place_back(serve):
    client = serve(FakeAnswerService(error=ValueError("x")))
    statuses = {
        client.post("/v1/query", json=ASK).status_code for _ in range(CONCURRENT_QUESTIONS + 1)
    }
    assert statuses == {500}


def test_places_are_counted():
    slots = Slots(1)
    with slots.one(), pytest.raises(RetryError), slots.one():
        pass
    with slots.one():
        pass
