from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.bm25 import (
    AVERAGE_LENGTH,
    document_vector,
    fingerprint,
    query_vector,
    stem,
    terms,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The fee is 25 EUR", ["fee", "25", "eur"]),
        ("5.9 mg, 1,250.00 and 120/80.", ["5.9", "mg", "1,250.00", "120/80"]),
        ("on 2025-04-01 at 12:30", ["2025-04-01", "12:30"]),
        ("25. Then 26, and 27", ["25", "26", "27"]),
        ("ICD I10 and COVID19", ["icd", "i10", "covid19"]),
        ("[MRN:k3f9abcd] came", ["[MRN:k3f9abcd]", "came"]),
        ("from [PERSON:k3f9]'s [US_SSN] file", ["[PERSON:k3f9]", "s", "[US_SSN]", "file"]),
        ("[mrn:k3f9] [see below]", ["mrn", "k3f9", "see", "below"]),
        ("Straße STRASSE Ärzte", ["strasse", "strasse", "ärzte"]),
        ("the patient's and patient\u2019s", ["patient", "patient"]),
        ("Москва 東京", ["москва", "東京"]),
        ("\ufb01ne \uff12\uff15", ["fine", "25"]),
        ("well-known A/B_test", ["well", "known", "b", "test"]),
        ("", []),
        ("the of and ?!", []),
    ],
)
def test_words_numbers_codes_and_pseudonyms_are_terms(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("fees", "fee"),
        ("rates", "rate"),
        ("policies", "policy"),
        ("boxes", "box"),
        ("classes", "class"),
        ("branches", "branch"),
        ("class", "class"),
        ("status", "status"),
        ("diagnosis", "diagnosis"),
        ("gas", "gas"),
        ("ties", "tie"),
        ("bus", "bus"),
        ("rent", "rent"),
        ("ing", "ing"),
    ],
)
def test_a_plural_is_cut_and_nothing_else(word, expected):
    assert stem(word) == expected


def test_codes_and_words_of_other_scripts_keep_their_last_letter():
    assert terms("B12S [IDS:ks] Größes") == ["b12s", "[IDS:ks]", "grösses"]


def test_a_pseudonym_is_found_by_itself_and_not_by_another_of_its_kind():
    document = set(document_vector("[PERSON:k3f9] owes rent").indices)
    assert set(query_vector("[PERSON:k3f9]").indices) <= document
    assert not set(query_vector("[PERSON:k3f8]").indices) & document


def test_a_term_weighs_more_the_more_often_it_stands_there_and_never_above_its_limit():
    weights = [max(document_vector("rent " * n + "x").values) for n in (1, 2, 8, 200)]
    assert weights[0] < weights[1] < weights[2]
    assert all(weight < 2.2 for weight in weights)


def test_a_term_weighs_less_in_a_longer_text():
    filler = " ".join(f"w{n}" for n in range(300))
    short, long = document_vector("rent due"), document_vector(f"rent due {filler}")
    (rent,) = query_vector("rent").indices
    assert dict(zip(long.indices, long.values, strict=True))[rent] < short.values[0]


def test_a_single_mention_in_a_text_of_average_length_weighs_one():
    text = " ".join(f"w{n}" for n in range(int(AVERAGE_LENGTH)))
    assert set(document_vector(text).values) == {1.0}


def test_every_term_of_a_question_weighs_the_same():
    assert query_vector("rent rent due").values == (1.0, 1.0)


def test_numbers_of_terms_are_the_same_in_every_process():
    script = "from rag.embed.bm25 import query_vector; print(query_vector('rent due').indices)"
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == str(query_vector("rent due").indices)


def test_the_fingerprint_names_the_parameters():
    assert str(AVERAGE_LENGTH) in fingerprint()


@given(st.text(max_size=200))
def test_any_text_gives_ordered_terms_of_31_bits_with_positive_weights(text):
    for vector in (document_vector(text), query_vector(text)):
        assert list(vector.indices) == sorted(set(vector.indices))
        assert all(0 <= index < 2**31 for index in vector.indices)
        assert all(value > 0 for value in vector.values)
    assert set(query_vector(text).indices) == set(document_vector(text).indices)
