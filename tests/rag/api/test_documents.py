"""`GET /v1/documents/{id}`. In-process, as the other routes."""

from __future__ import annotations

import pytest

from rag.errors import NotFoundError
from rag.testing.fakes import FakeAnswerService


def test_a_document_is_shown_with_its_structure_and_redactions(reader):
    body = reader.get("/v1/documents/d-lease").json()
    assert list(body) == ["id", "title", "text", "elements", "redactions"]
    assert body["id"] == "d-lease"
    assert body["title"] == "Lease of [PERSON:k3f9]"
    assert body["redactions"] == {"PERSON": 2}
    title, paragraph, _ = body["elements"]
    assert title == {
        "kind": "title",
        "start": 0,
        "end": 22,
        "page": 1,
        "box": None,
        "headings": [],
    }
    assert paragraph["box"] == {"left": 72.0, "top": 96.5, "right": 523.0, "bottom": 110.5}
    assert paragraph["headings"] == [{"start": 0, "end": 22}]
    assert body["text"][paragraph["start"] : paragraph["end"]].startswith("The notice period")


def test_a_forbidden_document_looks_exactly_like_an_absent_one(reader):
    forbidden = reader.get("/v1/documents/d-menu")
    absent = reader.get("/v1/documents/d-nothing")
    assert forbidden.status_code == absent.status_code == 404
    assert forbidden.content == absent.content
    for response in (forbidden, absent):
        del response.headers["x-request-id"]
    assert forbidden.headers == absent.headers


def test_the_owner_of_another_key_reads_other_documents(outsider):
    assert outsider.get("/v1/documents/d-menu").status_code == 200
    assert outsider.get("/v1/documents/d-lease").status_code == 404


class NeverAsked(FakeAnswerService):
    """Fails a test that asks it for a document."""

    def document(self, document_id, principal):  # noqa: ARG002  the port's signature
        raise AssertionError(f"asked for {document_id!r}")


@pytest.mark.parametrize("document_id", ["a%00b", "a%0Ab", "%7F", "x" * 201])
def test_what_cannot_be_an_id_never_reaches_the_database(serve, document_id):
    assert serve(NeverAsked()).get(f"/v1/documents/{document_id}").status_code == 404


class Recording(FakeAnswerService):
    """Remembers which documents were asked for; has none."""

    def __init__(self):
        super().__init__(())
        self.asked = []

    def document(self, document_id, principal):  # noqa: ARG002  the port's signature
        self.asked.append(document_id)
        raise NotFoundError("none")


@pytest.mark.parametrize("document_id", ["x" * 200, "d-lease:2", "Gerät", "a b"])
def test_any_other_id_is_looked_up_as_it_was_sent(serve, document_id):
    service = Recording()
    assert serve(service).get(f"/v1/documents/{document_id}").status_code == 404
    assert service.asked == [document_id]


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/documents/", "/v1/documents/a/b"])
def test_neither_a_list_nor_a_path_is_a_document(reader, path):
    assert reader.get(path).status_code == 404


LEASE = "/v1/documents/d-lease/evidence"


def test_a_passage_is_shown_where_it_stands(reader):
    document = reader.get("/v1/documents/d-lease").json()
    body = reader.get(LEASE, params={"start": 23, "end": 57}).json()
    assert body == {
        "document": "d-lease",
        "title": "Lease of [PERSON:k3f9]",
        "headings": ["Lease of [PERSON:k3f9]"],
        "kind": "text",
        "page": 1,
        "boxes": [{"page": 1, "left": 72.0, "top": 96.5, "right": 523.0, "bottom": 110.5}],
        "start": 23,
        "end": 57,
        "text": "The notice period is three months.",
        "before": "Lease of [PERSON:k3f9]\n",
        "after": "\n[PERSON:k3f9] pays the rent on the first of the month.",
    }
    assert body["before"] + body["text"] + body["after"] == document["text"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"start": 1},
        {"end": 1},
        {"start": -1, "end": 3},
        {"start": 0, "end": 0},
        {"start": "Zanzibar", "end": 3},
        {"start": 1.5, "end": 3},
    ],
)
def test_a_range_that_is_none_is_refused_by_its_name(reader, asked):
    response = reader.get(LEASE, params=asked)
    assert response.status_code == 422
    assert {e["where"] for e in response.json()["errors"]} <= {"start", "end"}
    assert "Zanzibar" not in response.text


@pytest.mark.parametrize(
    ("start", "end"), [(5, 5), (9, 5), (0, 10**6), (10**6, 10**6 + 1), (10**30, 10**31)]
)
def test_a_range_that_the_document_does_not_have_is_told_what_to_do(reader, start, end):
    response = reader.get(LEASE, params={"start": start, "end": end})
    assert response.status_code == 422
    assert response.json()["hint"] == "ask for a range of the document"


@pytest.mark.parametrize(("start", "end"), [(0, 4), (0, 10**6), (9, 5)])
def test_a_passage_of_a_forbidden_document_looks_like_that_of_an_absent_one(reader, start, end):
    answers = [
        reader.get(f"/v1/documents/{name}/evidence", params={"start": start, "end": end})
        for name in ("d-menu", "d-nothing", "a%00b")
    ]
    assert {response.status_code for response in answers} == {404}
    assert len({response.content for response in answers}) == 1
