"""What an answer says against what it should: the values were worked out by hand."""

from dataclasses import replace

import pytest

from eval.cases import Form
from eval.scorers import (
    Attempt,
    ChoiceMatch,
    ExactMatch,
    NumericMatch,
    Right,
    RougeL,
    SaysExpected,
    TokenF1,
)
from eval.values import says_value
from eval.words import longest_common, tokens

GOLD = ("d-dose", 35, 57)


def score(world, scorer, text, *answers, form=Form.TEXT, verdict="grounded", cites=()):
    case = replace(world.case(), answers=answers, form=form)
    outcome = world.outcome(world.answer(text, verdict, cites))
    return scorer.score(Attempt(case=case, outcome=outcome, library=world.library))


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("50 mg", ["50 mg"], 1.0),
        ("The 50 MG.", ["50 mg"], 1.0),  # case, articles and marks do not count
        ("50.0 mg", ["50 mg"], 1.0),
        ("At most 50 mg", ["50 mg"], 0.0),
        ("mg 50", ["50 mg"], 0.0),  # the order does
        ("fifty", ["50 mg", "fifty"], 1.0),
        ("", ["50 mg"], 0.0),
    ],
)
def test_exact_match(world, text, answers, expected):
    assert score(world, ExactMatch(), text, *answers) == expected


def test_of_several_wordings_the_best_counts(world):
    assert score(world, TokenF1(), "twice daily", "every twelve hours", "twice daily") == 1.0
    assert score(world, TokenF1(), "twice a week", "twice daily", "once weekly") == 0.5


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("", "", 0),
        ("a b c", "", 0),
        ("x y z", "x y z", 3),
        ("x y z", "z y x", 1),
        ("x y z w", "y x w z", 2),
        ("police killed gunman", "police kill gunman", 2),
        ("w " * 90, "w " * 70, 70),
        ("p q " * 50, "q p " * 50, 99),
    ],
)
def test_the_longest_row_in_common(one, other, common):
    assert longest_common(one.split(), other.split()) == common
    assert longest_common(other.split(), one.split()) == common


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        # Lin 2004: police kill the gunman, against police killed the gunman: articles left out, 2
        # of 3 and of 3.
        ("Police kill the gunman", "Police killed the gunman", 2 / 3),
        ("The gunman police killed", "Police killed the gunman", 2 / 3),
        ("never more than 50 mg", "50 mg", 2 * 2 / (5 + 2)),
        ("mg 50", "50 mg", 1 / 2),
        ("nothing of it", "50 mg", 0.0),
    ],
)
def test_rouge_l(world, text, answer, expected):
    assert score(world, RougeL(), text, answer) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("expected", "given", "says"),
    [
        ("12.6 million", "It fell by 12.6 million.", True),
        ("12.6 million", "12,600 thousand", True),
        ("12.6 million", "12.6", False),  # the scale is missing
        ("12.6 million", "12.6 thousand", False),
        ("12.6 million", "12.6 billion", False),
        ("$12.6 million", "$12,600,000", True),
        ("$12.6 million", "12.6 million euros", False),  # another unit
        ("$12.6 million", "12.6 million", False),  # none
        ("12.6 million", "$12.6 million", True),  # none was asked for
        ("-22.22 percent", "a decrease of 22.2%", True),
        ("-22.22 percent", "-22.22 per cent", True),
        ("-22.22 percent", "an increase of 22.22 percent", False),
        ("-12.6", "(12.6)", True),  # as losses stand in accounts
        ("-12.6", "12.6", False),
        ("22.22 percent", "22%", True),  # rounded to two figures
        ("22.22 percent", "23%", False),
        ("2.4", "2", False),  # one figure is not enough
        ("2019", "in 2015", False),
        ("2019", "in 2019", True),
        ("1,202.9", "1,200", False),
        ("1,202.9", "1,203", True),
        ("50 mg", "0.05 g", True),
        ("50 mg", "50 g", False),
        ("five hundred", "500", True),
        ("25 to 50 mg", "between 25 and 50 mg", True),
        ("25 to 50 mg", "50 mg", False),
        ("50 mg", "no value at all", False),
        ("no value", "50 mg", False),
        ("0", "0", True),
        ("0", "0.4", False),
    ],
)
def test_a_value_is_said_with_its_scale_and_unit(expected, given, says):
    assert says_value(expected, given) is says


