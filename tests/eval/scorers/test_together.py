"""Answers to the same question, and verdicts held against being right."""

from dataclasses import replace

import pytest

from eval.cases import repeated
from eval.run import execute
from eval.scorers import Attempt, Consistency, Determinism, VerdictError
from eval.scorers.together import Calibration, calibration, calibration_error
from rag.records import Verdict

GOLD = ("d-dose", 35, 57)


def attempted(world, case, outcome):
    return Attempt(case=case, outcome=outcome, library=world.library)


def test_the_share_of_further_times_with_the_same_answer(world):
    cases = repeated([world.case(id="a"), world.case(id="b"), world.case(id="c")], 3)
    assert [case.id for case in cases] == [
        "a", "b", "c", "a~2", "b~2", "c~2", "a~3", "b~3", "c~3"
    ]  # fmt: skip
    assert {case.cluster for case in cases[3:]} == {"a", "b", "c"}
    same, other = world.outcome(world.answer("50 mg")), world.outcome(world.answer("60 mg"))
    cited = world.outcome(world.answer("50 mg", cites=[GOLD]))
    broken = world.outcome(None, error="RetryError")
    given = [same, same, broken, same, same, broken, same, other, cited]
    attempts = [attempted(world, c, o) for c, o in zip(cases, given, strict=True)]
    assert Determinism().score_all(attempts) == {"a": 1.0, "b": 0.5, "c": 0.5}


def test_what_is_asked_once_says_nothing_of_determinism(world):
    assert Determinism().score_all([attempted(world, world.case(), world.right())]) == {}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["50 mg", "50 mg"], [1.0, 1.0]),
        (["50 mg", "60 mg"], [0.5, 0.5]),  # one word of two
        (["50 mg", None], [0.0, 0.0]),
        ([None, None], [1.0, 1.0]),  # both withheld
        (["50 mg", "50 mg", "60 mg"], [0.75, 0.75, 0.5]),
    ],
)
def test_the_agreement_of_answers_to_one_question_in_other_words(world, answers, expected):
    attempts = [
        attempted(
            world,
            replace(world.case(id=f"c-{n}"), group="dose"),
            world.outcome(world.answer(text)) if text else world.abstained(),
        )
        for n, text in enumerate(answers)
    ]
    assert list(Consistency().score_all(attempts).values()) == expected


def test_a_broken_answer_agrees_with_nothing_and_groups_are_held_apart(world):
    broken = world.outcome(None, error="RetryError")
    attempts = [
        attempted(world, replace(world.case(id="a"), group="g"), broken),
        attempted(world, replace(world.case(id="b"), group="g"), broken),
        attempted(world, replace(world.case(id="c"), group="h"), world.right()),
        attempted(world, world.case(id="d"), world.right()),
    ]
    assert Consistency().score_all(attempts) == {"a": 0.0, "b": 0.0}


@pytest.mark.parametrize(
    ("verdict", "right", "expected"),
    [
        ("grounded", True, 0.0),
        ("grounded", False, 1.0),
        ("partial", True, 0.25),
        ("partial", False, 0.25),
        ("abstained", True, None),
        ("refused", False, None),
    ],
)
def test_a_verdict_is_held_against_being_right(world, verdict, right, expected):
    answer = world.answer("50 mg" if right else "60 mg", verdict, [GOLD])
    attempt = attempted(world, world.case(), world.outcome(answer))
    assert VerdictError().score(attempt) == expected


def test_the_table_of_verdicts_and_its_error():
    rated = [
        *[(Verdict.GROUNDED, 1.0)] * 8,
        *[(Verdict.GROUNDED, 0.0)] * 2,
        *[(Verdict.PARTIAL, 1.0)] * 3,
        (Verdict.PARTIAL, 0.0),
        (Verdict.ABSTAINED, 1.0),
        (None, None),
    ]
    lines = calibration(rated)
    assert lines == (
        Calibration(verdict=Verdict.GROUNDED, claimed=1.0, answers=10, right=8),
        Calibration(verdict=Verdict.PARTIAL, claimed=0.5, answers=4, right=3),
    )
    # |10 - 8| + |2 - 3| of 14
    assert calibration_error(lines) == pytest.approx(3 / 14)
    assert calibration_error(calibration([])) is None


def test_a_scorer_of_several_cases_that_breaks_is_a_record_of_each(world):
    class Breaking:
        name = "breaking"

        def score_all(self, attempts):
            raise KeyError(attempts[0].case.question)

    cases = [world.case(id="a"), world.case(id="b", question="Who is Ama Boateng?")]
    solver = world.solver({"a": world.right(), "b": world.right()})
    done = execute(cases, solver, world.library, [Breaking(), Determinism()], lambda *_: None)
    assert [[crash.kind for crash in one.crashes] for one in done.results] == [["KeyError"]] * 2
    assert all(one.scores == {"breaking": None, "determinism": None} for one in done.results)
