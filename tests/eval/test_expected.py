"""Expected answers as the documents read that they are about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.cases import Gold
from eval.expected import as_indexed, kept
from eval.run import execute
from eval.scorers import ExactMatch, TokenF1

QUOTE = "Ms Ama Boateng gets 25 mg daily."


@pytest.fixture
def named(world):
    """Returns a case whose passage holds a name, with an expected answer."""

    def make(*answers, quote=QUOTE):
        gold = Gold(document="wards/dose.txt", quote=quote, start=0, end=32)
        return replace(world.case(), answers=answers, gold=(gold,))

    return make


@pytest.mark.parametrize(
    ("answer", "reads"),
    [
        ("Ama Boateng", "[ID:k3f2mnop]"),
        ("ama  boateng", "[ID:k3f2mnop]"),
        ("Boateng", "[ID:k3f2mnop]"),  # half a name is no name any more
        ("Ms Ama Boateng", "Ms [ID:k3f2mnop]"),
        ("It is Ama Boateng who gets it.", "It is [ID:k3f2mnop] who gets it."),
        ("25 mg", "25 mg"),
        ("gets 25 MG daily", "gets 25 MG daily"),
        ("Ama Boatengs", "Ama Boatengs"),
        ("50 mg", "50 mg"),
    ],
)
def test_an_answer_reads_as_its_document_does(world, named, answer, reads):
    assert as_indexed(named(answer), world.library).answers == (reads,)


def test_what_stands_untouched_elsewhere_is_left_as_it_is(world):
    document = world.library.documents["d-dose"]
    text = type(document.text)("Ms [ID:k3f2mnop] or Boateng gets it.")
    world.library.documents["d-dose"] = replace(document, text=text)
    quote = "Ms Ama Boateng or Boateng gets it."
    gold = Gold(document="wards/dose.txt", quote=quote, start=0, end=len(quote))
    case = replace(world.case(), answers=("Boateng",), gold=(gold,))
    assert as_indexed(case, world.library).answers == ("Boateng",)


def test_a_passage_of_other_length_than_its_place_tells_nothing(world, named):
    case = named("Ama Boateng", quote=QUOTE.replace(" ", "  "))
    assert as_indexed(case, world.library) == case
    assert kept(case, world.library) == ("[ID:k3f2mnop]",)  # by the redactor, then


def test_what_a_run_keeps_is_redacted_and_not_many(world, named):
    case = named("Ama Boateng", "25 mg", "to Ama Boateng", "one", "another")
    assert kept(case, world.library) == ("[ID:k3f2mnop]", "25 mg", "to [ID:k3f2mnop]")
    assert kept(world.case("none"), world.library) == ()


def test_an_answer_by_pseudonym_is_the_one_that_was_expected(world, named):
    answer = world.answer("[ID:k3f2mnop]", cites=[("d-dose", 0, 34)])
    solver = world.solver({"c-1": world.outcome(answer, [("d-dose", 0, 34)])})
    done = execute(
        [named("Ama Boateng")],
        solver,
        world.library,
        [ExactMatch(), TokenF1()],
        lambda *_: None,
    )
    [result] = done.results
    assert result.scores == {"exact_match": 1.0, "token_f1": 1.0}
    assert result.expected == ("[ID:k3f2mnop]",)
