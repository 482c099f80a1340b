from __future__ import annotations

import pytest

from eval.redaction.bars import Bars, shortfalls
from eval.redaction.labels import Corpus
from eval.redaction.run import evaluate
from rag.errors import RedactionError


@pytest.fixture
def result(labelled, redacted):
    """The result of one document of a corpus."""

    def make(marked, found, *, complete=True):
        corpus = Corpus(
            name="c",
            format="jsonl",
            policy="all",
            one_in=0,
            sha256="00",
            documents=(labelled(marked),),
            complete=complete,
        )
        return evaluate(lambda _: redacted(found), corpus)

    return make


def test_what_is_found_without_excess_passes(result):
    marked = "[Anna|PERSON,direct] of [Oslo|LOCATION,quasi]"
    assert shortfalls(result(marked, "[Anna|PERSON] of [Oslo|LOCATION]"), Bars()) == ()
    assert shortfalls(result("[Anna|PERSON] came", "[Anna|PERSON] came"), Bars()) == ()


def test_marked_labels_have_bars_of_their_own(result):
    marked = "[Anna|PERSON,direct] of [Oslo|LOCATION,quasi] came along with us"
    found = "Anna of Oslo [came along with us|DATE]"
    assert shortfalls(result(marked, found), Bars()) == (
        "recall of direct identifiers is 0.0%, below 95%",
        "recall of quasi-identifiers is 0.0%, below 85%",
        "precision by character is 0.0%, below 75%",
    )


def test_other_labels_are_measured_by_span(result):
    assert shortfalls(result("[Anna|PERSON] came", "Anna came"), Bars()) == (
        "recall by span is 0.0%, below 92%",
        "F2 by span is 0.0%, below 90%",
    )


def test_where_only_direct_identifiers_are_labelled_none_may_be_left(result):
    marked = "[Anna|PERSON,direct] came"
    assert shortfalls(result(marked, "[Anna|PERSON] came", complete=False), Bars()) == ()
    assert shortfalls(result(marked, "Anna came", complete=False), Bars()) == (
        "a direct identifier is left in 1 of 1 documents",
    )


def test_a_corpus_that_could_not_be_redacted_does_not_pass(labelled):
    def find(document):
        raise RedactionError("no")

    corpus = Corpus(
        name="c", format="x", policy="all", one_in=0, sha256="", documents=(labelled("a"),)
    )
    assert shortfalls(evaluate(find, corpus), Bars()) == (
        "1 documents could not be redacted and were not scored",
        "no document was scored",
    )
