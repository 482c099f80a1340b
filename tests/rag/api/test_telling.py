"""`POST /v1/query/stream`, and what happens to its writer when nobody listens any more."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import aclosing

import pytest
from starlette.requests import Request

from rag.api import telling
from rag.api.schema import answer_body
from rag.api.telling import AskerLeft, Telling
from rag.errors import ConfigurationError, RetryError
from rag.records import Begun
from rag.testing.fakes import READER, FakeAnswerService

PATH = "/v1/query/stream"
QUESTION = "How long is the notice period?"
BEGUN = Begun(tier="model", model="fake")
REQUEST = Request({"type": "http", "state": {"request_id": "r1"}})


def events(body):
    """Read events as a client does."""
    found = []
    for block in body.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_sentences_come_before_the_answer_which_is_the_one_that_is_not_streamed(reader):
    response = reader.post(PATH, json={"question": QUESTION})
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    told = events(response.text)
    assert [name for name, _ in told] == ["begin", "sentence", "answer"]
    plain = reader.post("/v1/query", json={"question": QUESTION}).json()
    assert {**told[2][1], "audit_id": ""} == {**plain, "audit_id": ""}
    assert told[1][1]["sentence"] == plain["sentences"][0]
    assert told[1][1]["citations"] == plain["citations"]
    assert told[0][1] == {"tier": "model", "model": "fake"}


def test_who_may_not_read_a_document_hears_nothing_of_it(outsider):
    told = events(outsider.post(PATH, json={"question": QUESTION}).text)
    assert [name for name, _ in told] == ["answer"]
    assert told[0][1]["verdict"] == "abstained"


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"question": " "}, 422), ({"question": QUESTION, "filters": {"x": 1}}, 422)],
)
def test_a_question_that_cannot_be_asked_is_refused_as_elsewhere(reader, body, status):
    assert reader.post(PATH, json=body).status_code == status


def test_a_stranger_is_told_nothing(stranger):
    assert stranger.post(PATH, json={"question": QUESTION}).status_code == 401


@pytest.mark.parametrize(
    ("error", "status"), [(RetryError("busy"), 503), (ConfigurationError("x"), 503)]
)
def test_an_error_before_anything_is_told_has_its_status(serve, error, status):
    response = serve(FakeAnswerService(error=error)).post(PATH, json={"question": QUESTION})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("error", [RetryError("the model ended"), ValueError("Mrs Canary")])
def test_an_error_in_the_middle_is_the_last_event(error, caplog):
    def ask(hear):
        hear(BEGUN)
        raise error

    told = events("".join(chunk.decode() for chunk in asyncio.run(chunks(ask))))
    assert [name for name, _ in told] == ["begin", "problem"]
    assert told[1][1]["status"] == (503 if isinstance(error, RetryError) else 500)
    assert "Canary" not in json.dumps(told) + caplog.text


async def chunks(ask):
    response = await Telling(ask, REQUEST).response()
    return [chunk async for chunk in response.body_iterator]


def test_while_a_model_thinks_the_connection_is_kept_alive(monkeypatch):
    monkeypatch.setattr(telling, "SILENCE_SECONDS", 0.01)
    go_on = threading.Event()

    def ask(hear):
        hear(BEGUN)
        go_on.wait(10)
        return FakeAnswerService().ask(QUESTION, READER)

    async def run():
        found = []
        response = await Telling(ask, REQUEST).response()
        async for chunk in response.body_iterator:
            found.append(chunk)
            if chunk.startswith(b":"):
                go_on.set()
        return found

    told = asyncio.run(run())
    assert told[1].startswith(b":")
    answer = FakeAnswerService().ask(QUESTION, READER)
    assert events(told[-1].decode()) == [("answer", answer_body(answer).model_dump(mode="json"))]


def test_when_the_asker_has_left_the_next_sentence_ends_the_writing():
    left, ended = threading.Event(), threading.Event()

    def ask(hear):
        hear(BEGUN)
        left.wait(10)
        try:
            hear(BEGUN)
        except AskerLeft:
            ended.set()
            raise

    async def run():
        response = await Telling(ask, REQUEST).response()
        async with aclosing(response.body_iterator) as told:
            async for chunk in told:
                assert b"begin" in chunk
                break
        left.set()
        assert await asyncio.to_thread(ended.wait, 10)

    asyncio.run(run())


def test_a_place_is_held_until_the_answer_is_written(serve):
    release = threading.Event()

    class Slow(FakeAnswerService):
        def ask(self, *asked):
            release.wait(10)
            return super().ask(*asked)

    client = serve(Slow())
    statuses = []

    def ask():
        statuses.append(client.post(PATH, json={"question": QUESTION}).status_code)

    askers = [threading.Thread(target=ask) for _ in range(9)]
    for asker in askers:
        asker.start()
    while not statuses:
        assert any(asker.is_alive() for asker in askers)
    release.set()
    for asker in askers:
        asker.join()
    assert sorted(statuses) == [200] * 8 + [503]
