"""The fake service is held to what the API relies on."""

from __future__ import annotations

import pytest

from rag.errors import NotFoundError, UnauthenticatedError
from rag.records import Verdict
from rag.testing.fakes import (
    OUTSIDER,
    OUTSIDER_KEY,
    READER,
    READER_KEY,
    FakeAnswerService,
    invented_documents,
)


def test_the_invented_documents_are_consistent():
    for document in invented_documents():
        assert document.elements[-1].end == len(document.text)
        assert document.text[: document.elements[0].end] == document.title
        for redaction in document.redactions:
            assert document.text[redaction.start : redaction.end].startswith(f"[{redaction.kind}:")


def test_it_cites_the_document_from_start_to_end():
    service = FakeAnswerService()
    answer = service.ask("Who pays the rent?", READER)
    [citation] = answer.citations
    text = service.document(citation.document, READER).text
    assert text[citation.start : citation.end] == citation.quote
    assert "rent" in citation.quote


def test_it_answers_only_from_what_may_be_read():
    service = FakeAnswerService()
    assert service.ask("When is soup served?", OUTSIDER).verdict is Verdict.GROUNDED
    assert service.ask("When is soup served?", READER).verdict is Verdict.ABSTAINED
    with pytest.raises(NotFoundError):
        service.document("d-menu", READER)


def test_it_knows_two_keys():
    service = FakeAnswerService()
    assert service.authenticate(READER_KEY) == READER
    assert service.authenticate(OUTSIDER_KEY) == OUTSIDER
    with pytest.raises(UnauthenticatedError):
        service.authenticate("")


def test_it_has_as_many_audit_ids_as_answers():
    service = FakeAnswerService(())
    ids = [service.ask("x", READER).audit_id for _ in range(3)]
    assert len(set(ids)) == 3
