"""The seam for a name model: an empty one, and what a model may not return."""

from __future__ import annotations

import pytest

from rag.errors import RedactionError
from rag.records import Finding
from rag.redact.names import NoNames, name_findings


class Model:
    fingerprint = "test"
    kinds = frozenset({"PERSON", "bad kind"})

    def __init__(self, *findings: Finding) -> None:
        self._findings = findings

    def find(self, text: str, near: object = None) -> tuple[Finding, ...]:  # noqa: ARG002
        return self._findings if text else ()


def _person(start: int, end: int, score: float = 0.9, kind: str = "PERSON") -> Finding:
    return Finding(kind=kind, start=start, end=end, score=score)


def test_no_names_finds_nothing_and_says_so():
    assert NoNames().find("Jane Doe") == ()
    assert NoNames().kinds == frozenset()
    assert NoNames().fingerprint == "none"


def test_findings_below_the_minimum_are_left():
    found = name_findings(Model(_person(0, 4), _person(5, 8, 0.1)), "Jane Doe", minimum_score=0.4)
    assert found == [_person(0, 4)]


@pytest.mark.parametrize(
    "finding",
    [
        _person(-1, 3),
        _person(3, 3),
        _person(0, 99),
        _person(0, 4, kind="ORGANIZATION"),
        _person(0, 4, kind="bad kind"),
    ],
)
def test_a_finding_that_cannot_be_fails_closed(finding):
    with pytest.raises(RedactionError):
        name_findings(Model(finding), "Jane Doe", minimum_score=0.4)
