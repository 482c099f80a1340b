from __future__ import annotations

import pytest

from eval.retrieval.cases import Target
from eval.retrieval.packing import WHOLE_TOKENS, kept, whole_passages
from rag.records import Evidence, RedactedText

TEXT = "The boiler is fed by the Tarn pump. It runs day and night."


def evidence(start, end, document="d", text=TEXT):
    return Evidence(
        n=1,
        document_id=document,
        document_version="1",
        title=RedactedText(""),
        text=RedactedText(text[start:end]),
        context=RedactedText(""),
        start=start,
        end=end,
        page=None,
        score=1.0,
    )


def target(start, end, document="d"):
    return Target(document_id=document, start=start, end=end)


def test_each_character_counts_once():
    found = kept([evidence(10, 20), evidence(15, 25), evidence(40, 50)], [target(0, 30)], [])
    assert found.characters == (15, 30)
    assert found.targets == (1, 1)
    assert found.any == (1, 1)


def test_less_than_half_of_a_target_is_not_the_target():
    found = kept([evidence(0, 14)], [target(0, 30), target(0, 10)], [])
    assert found.targets == (1, 2)
    assert kept([evidence(30, 40)], [target(0, 30)], []).any == (0, 1)


def test_of_several_places_the_best_kept_one_counts():
    twice = Target(document_id="d", start=0, end=10, also=((40, 50),))
    found = kept([evidence(8, 10), evidence(40, 48)], [twice], [])
    assert (found.characters, found.targets) == ((8, 10), (1, 1))


def test_answers_count_in_what_is_wanted_alone():
    answers = [["tarn  PUMP", "nothing"], ["day and nigh"], ["day and night"]]
    here = [evidence(0, len(TEXT))]
    assert kept(here, [target(0, 5)], answers).answers == (2, 3)
    elsewhere = [evidence(0, len(TEXT), document="other")]
    assert kept(elsewhere, [target(0, 5)], answers).answers == (0, 3)


def test_whole_passages_are_taken_until_they_do_not_fit():
    long = "word " * (WHOLE_TOKENS // 2 - 1)
    passages = [evidence(0, len(long), document=str(n), text=long) for n in range(3)]
    assert whole_passages(passages) == passages[:2]


@pytest.mark.parametrize("count", [0, 1])
def test_the_best_passage_is_taken_however_long(count):
    longer = "word " * (WHOLE_TOKENS + 1)
    passages = [evidence(0, len(longer), text=longer)] * count
    assert whole_passages(passages * 2) == passages
