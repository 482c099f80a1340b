"""One redactor for the whole run, since Presidio takes seconds to load."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.redact.engine import PresidioRedactor
from rag.redact.names import NoNames
from rag.redact.pseudonyms import Pseudonyms
from rag.settings import RedactSettings

Found = Callable[[str], list[tuple[str, str]]]


@pytest.fixture(scope="session")
def presidio() -> PresidioRedactor:
    made = PresidioRedactor(RedactSettings(), Pseudonyms(b"a key for the tests only"), NoNames())
    made.warm()
    return made


@pytest.fixture(scope="session")
def redactor(presidio: PresidioRedactor) -> PresidioRedactor:
    return presidio


@pytest.fixture(scope="session")
def found(redactor: PresidioRedactor) -> Found:
    """Return what all recognizers together find in a text: kinds and values, in order."""

    def find(text: str) -> list[tuple[str, str]]:
        from rag.redact.merge import merge

        findings = merge(text, redactor.warm().find(text))
        return [(one.kind, text[one.start : one.end]) for one in findings]

    return find
