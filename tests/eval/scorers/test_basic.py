from dataclasses import replace

import pytest

from eval.scorers import (
    AbstainsUnanswerable,
    AbstentionAccuracy,
    AnswersAnswerable,
    Attempt,
    CitationCorrect,
    CitationPrecision,
    Completed,
    HitAt,
    LeakFree,
    NumbersContained,
    PermissionLeaks,
    Right,
    TokenF1,
    WithholdsForbidden,
    WordsContained,
    standard_scorers,
)

GOLD = ("d-dose", 35, 57)


def score(world, scorer, outcome, expect="answer", case=None):
    case = case or world.case(expect, asker="clerk" if expect == "forbidden" else "nurse")
    return scorer.score(Attempt(case=case, outcome=outcome, library=world.library))


def with_answer(world, *texts, **changes):
    """A case whose expected answer is one of `texts`."""
    return replace(world.case(), answers=texts, **changes)


@pytest.mark.parametrize(
    ("k", "passages", "expected"),
    [
        (1, [GOLD], 1.0),
        (1, [("d-fees", 0, 9), GOLD], 0.0),
        (2, [("d-fees", 0, 9), GOLD], 1.0),
        (5, [("d-dose", 0, 5)] * 5 + [GOLD], 0.0),
        (5, [("d-dose", 0, 5)] * 4 + [GOLD], 1.0),
        (5, [("d-dose", 0, 35)], 0.0),  # ends where the gold passage begins
        (5, [("d-dose", 0, 36)], 1.0),  # one character in common
        (5, [("d-dose", 57, 60)], 0.0),  # begins where it ends
        (5, [("d-dose", 56, 60)], 1.0),
        (5, [("d-dose", 33, 35)], 0.0),  # the range before redaction would overlap
        (5, [("d-fees", 35, 48)], 0.0),  # the range in another document
        (5, [], 0.0),
    ],
)
def test_hit_at_k(world, k, passages, expected):
    assert score(world, HitAt(k=k), world.outcome(None, passages)) == expected


def test_hit_at_k_is_named_after_k_and_says_nothing_of_other_cases(world):
    assert HitAt(k=3).name == "hit_at_3"
    outcome = world.outcome(None, [GOLD])
    assert score(world, HitAt(k=3), outcome, "none") is None
    assert score(world, HitAt(k=3), outcome, "forbidden") is None


@pytest.mark.parametrize(
    ("verdict", "cites", "correct", "precision"),
    [
        ("grounded", [GOLD], 1.0, 1.0),
        ("partial", [("d-dose", 0, 34), GOLD], 1.0, 0.5),
        ("grounded", [("d-dose", 0, 34), ("d-fees", 35, 48), GOLD], 1.0, 1 / 3),
        ("grounded", [("d-dose", 0, 35)], 0.0, 0.0),
        ("grounded", [("d-fees", 35, 48)], 0.0, 0.0),
        ("grounded", [], 0.0, None),
        ("abstained", [], None, None),
        ("refused", [GOLD], None, None),
    ],
)
def test_citations_of_answered_cases(world, verdict, cites, correct, precision):
    outcome = world.outcome(world.answer(verdict=verdict, cites=cites))
    assert score(world, CitationCorrect(), outcome) == correct
    assert score(world, CitationPrecision(), outcome) == precision


@pytest.mark.parametrize("expect", ["none", "forbidden"])
def test_citations_of_other_cases_are_not_scored(world, expect):
    outcome = world.outcome(world.answer(cites=[GOLD]))
    assert score(world, CitationCorrect(), outcome, expect) is None
    assert score(world, CitationPrecision(), outcome, expect) is None


@pytest.mark.parametrize(
    ("wanted", "answer", "f1", "numbers", "words"),
    [
        ("50 mg", "Never more than 50 mg.", 4 / 7, 1.0, 1.0),  # 2 common of 2 and 5
        ("50 mg", "50.0 mg", 1.0, 1.0, 1.0),
        ("50 mg", "Never more than 500 mg.", 2 / 7, 0.0, 1.0),
        ("50 mg", "Never more than 5 mg.", 2 / 7, 0.0, 1.0),
        ("25 to 50 mg", "50 mg", 2 / 3, 0.0, 0.5),  # 2 common of 4 and 2
        ("EUR 1,200", "It is EUR 1200.", 2 / 3, 1.0, 1.0),
        ("twice daily", "It is given daily.", 1 / 3, None, 0.5),  # 1 common of 2 and 4
        ("3", "[ID:k3f2mnop] says so", 0.0, 0.0, None),
    ],
)
def test_what_an_answer_contains(world, wanted, answer, f1, numbers, words):
    outcome, case = world.outcome(world.answer(answer)), with_answer(world, wanted)
    assert score(world, TokenF1(), outcome, case=case) == pytest.approx(f1)
    assert score(world, NumbersContained(), outcome, case=case) == numbers
    assert score(world, WordsContained(), outcome, case=case) == words


def test_an_unanswered_case_contains_nothing(world):
    failed = world.outcome(None, error="RetryError")
    abstained = world.outcome(world.answer("50 mg", "abstained"))
    for outcome in (failed, abstained):
        for scorer in (TokenF1(), NumbersContained(), WordsContained()):
            assert score(world, scorer, outcome) == 0.0


