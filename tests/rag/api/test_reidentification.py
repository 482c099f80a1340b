"""`POST /v1/reidentify`. In-process, over a stand-in for what tells originals."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from rag.access.reasons import LONGEST_REASON, MOST_TOKENS
from rag.api.app import create_app
from rag.api.schema import ReidentifiedBody, ReidentifyBody
from rag.errors import RefusedError, RetryError
from rag.settings import ApiSettings
from rag.testing.fakes import OUTSIDER_KEY, READER, READER_KEY, FakeAnswerService

TOKEN = "[PERSON:k3f2mnop]"
VALUE = "Zebulon Quackenbush"
ASKED = {"tokens": [TOKEN], "reason": "The ward has to call."}


class Telling:
    """Tells one pseudonym to one reader; remembers who asked why."""

    def __init__(self, error=None):
        self.asked = []
        self._error = error

    def reidentify(self, tokens, principal, reason):
        self.asked.append((principal.id, tuple(tokens), reason))
        if self._error is not None:
            raise self._error
        if principal != READER or set(tokens) != {TOKEN}:
            raise RefusedError("neither this nor that")
        return {TOKEN: VALUE}


@pytest.fixture
def telling():
    return Telling()


@pytest.fixture
def post(telling):
    def call(body, *, key=READER_KEY, service=telling, **sent):
        app = create_app(FakeAnswerService(), ApiSettings(), reidentifier=service)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        with TestClient(app, headers=headers) as client:
            given = sent or {"json": body}
            response = client.post("/v1/reidentify", **given)
        described = app.openapi_schema["paths"]["/v1/reidentify"]["post"]["responses"]
        content = described[str(response.status_code)]["content"]
        assert response.headers["content-type"] in content
        return response

    return call


def test_originals_are_told_with_who_asked_and_why(post, telling):
    answered = post(ASKED)
    assert answered.status_code == 200
    assert answered.json() == {"reidentified": {TOKEN: VALUE}}
    assert answered.headers["cache-control"] == "no-store"
    assert telling.asked == [("reader", (TOKEN,), "The ward has to call.")]


def test_a_refusal_is_the_same_for_what_there_is_and_what_there_is_not(post):
    there = post(ASKED, key=OUTSIDER_KEY)
    absent = post({**ASKED, "tokens": ["[PERSON:aaaaaaaa]"]}, key=READER_KEY)
    assert there.status_code == absent.status_code == 403
    assert there.content == absent.content


def test_nobody_asks_without_a_key(post, telling):
    assert post(ASKED, key=None).status_code == 401
    assert telling.asked == []


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"tokens": []}, "tokens"),
        ({"tokens": [VALUE]}, "tokens"),
        ({"tokens": [f"{TOKEN}\n"]}, "tokens"),
        ({"tokens": ["[DATE=1984]"]}, "tokens"),
        ({"tokens": [TOKEN] * (MOST_TOKENS + 1)}, "tokens"),
        ({"tokens": VALUE}, "tokens"),
        ({"reason": ""}, "reason"),
        ({"reason": " \t"}, "reason"),
        ({"reason": "a\u0000b"}, "reason"),
        ({"reason": "x" * (LONGEST_REASON + 1)}, "reason"),
        ({VALUE: 1}, "body"),
    ],
)
def test_a_request_that_is_wrong_says_where_and_repeats_nothing(post, telling, changes, where):
    refused = post({**ASKED, **changes})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["where"] == where
    assert VALUE not in refused.text
    assert telling.asked == []


def test_what_is_no_json_is_refused(post):
    assert post(None, content="{}").status_code == 415
    wrong = post(None, content="{", headers={"content-type": "application/json"})
    assert wrong.status_code == 400


def test_an_error_says_when_to_come_again_and_no_more(post):
    failed = post(ASKED, service=Telling(RetryError(f"busy with {VALUE}")))
    assert failed.status_code == 503
    assert VALUE not in failed.text


def test_without_a_vault_there_is_no_such_route(serve):
    assert serve().post("/v1/reidentify", json=ASKED).status_code == 404


def test_the_route_is_described_with_examples_that_are_valid():
    schema = create_app(FakeAnswerService(), ApiSettings(), reidentifier=Telling()).openapi_schema
    operation = schema["paths"]["/v1/reidentify"]["post"]
    assert operation["summary"]
    assert operation["security"] == [{"bearer": []}, {"apiKey": []}]
    assert set(operation["tags"]) <= {tag["name"] for tag in schema["tags"]}
    [example] = schema["components"]["schemas"]["ReidentifyBody"]["examples"]
    assert ReidentifyBody.model_validate(example).model_dump() == example
    for name in ("ReidentifyBody", "ReidentifiedBody"):
        for facts in schema["components"]["schemas"][name]["properties"].values():
            assert facts["description"]


def test_no_original_shows_in_a_repr():
    assert VALUE not in repr(ReidentifiedBody(reidentified={TOKEN: VALUE}))
    assert VALUE not in repr(ReidentifyBody(tokens=[TOKEN], reason=VALUE))
