"""What a reader's answers are worth, counted by hand here."""

from __future__ import annotations

from pipelines.reader.contexts import REFUSAL
from pipelines.reader.measure import Case, cases, scores


def case(kind, answer, facts=3):
    return Case(facts=facts, kind=kind, prompt="", answer=answer)


ASKED = [
    case("one", " The fee is £3. [1]"),
    case("one", " The fee is £3. [1]"),
    case("one", " The fee is £3. [1]"),
    case("one", " The term is 2 weeks. [4]", facts=5),
    case("two", " A is 1. [1] B is 2. [2]"),
    case("absent", REFUSAL),
    case("absent", REFUSAL),
]
TOLD = [
    " The fee is £3. [1]",
    " The fee is £5. [1]",  # another number, the right source
    REFUSAL,
    " The term is 2 weeks. [4]",
    " A is 1. [1]",
    REFUSAL,
    " The fee is £3. [1]",
]


def test_answers_are_exact_or_wrong_by_number_of_facts():
    facts = scores(ASKED, TOLD)["facts"]
    assert (facts["3"]["exact"]["share"], facts["3"]["exact"]["cases"]) == (0.3333, 3)
    assert facts["3"]["cited"]["share"] == 0.6667
    assert facts["5"]["exact"]["share"] == 1
    assert facts["3"]["exact"]["low"] < 0.3333 < facts["3"]["exact"]["high"]


def test_answers_of_two_sentences_are_counted_apart():
    assert scores(ASKED, TOLD)["two_sentences"]["share"] == 0


def test_a_refusal_is_a_decision():
    refusal = scores(ASKED, TOLD)["refusal"]
    assert refusal["precision"]["share"] == 0.5
    assert refusal["recall"]["share"] == 0.5
    assert refusal["f1"]["share"] == 0.5


def test_cases_are_equal_for_equal_seeds_and_have_the_facts_that_are_asked_for():
    some = cases(6, facts=(1, 5))
    assert some == cases(6, facts=(1, 5))
    assert [one.facts for one in some] == [1] * 6 + [5] * 6
    assert len({one.prompt for one in some}) == 12
    assert all(one.prompt.startswith("[1] ") and one.prompt.endswith("\nAnswer:") for one in some)