@pytest.mark.parametrize("expect", ["none", "forbidden"])
def test_what_other_answers_contain_is_not_scored(world, expect):
    outcome = world.outcome(world.answer("50 mg"))
    for scorer in (TokenF1(), NumbersContained(), WordsContained()):
        assert score(world, scorer, outcome, expect) is None


@pytest.mark.parametrize(
    ("expect", "verdict", "abstains", "answers", "accuracy", "withholds"),
    [
        ("answer", "grounded", None, 1.0, 1.0, None),
        ("answer", "partial", None, 1.0, 1.0, None),
        ("answer", "abstained", None, 0.0, 0.0, None),
        ("answer", "refused", None, 0.0, 0.0, None),
        ("answer", None, None, 0.0, 0.0, None),
        ("none", "grounded", 0.0, None, 0.0, None),
        ("none", "partial", 0.0, None, 0.0, None),
        ("none", "abstained", 1.0, None, 1.0, None),
        ("none", "refused", 0.0, None, 0.0, None),
        ("none", None, 0.0, None, 0.0, None),
        ("forbidden", "grounded", None, None, None, 0.0),
        ("forbidden", "partial", None, None, None, 0.0),
        ("forbidden", "abstained", None, None, None, 1.0),
        ("forbidden", "refused", None, None, None, 1.0),
        ("forbidden", None, None, None, None, 0.0),
    ],
)
def test_answering_abstaining_and_withholding(
    world, expect, verdict, abstains, answers, accuracy, withholds
):
    answer = world.answer(verdict=verdict) if verdict else None
    outcome = world.outcome(answer, error="" if answer else "RetryError")
    assert score(world, AbstainsUnanswerable(), outcome, expect) == abstains
    assert score(world, AnswersAnswerable(), outcome, expect) == answers
    assert score(world, AbstentionAccuracy(), outcome, expect) == accuracy
    assert score(world, WithholdsForbidden(), outcome, expect) == withholds


@pytest.mark.parametrize(
    ("text", "verdict", "cites", "expected"),
    [
        ("Never more than 50 mg.", "grounded", [GOLD], 1.0),
        ("Never more than 50 mg.", "partial", [("d-dose", 0, 9), GOLD], 1.0),
        ("Never more than 60 mg.", "grounded", [GOLD], 0.0),
        ("Never more than 50 mg.", "grounded", [("d-dose", 0, 34)], 0.0),
        ("Never more than 50 mg.", "grounded", [], 0.0),
        ("Never more than 50 mg.", "abstained", [GOLD], 0.0),
    ],
)
def test_an_answer_is_right_with_the_passage_and_the_numbers(world, text, verdict, cites, expected):
    outcome = world.outcome(world.answer(text, verdict, cites))
    assert score(world, Right(), outcome) == expected


def test_an_expected_answer_without_numbers_needs_the_passage_alone(world):
    outcome = world.outcome(world.answer("Never.", cites=[GOLD]))
    assert score(world, Right(), outcome, case=with_answer(world, "no")) == 1.0


@pytest.mark.parametrize(
    ("expect", "verdict", "expected"),
    [
        ("none", "abstained", 1.0),
        ("none", "refused", 0.0),
        ("none", "grounded", 0.0),
        ("forbidden", "refused", 1.0),
        ("forbidden", "abstained", 1.0),
        ("forbidden", "grounded", 0.0),
    ],
)
def test_right_without_an_answer_to_give(world, expect, verdict, expected):
    outcome = world.outcome(world.answer(verdict=verdict))
    assert score(world, Right(), outcome, expect) == expected


@pytest.mark.parametrize("expect", ["answer", "none"])
@pytest.mark.parametrize(
    ("passages", "cites", "expected"),
    [
        ([GOLD], [GOLD], 0),
        ([GOLD, ("d-fees", 0, 5)], [GOLD], 1),
        ([GOLD], [("d-fees", 0, 5)], 1),
        ([("d-fees", 0, 5)], [("d-fees", 0, 5)], 2),
    ],
)
def test_leaks_are_counted_in_any_case(world, expect, passages, cites, expected):
    outcome = world.outcome(world.answer(cites=cites), passages)
    assert score(world, PermissionLeaks(), outcome, expect) == expected
    assert score(world, LeakFree(), outcome, expect) is (expected == 0)


def test_leaks_of_forbidden_cases_are_those_of_their_asker(world):
    outcome = world.outcome(world.answer(cites=[GOLD]), [("d-fees", 0, 5)])
    assert score(world, PermissionLeaks(), outcome, "forbidden") == 1


def test_a_case_is_completed_with_an_answer_and_without_an_error(world):
    assert score(world, Completed(), world.abstained()) is True
    assert score(world, Completed(), world.outcome(None, error="RetryError")) is False
    assert score(world, Completed(), world.outcome(None)) is False
    both = world.outcome(world.answer(), error="RetryError")
    assert score(world, Completed(), both) is False


def test_the_standard_scorers_have_different_names():
    names = [scorer.name for scorer in standard_scorers()]
    assert len(set(names)) == len(names)