def test_numeric_match_is_of_questions_for_a_number(world):
    assert score(world, NumericMatch(), "50 mg", "50 mg") is None
    assert score(world, NumericMatch(), "0.05 g", "50 mg", form=Form.NUMBER) == 1.0
    assert score(world, NumericMatch(), "50 g", "50 mg", form=Form.NUMBER) == 0.0
    withheld = score(world, NumericMatch(), "50 mg", "50 mg", form=Form.NUMBER, verdict="abstained")
    assert withheld == 0.0


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("Yes, it is.", "yes", 1.0),
        ("yes", "yes", 1.0),
        ("**No.** It is not.", "no", 1.0),
        ("Perhaps.", "maybe", 1.0),
        ("The answer is no.", "no", 1.0),
        ("No.", "yes", 0.0),
        ("It lowers the risk.", "yes", 0.0),  # neither was said
        ("Yesterday it was.", "yes", 0.0),
        ("Nobody knows.", "no", 0.0),
        ("", "maybe", 0.0),
    ],
)
def test_yes_no_and_maybe(world, text, answer, expected):
    assert score(world, ChoiceMatch(), text, answer, form=Form.CHOICE) == expected
    assert score(world, ChoiceMatch(), text, answer) is None


@pytest.mark.parametrize(
    ("text", "answer", "form", "cites", "expected"),
    [
        ("0.05 g", "50 mg", Form.NUMBER, [GOLD], 1.0),
        ("50 g", "50 mg", Form.NUMBER, [GOLD], 0.0),
        ("0.05 g", "50 mg", Form.NUMBER, [("d-dose", 0, 9)], 0.0),
        ("Yes.", "yes", Form.CHOICE, [GOLD], 1.0),
        ("No.", "yes", Form.CHOICE, [GOLD], 0.0),
    ],
)
def test_right_is_by_the_form_of_the_answer(world, text, answer, form, cites, expected):
    assert score(world, Right(), text, answer, form=form, cites=cites) == expected


def test_without_a_known_passage_right_is_what_the_answer_says(world):
    case = replace(world.case(), gold=())
    for text, expected in (("50 mg", 1.0), ("60 mg", 0.0)):
        attempt = Attempt(case=case, outcome=world.outcome(world.answer(text)), library=None)
        assert Right().score(attempt) == expected


def test_tokens_of_a_long_answer_are_compared_fast_enough_to_be_worth_it():
    text = "one two three four five six seven eight nine ten " * 500
    assert longest_common(tokens(text), tokens(text)) == 5_000


@pytest.mark.parametrize(
    ("text", "answer", "form", "expected"),
    [
        ("Never more than 50 mg.", "50 mg", Form.TEXT, 1.0),
        ("Never more than 60 mg.", "50 mg", Form.TEXT, 0.0),
        ("It is the chief pharmacist who signs.", "the chief pharmacist", Form.TEXT, 1.0),
        ("The chief nurse.", "the chief pharmacist", Form.TEXT, 1.0),  # one of two words
        ("A nurse.", "the chief pharmacist", Form.TEXT, 0.0),
        ("Yes, in May.", "yes", Form.CHOICE, 1.0),
        ("No.", "yes", Form.CHOICE, 0.0),
        ("It was $ 1.2 million", "1,200,000", Form.NUMBER, 1.0),
        ("It was $ 1.2 billion", "1,200,000", Form.NUMBER, 0.0),
    ],
)
def test_what_is_expected_is_said_whatever_is_cited(world, text, answer, form, expected):
    assert score(world, SaysExpected(), text, answer, form=form) == expected


def test_an_answer_that_was_withheld_says_nothing_and_of_other_cases_nothing_is_said(world):
    assert score(world, SaysExpected(), "50 mg", "50 mg", verdict="abstained") == 0.0
    case = world.case("none")
    attempt = Attempt(case=case, outcome=world.abstained(), library=world.library)
    assert SaysExpected().score(attempt) is None
