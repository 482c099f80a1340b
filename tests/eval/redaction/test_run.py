from __future__ import annotations

import pytest

from eval.redaction.labels import Corpus
from eval.redaction.run import evaluate
from rag.errors import RedactionError


@pytest.fixture
def corpus(labelled):
    def make(*marked, complete=True):
        documents = [labelled(text, id=f"c#{n}") for n, text in enumerate(marked, start=1)]
        return Corpus(
            name="c",
            format="jsonl",
            policy="all",
            one_in=0,
            sha256="00",
            documents=tuple(documents),
            complete=complete,
        )

    return make


def test_every_document_is_redacted_scored_and_counted(corpus, redacted):
    steps = []
    result = evaluate(
        lambda document: redacted("[Anna|PERSON] came") if "Anna" in document.text else [],
        corpus("[Anna|PERSON] came", "[Bert|PERSON] came"),
        policy="all",
        step=lambda: steps.append(1),
    )
    assert len(steps) == len(result.scores) == 2
    assert result.measures["any 0.75"].recall.mean == 0.5
    assert result.kinds["PERSON"].recall.mean == 0.5
    assert result.characters == len("Anna came") * 2
    assert not result.marked


def test_a_document_that_fails_closed_is_told_and_not_scored(corpus):
    def find(document):
        raise RedactionError("no")

    result = evaluate(find, corpus("[Anna|PERSON] came"))
    assert result.failed == ("c#1",)
    assert (result.scores, result.measures) == ((), {})


def test_labels_of_direct_identifiers_alone_say_nothing_of_precision(corpus, redacted):
    result = evaluate(
        lambda _: redacted("[Anna|PERSON] [came|DATE]"),
        corpus("[Anna|PERSON,direct] came", complete=False),
    )
    assert set(result.measures) == {"direct", "leak"}
    assert result.kinds["PERSON"].precision is None
    assert "DATE" not in result.kinds
    assert result.scores[0].excesses == ()
