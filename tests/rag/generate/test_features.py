from __future__ import annotations

import numpy as np
import pytest

from rag.generate.extractive import candidates_of
from rag.generate.features import NAMES, known
from rag.testing.passages import evidence


def features(question, *passages, meaning=None):
    """What is known of each sentence, by the name of the feature."""
    candidates = candidates_of(list(passages))
    given = np.asarray([0.5] * len(candidates) if meaning is None else meaning, dtype=np.float32)
    table = known(question, candidates, given).features
    assert table.shape == (len(candidates), len(NAMES))
    return {name: table[:, at].tolist() for at, name in enumerate(NAMES)}


def test_the_row_whose_first_cell_is_asked_for_is_meant():
    table = evidence(1, "Bed: 7 | To do: scan at 09:30\nBed: 9 | To do: X-ray\nBed 7 is free now.")
    found = features("At what time is the scan of bed 7?", table)
    assert found["row"] == [1, 1, 0]
    assert found["row meant"] == [1, 0, 0]


def test_years_are_told_apart():
    old = evidence(1, "The rate was £350.", context="Guideline 2024")
    new = evidence(2, "The rate is £380.", context="Guideline 2025")
    plain = evidence(3, "The rate is reviewed yearly.")
    found = features("What is the rate in 2025?", old, new, plain)
    assert found["year"] == [-1, 1, 0]


def test_a_question_without_a_year_asks_for_none():
    found = features("What is the rate?", evidence(1, "The rate was £350 in 2024."))
    assert found["year"] == [0]


def test_a_sentence_that_only_repeats_the_question_says_nothing_new():
    passage = evidence(1, "The fault touched accounts. In all 2,316 of these were put right again.")
    found = features("How many accounts did the fault touch?", passage)
    assert found["nothing new"] == [1, 0]


def test_what_is_counted_is_found_whatever_its_ending():
    passage = evidence(1, "It touched 2,316 accounts. It began on 4 March and took 3 weeks.")
    assert features("How many accounts?", passage)["counted"] == [1, 0]
    assert features("Which accounts were touched?", passage)["counted"] == [0, 0]


def test_the_words_of_the_sentence_before_count_half_within_a_passage():
    together = evidence(1, "A fault charged the fee twice. It was mended by noon.")
    apart = evidence(1, "A fault charged the fee twice."), evidence(2, "It was mended by noon.")
    asked = "When was the fault mended?"
    assert np.diff(features(asked, together)["words before"]) > np.diff(
        features(asked, *apart)["words before"]
    )


def test_support_is_no_better_for_words_that_nobody_holds():
    candidates = candidates_of([evidence(1, "The boiler is serviced every 14 months.")])
    meaning = np.asarray([0.5], dtype=np.float32)
    near = known("How often is the boiler serviced?", candidates, meaning).support
    far = known("How often is the swimming pool serviced?", candidates, meaning).support
    assert near > far


@pytest.mark.parametrize("question", ["", "?", "the of and", "[PERSON:k3f9abcd]"])
def test_a_question_of_no_words_is_borne(question):
    found = features(question, evidence(1, "One sentence stands here."))
    assert np.isfinite([value for column in found.values() for value in column]).all()
