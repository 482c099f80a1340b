"""Errors at the border: every remedy has its status, and nothing of the inside shows."""

from __future__ import annotations

import logging

import pytest

from rag.errors import (
    REMEDIES,
    ConfigurationError,
    RefusedError,
    RetryError,
    UnauthenticatedError,
    remedy,
)
from rag.testing.fakes import FakeAnswerService

ASK = {"question": "How long is the notice period?"}
INSIDE = "Zanzibar Quillfeather in /srv/index"


def failing(serve, error):
    return serve(FakeAnswerService(error=error)).post("/v1/query", json=ASK)


@pytest.mark.parametrize("kind", sorted(REMEDIES, key=lambda kind: kind.__name__))
def test_every_error_of_ours_is_answered_from_the_one_table(serve, kind, caplog):
    caplog.set_level(logging.DEBUG)
    row = remedy(kind(INSIDE))
    response = failing(serve, kind(INSIDE))
    assert response.status_code == row.http_status
    assert response.headers["content-type"] == "application/problem+json"
    assert set(response.json()) == {"type", "title", "status", "hint"}
    assert response.json()["hint"] == row.hint
    assert "Zanzibar" not in response.text
    assert "Zanzibar" not in caplog.text


def test_only_a_passing_condition_says_when_to_try_again(serve):
    assert failing(serve, RetryError("busy")).headers["retry-after"] == "5"
    assert "retry-after" not in failing(serve, ConfigurationError("wrong")).headers


def test_only_a_missing_key_is_challenged(serve):
    assert failing(serve, UnauthenticatedError("who")).headers["www-authenticate"]
    assert "www-authenticate" not in failing(serve, RefusedError("no")).headers


@pytest.mark.parametrize(
    "error",
    [
        ValueError(INSIDE),
        KeyError(INSIDE),
        RecursionError(INSIDE),
        ExceptionGroup(INSIDE, [ValueError(INSIDE)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_unexpected_error_is_500_and_logged_by_its_type_alone(serve, error, caplog):
    caplog.set_level(logging.DEBUG)
    response = failing(serve, error)
    assert response.status_code == 500
    assert response.json()["hint"] == "report this"
    assert "Zanzibar" not in response.text
    assert "Zanzibar" not in caplog.text
    [record] = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert type(error).__name__ in record.getMessage()
    assert response.headers["x-request-id"] in record.getMessage()
    assert record.exc_info is None


def test_an_operators_mistake_is_in_the_log_by_its_type(serve, caplog):
    failing(serve, ConfigurationError(INSIDE))
    assert "ConfigurationError" in caplog.text


def test_an_unknown_path_is_a_problem_too(reader):
    response = reader.get("/v2/Zanzibar")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "Zanzibar" not in response.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_a_wrong_method_is_told_the_right_one(reader, method):
    response = reader.request(method, "/v1/query")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
