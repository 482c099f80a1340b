"""`POST /v1/query`. In-process: the socket and TLS belong to the server and the gateway."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.api.schema import AnswerBody, answer_body
from rag.testing.fakes import READER, FakeAnswerService

QUESTION = "How long is the notice period?"
JSON = {"content-type": "application/json"}


def test_an_answer_is_exactly_what_the_command_line_prints(reader):
    response = reader.post("/v1/query", json={"question": QUESTION})
    printed = answer_body(FakeAnswerService().ask(QUESTION, READER)).model_dump(mode="json")
    assert response.status_code == 200
    assert response.json() == printed
    assert list(response.json()) == [
        "answer",
        "verdict",
        "sentences",
        "citations",
        "conflicts",
        "steps",
        "model",
        "timings",
        "audit_id",
    ]


def test_a_quote_is_the_cited_documents_text_from_start_to_end(reader):
    [citation] = reader.post("/v1/query", json={"question": QUESTION}).json()["citations"]
    document = reader.get(f"/v1/documents/{citation['document']}").json()
    assert document["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_who_may_not_read_a_document_gets_no_answer_from_it(outsider):
    body = outsider.post("/v1/query", json={"question": QUESTION}).json()
    assert body["verdict"] == "abstained"
    assert body["citations"] == body["sentences"] == []


def test_an_abstention_is_a_normal_answer(reader):
    response = reader.post("/v1/query", json={"question": "Who won the race?"})
    assert response.status_code == 200
    assert response.json()["verdict"] == "abstained"


def test_the_limit_of_a_question_is_the_setting(serve):
    client = serve(max_question=10)
    assert client.post("/v1/query", json={"question": "x" * 10}).status_code == 200
    response = client.post("/v1/query", json={"question": "x" * 11})
    assert response.status_code == 422
    assert response.json()["errors"] == [
        {
            "where": "question",
            "code": "string_too_long",
            "problem": "String should have at most 10 characters",
        }
    ]


@pytest.mark.parametrize(
    ("body", "where", "code"),
    [
        ("{}", "question", "missing"),
        ('{"question": null}', "question", "string_type"),
        ('{"question": 7}', "question", "string_type"),
        ('{"question": NaN}', "question", "string_type"),
        ('{"question": ["a"]}', "question", "string_type"),
        ('{"question": ""}', "question", "string_too_short"),
        ('{"question": " \\t\\n "}', "question", "question_blank"),
        ('{"question": "a\\u0000b"}', "question", "question_control_character"),
        ('{"question": "a\\u001bb"}', "question", "question_control_character"),
        ('{"question": "a\\u0085b"}', "question", "question_control_character"),
        ('{"question": "\\ud800"}', "question", "string_unicode"),
        ('{"question": "rent?", "k": 3}', "body", "extra_forbidden"),
        ('{"Question": "rent?"}', "question", "missing"),
        ('"rent?"', "body", "model_attributes_type"),
        ("[]", "body", "model_attributes_type"),
        ("null", "body", "model_attributes_type"),
        ("", "body", "missing"),
    ],
)
def test_a_wrong_body_is_told_which_field_is_wrong(reader, body, where, code):
    response = reader.post("/v1/query", content=body, headers=JSON)
    assert response.status_code == 422
    assert (where, code) in [(e["where"], e["code"]) for e in response.json()["errors"]]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"question=rent",
        b'{"question": "rent?"} x',
        b"{'question': 'rent?'}",
        b'{"question": "\xff\xfe"}',
        b'{"question": ' + b"9" * 5_000 + b"}",
        b"[" * 60_000,
        b'{"a":' * 10_000,
    ],
    ids=["cut", "form", "tail", "quotes", "bytes", "number", "lists", "objects"],
)
def test_what_is_not_json_is_400(reader, body):
    response = reader.post("/v1/query", content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "hint": "send valid JSON",
    }


@pytest.mark.parametrize(
    "media_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/ld+json"]
)
def test_only_json_is_read(reader, media_type):
    headers = {} if media_type is None else {"content-type": media_type}
    content = json.dumps({"question": QUESTION})
    response = reader.post("/v1/query", content=content, headers=headers)
    assert response.status_code == 415


def test_json_may_name_its_character_set(reader):
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    response = reader.post("/v1/query", content=json.dumps({"question": QUESTION}), headers=headers)
    assert response.status_code == 200


def test_a_refused_body_is_never_sent_back(reader):
    for body in (
        {"question": ["Zanzibar Quillfeather"]},
        {"question": "rent?", "Zanzibar Quillfeather": 1},
        {"question": "Zanzibar Quillfeather" * 500},
        {"question": "Zanzibar\x00Quillfeather"},
        {"Zanzibar Quillfeather": {"question": "Zanzibar Quillfeather"}},
    ):
        response = reader.post("/v1/query", json=body)
        assert response.status_code == 422
        assert "Zanzibar" not in response.text
        assert "Zanzibar" not in str(response.headers)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("question"), inner),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary() | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_at_all_breaks_the_service(reader, body):
    response = reader.post("/v1/query", content=body, headers=JSON)
    assert response.status_code in {200, 400, 422}
    if response.status_code == 200:
        AnswerBody.model_validate(response.json())
    else:
        assert response.json()["status"] == response.status_code
