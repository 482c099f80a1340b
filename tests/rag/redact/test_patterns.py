"""How labels, shapes and adopted Presidio recognizers behave."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def patterns():
    from rag.redact import patterns

    return patterns


def _values(identifier, text):
    return [(text[one.start : one.end], one.score) for one in identifier.analyze(text, [])]


@pytest.mark.parametrize(
    "text",
    [
        "ref 12345",
        "REF: 12345",
        "ref no. 12345",
        "Ref. # 12345",
        'ref="12345"',
        "ref\tis 12345",
        "ref12345",
        "Ref no12345",
    ],
)
def test_a_label_is_found_in_many_spellings_and_left_in_place(patterns, text):
    shape = patterns.Shape(pattern=patterns.labelled("ref", r"\d{5}"))
    assert _values(patterns.Identifier("X", shape), text) == [("12345", patterns.LABELLED)]


@pytest.mark.parametrize(
    "text", ["reform 12345", "ref 123456", "ref to page 12345", "brief 12345", "brief12345"]
)
def test_a_label_is_a_whole_word_before_a_whole_value(patterns, text):
    shape = patterns.Shape(pattern=patterns.labelled("ref", r"\d{5}"))
    assert _values(patterns.Identifier("X", shape), text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("refAB12345", ["AB12345"]),
        ("refab12345", []),
        ("refABC12345", []),
        ("refA1234", []),
    ],
)
def test_a_value_of_capitals_and_many_digits_may_touch_its_label(patterns, text, values):
    shape = patterns.Shape(pattern=patterns.labelled("ref", r"[A-Z]{1,3}\d{4,5}"))
    assert [value for value, _ in _values(patterns.Identifier("X", shape), text)] == values


def test_a_number_word_may_be_demanded(patterns):
    shape = patterns.Shape(pattern=patterns.labelled("policy", r"\d{5}", number_word=True))
    identifier = patterns.Identifier("X", shape)
    assert _values(identifier, "policy 12345") == []
    assert [value for value, _ in _values(identifier, "policy no. 12345")] == ["12345"]


def test_a_rating_decides_the_score(patterns):
    rating = patterns.checked(lambda value: value.endswith("7"), passed=0.9, failed=0.3)
    identifier = patterns.Identifier("X", patterns.Shape(pattern=r"\d+", rating=rating))
    assert _values(identifier, "17 and 18") == [("17", 0.9), ("18", 0.3)]


def test_a_rejected_value_is_no_finding(patterns):
    rating = patterns.checked(lambda _: False)
    identifier = patterns.Identifier("X", patterns.Shape(pattern=r"\d+", rating=rating))
    assert _values(identifier, "17") == []


def test_an_adopted_recognizer_keeps_its_checks_but_not_its_certainty(patterns):
    from presidio_analyzer.predefined_recognizers import AbaRoutingRecognizer

    adopted = patterns.adopted(AbaRoutingRecognizer(), passed=patterns.WEAK)
    assert _values(adopted, "021000021 021000022")[0] == ("021000021", patterns.WEAK)
    assert len(_values(adopted, "021000022")) == 0
    assert "routing" in adopted.context


def test_patterns_below_a_score_can_be_left_out(patterns):
    from presidio_analyzer.predefined_recognizers import UsItinRecognizer

    adopted = patterns.adopted(UsItinRecognizer(), at_least=0.5)
    assert [value for value, _ in _values(adopted, "912-70-1234 912701234")] == ["912-70-1234"]
