"""Only mint makes redacted text, and only of findings that fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rag
from rag.errors import RedactionError
from rag.records import Finding, RedactedText
from rag.redact.actions import Replacer
from rag.redact.mint import mint, stored
from rag.redact.policy_file import load_policy
from rag.redact.pseudonyms import Pseudonyms

_PSEUDONYMS = Pseudonyms(b"k" * 32)
_REPLACER = Replacer(load_policy("gdpr"), _PSEUDONYMS, tenant="t")


def _finding(start: int, end: int) -> Finding:
    return Finding(kind="US_SSN", start=start, end=end, score=0.9)


def test_replaces_each_finding_and_says_where():
    text, (one, two) = mint("a 12 b 34.", [_finding(2, 4), _finding(7, 9)], _REPLACER)
    first = _PSEUDONYMS.token(tenant="t", kind="US_SSN", value="12")
    second = _PSEUDONYMS.token(tenant="t", kind="US_SSN", value="34")
    assert text == f"a {first} b {second}."
    assert text[one.start : one.end] == first
    assert text[two.start : two.end] == second
    assert (two.source_start, two.source_end, two.score) == (7, 9, 0.9)


@pytest.mark.parametrize(
    "findings",
    [
        [_finding(4, 6), _finding(2, 4)],
        [_finding(2, 5), _finding(4, 6)],
        [_finding(3, 3)],
        [_finding(0, 99)],
    ],
)
def test_findings_that_do_not_fit_fail_closed(findings):
    with pytest.raises(RedactionError):
        mint("0123456789", findings, _REPLACER)


def test_no_other_module_makes_redacted_text():
    root = Path(rag.__file__).parent.parent
    makers = {
        path.relative_to(root).as_posix()
        for package in ("rag", "connectors", "pipelines", "eval")
        for path in (root / package).rglob("*.py")
        if re.search(r"\bRedactedText\(", path.read_text(encoding="utf-8"))
    }
    makers = {one for one in makers if not one.startswith("rag/testing/")}
    assert makers == {"rag/records/texts.py", "rag/redact/mint.py"}


def test_stored_text_is_redacted_text_again():
    assert type(stored("x [URL:abcdefgh]")) is RedactedText
