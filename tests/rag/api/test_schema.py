"""The JSON bodies, without the web framework."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from rag.api.schema import QuestionBody, answer_body, document_body
from rag.testing.fakes import READER, FakeAnswerService, invented_documents

SECRET = "The notice period is three months."


def test_printing_json_does_not_load_the_web_framework():
    program = (
        "import sys, rag.api.schema;"
        "sys.exit(any(name in sys.modules for name in ('fastapi', 'starlette', 'uvicorn')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_text_is_in_the_json_and_in_no_repr():
    answer = answer_body(FakeAnswerService().ask("notice period", READER))
    document = document_body(invented_documents()[0])
    for body in (answer, document):
        assert SECRET in body.model_dump_json()
        assert SECRET not in repr(body)
        assert "Lease" not in repr(body)
    assert "rent" not in repr(QuestionBody(question="rent?"))


def test_a_document_keeps_every_element_and_counts_redactions_by_kind():
    record = invented_documents()[0]
    body = document_body(record)
    assert [(e.kind, e.start, e.end, e.page) for e in body.elements] == [
        (e.kind, e.start, e.end, e.page) for e in record.elements
    ]
    assert body.redactions == record.redaction_counts() == {"PERSON": 2}


@pytest.mark.parametrize("question", ["Wie groß?", "a\tb\nc\r\n", "\u00a0x", "🦊", "\u202eabc"])
def test_ordinary_text_of_any_script_is_a_question(question):
    assert QuestionBody(question=question).question == question


@pytest.mark.parametrize("question", ["", " ", "\u00a0", "\n", "a\x00", "\x7f", "\x9f"])
def test_space_and_control_characters_are_no_question(question):
    with pytest.raises(ValidationError):
        QuestionBody(question=question)
