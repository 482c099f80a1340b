"""`POST /v1/search`, and the filters of both kinds of question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.api.filters import FiltersBody, narrowing_of
from rag.api.passages import found_body
from rag.records import Narrowing
from rag.redact.mint import stored
from rag.testing.fakes import READER, FakeAnswerService, invented_documents

QUESTION = "How long is the notice period?"


def test_what_is_found_is_exactly_what_the_command_line_prints(reader):
    response = reader.post("/v1/search", json={"question": QUESTION})
    found = FakeAnswerService().search(QUESTION, READER, limit=10)
    assert response.status_code == 200
    assert response.json() == found_body(found).model_dump(mode="json")
    [passage] = response.json()["passages"]
    assert passage == {
        "document": "d-lease",
        "title": "Lease of [PERSON:k3f9]",
        "headings": ["Lease of [PERSON:k3f9]"],
        "kind": "text",
        "page": 1,
        "boxes": [{"page": 1, "left": 72.0, "top": 96.5, "right": 523.0, "bottom": 110.5}],
        "start": 23,
        "end": 57,
        "text": "The notice period is three months.",
        "score": 1.0,
    }


def test_who_may_not_read_a_document_finds_nothing_of_it(outsider):
    response = outsider.post("/v1/search", json={"question": QUESTION})
    assert response.status_code == 200
    assert response.json()["passages"] == []


def test_no_more_is_found_than_asked_for(reader):
    question = "notice period, and who pays the rent of the month?"
    both = reader.post("/v1/search", json={"question": question, "limit": 50}).json()
    one = reader.post("/v1/search", json={"question": question, "limit": 1}).json()
    assert len(both["passages"]) == 2
    assert one["passages"] == both["passages"][:1]


def test_the_limit_of_a_question_is_the_setting(serve):
    client = serve(max_question=10)
    assert client.post("/v1/search", json={"question": "x" * 10}).status_code == 200
    assert client.post("/v1/search", json={"question": "x" * 11}).status_code == 422


@pytest.fixture
def dated(serve):
    """The service over a lease of 2024 that is marked, and a menu that says nothing of itself."""
    lease, menu = invented_documents()
    facts = {"tags": stored("lease\nold"), "dated": stored("2024-05-31")}
    lease = replace(lease, source="contracts", metadata=facts)
    return serve(FakeAnswerService([lease, menu]))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, True),
        ({"sources": ["contracts", "mail"]}, True),
        ({"sources": ["mail"]}, False),
        ({"kinds": ["text/plain"]}, True),
        ({"kinds": ["application/pdf"]}, False),
        ({"tags": ["old"]}, True),
        ({"tags": ["new"]}, False),
        ({"since": "2024-05-31", "until": "2024-05-31"}, True),
        ({"since": "2024-06-01"}, False),
        ({"until": "2024-05-30"}, False),
        ({"sources": ["contracts"], "tags": ["new"]}, False),
        ({"sources": [], "kinds": [], "tags": [], "since": None, "until": None}, True),
    ],
)
def test_filters_take_away_from_answers_and_searches_alike(dated, filters, found):
    body = {"question": QUESTION, "filters": filters}
    assert bool(dated.post("/v1/search", json=body).json()["passages"]) is found
    assert (dated.post("/v1/query", json=body).json()["verdict"] == "grounded") is found


def test_no_filter_opens_what_is_closed(serve):
    [_, menu] = invented_documents()
    client = serve(FakeAnswerService([menu]))
    for filters in ({"sources": ["fake"]}, {"kinds": ["text/plain"]}):
        body = {"question": "When is soup served?", "filters": filters}
        assert client.post("/v1/search", json=body).json()["passages"] == []


@pytest.mark.parametrize("path", ["/v1/query", "/v1/search"])
@pytest.mark.parametrize(
    ("filters", "where", "code"),
    [
        ({"purposes": ["Zanzibar"]}, "filters", "extra_forbidden"),
        ({"tenant": "Zanzibar"}, "filters", "extra_forbidden"),
        (["Zanzibar"], "filters", "model_attributes_type"),
        ({"tags": "Zanzibar"}, "tags", "list_type"),
        ({"tags": [""]}, "tags", "string_too_short"),
        ({"tags": ["Zanzibar" * 16]}, "tags", "string_too_long"),
        ({"tags": ["Zanzibar\x00"]}, "tags", "name_control_character"),
        ({"tags": ["a"] * 51}, "tags", "too_long"),
        ({"kinds": [1]}, "kinds", "string_type"),
        ({"since": "31.05.2024"}, "since", "string_pattern_mismatch"),
        ({"since": "2024-05-31T00:00:00"}, "since", "string_pattern_mismatch"),
        ({"since": "٢٠٢٤-٠٥-٣١"}, "since", "string_pattern_mismatch"),
        ({"until": "2024-02-30"}, "until", "day"),
        ({"until": 20240530}, "until", "string_type"),
        ({"since": "2024-06-01", "until": "2024-05-31"}, "filters", "days_crossed"),
    ],
)
def test_a_wrong_filter_is_refused_by_its_name_and_not_sent_back(
    reader, path, filters, where, code
):
    response = reader.post(path, json={"question": QUESTION, "filters": filters})
    assert response.status_code == 422
    assert (where, code) in [(e["where"], e["code"]) for e in response.json()["errors"]]
    assert "Zanzibar" not in response.text


@pytest.mark.parametrize("limit", [0, 51, -1, "5", 1.0, True, None])
def test_a_wrong_limit_is_refused(reader, limit):
    response = reader.post("/v1/search", json={"question": QUESTION, "limit": limit})
    assert response.status_code == 422
    assert response.json()["errors"][0]["where"] == "limit"


def test_who_asks_cannot_say_for_what(reader):
    response = reader.post("/v1/search", json={"question": QUESTION, "purpose": "care"})
    assert response.status_code == 422


def test_filters_become_what_a_search_is_narrowed_by():
    body = FiltersBody(sources=["a"], tags=["b", "b"], since="2024-05-31")
    assert narrowing_of(body) == Narrowing(
        sources=frozenset("a"), tags=frozenset("b"), since=20240531
    )
    assert narrowing_of(FiltersBody()) == Narrowing()
    assert "2024" not in repr(body).replace("since='2024-05-31'", "")
    assert "'b'" not in repr(body)
