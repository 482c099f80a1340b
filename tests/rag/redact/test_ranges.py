"""Ranges move exactly between parsed and redacted text, and widen over redactions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.records import Finding, Redaction, Span
from rag.redact.actions import Replacer
from rag.redact.mint import mint
from rag.redact.policy_file import load_policy
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.ranges import to_redacted, to_source

_REPLACER = Replacer(load_policy("court"), Pseudonyms(b"k" * 32), tenant="t")

#   source:   ab SECRET cd     redacted:  ab [K] cd
_ONE = (Redaction(kind="K", start=3, end=6, source_start=3, source_end=9, score=1.0),)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 2, (0, 2)),
        (0, 3, (0, 3)),
        (0, 5, (0, 6)),
        (3, 9, (3, 6)),
        (4, 5, (3, 6)),
        (5, 12, (3, 9)),
        (9, 12, (6, 9)),
        (10, 12, (7, 9)),
        (2, 2, (2, 2)),
        (11, 11, (8, 8)),
    ],
)
def test_boundaries_inside_a_redaction_widen_to_the_whole_of_it(start, end, expected):
    assert to_redacted(_ONE, start, end) == Span(start=expected[0], end=expected[1])


def test_without_redactions_nothing_moves():
    assert to_redacted((), 3, 7) == Span(start=3, end=7)
    assert to_source((), 3, 7) == Span(start=3, end=7)


@st.composite
def _texts(draw):
    text = draw(st.text(alphabet="abc ", min_size=1, max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    findings = [Finding(kind="K", start=a, end=b, score=1.0) for a, b in pairs]
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    return text, findings, start, end


@given(_texts())
@settings(max_examples=200, deadline=None)
def test_text_between_redactions_is_the_same_on_both_sides(case):
    text, findings, start, end = case
    redacted, redactions = mint(text, findings, _REPLACER)
    there = to_redacted(redactions, start, end)
    back = to_source(redactions, there.start, there.end)
    assert 0 <= there.start <= there.end <= len(redacted)
    assert back.end - back.start >= end - start or start == end
    if start < end:
        assert back.start <= start
        assert back.end >= end
    if not any(f.start < end and start < f.end for f in findings):
        assert redacted[there.start : there.end] == text[start:end]
    again = to_redacted(redactions, back.start, back.end)
    assert (again.start, again.end) == (there.start, there.end) or start == end
