"""The OpenAPI description: complete, consistent, and true to what the service does."""

from __future__ import annotations

import json

import pytest

from rag.api.app import create_app
from rag.api.border import OPEN_PATHS
from rag.api.passages import EvidenceBody, FoundBody, SearchBody
from rag.api.schema import AnswerBody, DocumentBody, ProblemBody, QuestionBody
from rag.settings import ApiSettings
from rag.testing.fakes import FakeAnswerService

SCHEMA = create_app(FakeAnswerService(), ApiSettings(max_question=321)).openapi_schema
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in SCHEMA["paths"].items()
    for method, operation in operations.items()
}
ERRORS = {
    "POST /v1/query": {400, 401, 403, 404, 413, 415, 422, 500, 503},
    "POST /v1/query/stream": {400, 401, 403, 404, 413, 415, 422, 500, 503},
    "POST /v1/search": {400, 401, 403, 404, 413, 415, 422, 500, 503},
    "GET /v1/documents/{id}": {401, 404, 413, 500, 503},
    "GET /v1/documents/{id}/evidence": {401, 404, 413, 422, 500, 503},
    "GET /healthz": {413, 500},
    "GET /readyz": {413, 500, 503},
}


BODIES = (QuestionBody, SearchBody, AnswerBody, FoundBody, DocumentBody, EvidenceBody)


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(reference):
    node = SCHEMA
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_the_operations_are_these():
    assert set(OPERATIONS) == set(ERRORS)


@pytest.mark.parametrize("name", ERRORS)
def test_every_operation_documents_its_errors_as_problems(name):
    errors = {
        int(status): response
        for status, response in OPERATIONS[name]["responses"].items()
        if status >= "400"
    }
    assert set(errors) == ERRORS[name]
    for status, response in errors.items():
        media = response["content"]["application/problem+json"]
        assert resolve(media["schema"]["$ref"])["title"] == "ProblemBody"
        assert ProblemBody.model_validate(media["example"]).status == status


@pytest.mark.parametrize("name", ERRORS)
def test_every_operation_is_described(name):
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"]
    assert operation["operationId"]
    assert operation["tags"]
    assert all(response["description"] for response in operation["responses"].values())
    assert all(
        "x-request-id" in response["headers"] for response in operation["responses"].values()
    )


@pytest.mark.parametrize("name", ERRORS)
def test_a_key_is_required_wherever_the_path_is_not_open(name):
    is_open = name.split(" ")[1] in OPEN_PATHS
    assert OPERATIONS[name]["security"] == ([] if is_open else [{"bearer": []}, {"apiKey": []}])


def test_both_ways_of_sending_a_key_are_described():
    schemes = SCHEMA["components"]["securitySchemes"]
    assert schemes["bearer"]["scheme"] == "bearer"
    assert schemes["apiKey"]["name"] == "X-API-Key"


def test_every_field_of_every_body_is_described():
    for name, schema in SCHEMA["components"]["schemas"].items():
        if name == "BoxBody" or "properties" not in schema:
            continue
        for field, facts in schema["properties"].items():
            assert facts.get("description"), f"{name}.{field}"


def test_the_examples_are_valid():
    for model in BODIES:
        [example] = SCHEMA["components"]["schemas"][model.__name__]["examples"]
        assert model.model_validate(example).model_dump(mode="json") == example


def test_the_examples_agree_with_one_another():
    [answer] = SCHEMA["components"]["schemas"]["AnswerBody"]["examples"]
    [document] = SCHEMA["components"]["schemas"]["DocumentBody"]["examples"]
    [citation] = answer["citations"]
    assert citation["document"] == document["id"]
    assert document["text"][citation["start"] : citation["end"]] == citation["quote"]
    [evidence] = SCHEMA["components"]["schemas"]["EvidenceBody"]["examples"]
    around = evidence["before"] + evidence["text"] + evidence["after"]
    assert document["text"].startswith(around[: len(evidence["before"] + evidence["text"])])
    assert document["text"][evidence["start"] : evidence["end"]] == evidence["text"]


def test_the_setting_is_the_longest_question():
    for body in ("QuestionBody", "SearchBody"):
        question = SCHEMA["components"]["schemas"][body]["properties"]["question"]
        assert question["maxLength"] == 321


def test_every_reference_leads_somewhere_and_every_schema_is_used():
    used = set(references(SCHEMA))
    for reference in used:
        assert resolve(reference)
    defined = {f"#/components/schemas/{name}" for name in SCHEMA["components"]["schemas"]}
    assert defined <= used


def test_the_description_survives_the_wire(serve):
    client = serve(key=None, max_question=321)
    assert client.get("/openapi.json").json() == SCHEMA == json.loads(json.dumps(SCHEMA))


def test_the_description_does_not_depend_on_who_asks_first(reader, stranger):
    assert reader.get("/openapi.json").content == stranger.get("/openapi.json").content
