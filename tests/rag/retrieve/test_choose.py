from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunk.sections import count_tokens
from rag.records import ElementKind, QueryVectors, SparseVector
from rag.redact.mint import stored
from rag.retrieve.choose import chosen
from rag.retrieve.stretches import stretches
from rag.testing.found import asked, ranked_in
from rag.testing.layouts import Block, laid_out


def parts(question, ranked, budget):
    found = chosen(stored(question), asked(question), stretches(ranked, merge=True), budget=budget)
    return [str(stretch.document.text[span.start : span.end]) for stretch, span in found]


GARDEN = "Hedges are cut in autumn. The boiler pressure limit is 2.4 bar. Paths are swept daily."


def test_the_sentence_that_answers_is_chosen(document):
    made = document(GARDEN)
    assert parts("boiler pressure limit", [ranked_in(made, GARDEN)], 14) == [
        "The boiler pressure limit is 2.4 bar."
    ]


def test_all_is_taken_while_there_is_room_as_one_part(document):
    made = document(GARDEN)
    assert parts("boiler pressure limit", [ranked_in(made, GARDEN)], 400) == [GARDEN]


def test_a_sentence_that_leans_on_the_one_before_brings_it(document):
    text = "The tenant keeps a cat. It must not roam. Paths are swept daily by him."
    made = document(text)
    assert parts("must roam", [ranked_in(made, text)], 14) == [
        "The tenant keeps a cat. It must not roam."
    ]


LISTED = "Papers for a loan:\n\n- payslips\n- a deed. It is signed.\n\nPaths are swept daily."


def test_a_sentence_that_announces_a_list_brings_it(document):
    made = document(LISTED)
    assert parts("papers for a loan", [ranked_in(made, LISTED)], 18) == [
        "Papers for a loan:\n\n- payslips\n- a deed. It is signed."
    ]


def test_a_list_that_does_not_fit_is_not_brought(document):
    made = document(LISTED)
    [found] = parts("papers for a loan", [ranked_in(made, LISTED)], 8)
    assert found.startswith("Papers for a loan:")
    assert "deed" not in found


def test_a_sentence_longer_than_the_budget_is_still_given(document):
    text = "The boiler " + "very " * 40 + "old."
    assert parts("boiler", [ranked_in(document(text), text)], 10) == [text]


def test_a_row_of_a_table_is_chosen_alone(document):
    table = "Item | 2018 | 2019\nRent | 10 | 12\nHeating | 3 | 4\nWater | 1 | 2"
    made = document(table)
    assert parts("heating", [ranked_in(made, table)], 8) == ["Heating | 3 | 4"]


def test_the_row_that_the_question_names_comes_first(document):
    row = "Item: Other assets (1) | 2019: 12 | 2018: 9"
    text = f"{row}\nItem: Fixed assets | 2019: 3 | 2018: 2\nThe change in other assets in 2019."
    question = "What was the change in other assets in 2019?"
    assert parts(question, [ranked_in(document(text), text)], 20) == [row]


def test_headings_are_not_evidence(document):
    made = document("Boiler pressure limit:", "It is 2.4 bar here.")
    text = "Boiler pressure limit:\n\nIt is 2.4 bar here."
    assert parts("boiler pressure limit", [ranked_in(made, text)], 400) == ["It is 2.4 bar here."]


def test_of_better_passages_more_is_taken(document):
    one = document("Alpha is here.", document_id="a")
    other = document("Alpha is here.", document_id="b")
    worse, better = ranked_in(one, one.text, score=1.0), ranked_in(other, other.text, score=3.0)
    found = stretches([worse, better], merge=True)
    [(stretch, _)] = chosen(stored("alpha"), asked("alpha"), found, budget=5)
    assert stretch.document.id == "b"


@given(
    st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=6), min_size=1, max_size=4),
    st.integers(1, 80),
)
def test_parts_are_whole_sentences_in_order_within_the_budget(lengths, budget):
    ranked = []
    for n, sentences in enumerate(lengths):
        text = " ".join(" ".join(["Word"] + ["word"] * length) + "." for length in sentences)
        made = laid_out([Block(kind=ElementKind.TEXT, text=text)], document_id=f"d{n}")
        ranked.append(ranked_in(made, text, score=float(n)))
    found = chosen(stored("word"), asked("word"), stretches(ranked, merge=True), budget=budget)
    texts = [stretch.document.text[span.start : span.end] for stretch, span in found]
    assert texts
    assert all(text.startswith("Word") and text.endswith(".") for text in texts)
    spent = sum(len(count_tokens(text)) for text in texts)
    assert spent <= budget or len(texts) == 1
    places = [(stretch.document.id, span.start) for stretch, span in found]
    assert places == sorted(places)


def test_without_tokens_words_and_passages_decide(document):
    made = document(GARDEN)
    bare = QueryVectors(dense=np.ones(2, np.float32), sparse=SparseVector(indices=(), values=()))
    [(stretch, span)] = chosen(
        stored("boiler pressure limit"),
        bare,
        stretches([ranked_in(made, GARDEN)], merge=True),
        budget=14,
    )
    assert stretch.document.text[span.start : span.end] == "The boiler pressure limit is 2.4 bar."


@pytest.mark.parametrize("budget", [1, 400])
def test_nothing_found_is_nothing_chosen(budget):
    assert chosen(stored("a"), asked("a"), [], budget=budget) == []
