from __future__ import annotations

import pytest

from rag.generate.grammar import answer_grammar


def test_only_evidence_that_there_is_can_be_cited():
    grammar = answer_grammar([3, 1, 3], sentences=2)
    assert 'cite ::= "[" ("1" | "3") "]"' in grammar
    assert '(" " sentence){0,1}' in grammar
    assert '"Not in these documents."' in grammar


def test_one_sentence_is_followed_by_none():
    assert "{0," not in answer_grammar([1], sentences=1).splitlines()[0]


def test_without_evidence_there_is_no_form():
    with pytest.raises(ValueError, match="without evidence"):
        answer_grammar([], sentences=2)
