"""One redactor for the whole run, since Presidio takes seconds to load."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from rag.redact.engine import PresidioRedactor
from rag.redact.names import NoNames
from rag.redact.pseudonyms import Pseudonyms
from rag.settings import RedactSettings

Found = Callable[[str], list[tuple[str, str]]]
Values = Callable[[str, str], list[str]]
Steps = Callable[[Callable[[], object]], int]


@pytest.fixture(scope="session")
def presidio() -> PresidioRedactor:
    made = PresidioRedactor(RedactSettings(), Pseudonyms(b"a key for the tests only"), NoNames())
    made.warm()
    return made


@pytest.fixture(scope="session")
def redactor(presidio: PresidioRedactor) -> PresidioRedactor:
    return presidio


# What most policies leave in place: the tables of identifiers do not look at it.
GENERAL = frozenset(("DATE", "DURATION", "AGE", "AMOUNT", "DEMOGRAPHIC", "PERSON", "PERSON_TITLE"))


@pytest.fixture(scope="session")
def found(redactor: PresidioRedactor) -> Found:
    """Return what the recognizers of identifiers find in a text: kinds and values, in order."""
    analysis = redactor.warm()
    kinds = analysis.kinds - GENERAL

    def find(text: str) -> list[tuple[str, str]]:
        from rag.redact.merge import merge

        findings = merge(text, analysis.find(text, kinds=kinds))
        return [(one.kind, text[one.start : one.end]) for one in findings]

    return find


@pytest.fixture(scope="session")
def values(redactor: PresidioRedactor) -> Values:
    """Return what the recognizers of one kind find in a text, overlapping finds joined."""
    analysis = redactor.warm()

    def find(kind: str, text: str) -> list[str]:
        from rag.redact.merge import merge

        findings = merge(text, analysis.find(text, kinds={kind}))
        return [text[one.start : one.end] for one in findings]

    return find


@pytest.fixture
def steps() -> Steps:
    """Count the steps of the interpreter, the same on every machine, as seconds are not."""

    def count(act: Callable[[], object]) -> int:
        done = 0

        def look(frame: FrameType, event: str, _: object) -> object:
            nonlocal done
            frame.f_trace_lines, frame.f_trace_opcodes = False, True
            done += event == "opcode"
            return look

        before = sys.gettrace()
        sys.settrace(look)
        try:
            act()
        finally:
            sys.settrace(before)
        return done

    return count
