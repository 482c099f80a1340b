import pytest

from eval.run import execute
from eval.scorers import HitAt, standard_scorers
from eval.thresholds import Thresholds, shortfalls


def ignore(done, total):
    pass


def finished(world, *outcomes, scorers=None):
    cases = [world.case(id=f"c-{n}") for n in range(len(outcomes))]
    solver = world.solver({c.id: o for c, o in zip(cases, outcomes, strict=True)})
    return execute(cases, solver, world.library, scorers or standard_scorers(), ignore)


def test_a_run_without_leaks_and_with_every_hit_passes(world):
    assert shortfalls(finished(world, world.right(), world.right()), Thresholds()) == ()


def test_the_hit_rate_has_to_reach_the_threshold(world):
    run = finished(world, *[world.right()] * 9, world.abstained())
    assert shortfalls(run, Thresholds(hit_rate=0.9)) == ()
    assert shortfalls(run, Thresholds(hit_rate=0.91)) == ("hit rate at 5 is 90.0%, 91.0% wanted",)


def test_one_leak_is_too_many(world):
    leaking = world.outcome(world.answer(), [("d-dose", 35, 57), ("d-fees", 0, 5)])
    run = finished(world, world.right(), leaking)
    assert shortfalls(run, Thresholds()) == ("1 permission leaks, 0 allowed",)
    assert shortfalls(run, Thresholds(leaks=1)) == ()


def test_a_failed_case_does_not_pass(world):
    found = shortfalls(finished(world, world.right(), ValueError()), Thresholds(hit_rate=0.5))
    assert found == ("no answer came in 1 of 2 cases",)


def test_a_gate_of_the_operators_own_has_to_be_passed_in_every_case(world):
    class Brief:
        name = "is_brief"

        def score(self, attempt):
            return len(attempt.outcome.answer.answer) < 30

    outcomes = [world.right(), world.right(text="50 mg, " * 9)]
    run = finished(world, *outcomes, scorers=[*standard_scorers(), Brief()])
    assert shortfalls(run, Thresholds()) == ("is brief: 1 of 2 cases fail",)


def test_what_was_not_measured_does_not_pass(world):
    assert shortfalls(finished(world, world.right(), scorers=[HitAt(k=5)]), Thresholds()) == (
        "permission leaks were not counted in every case",
    )
    assert "the hit rate at 5 was not measured" in shortfalls(
        finished(world, world.right(), scorers=[HitAt(k=1)]), Thresholds()
    )


@pytest.mark.parametrize("broken_case", ["c-0", "c-1"])
def test_leaks_that_could_not_be_counted_in_one_case_do_not_pass(world, broken_case):
    class Broken:
        name = "permission_leaks"

        def score(self, attempt):
            if attempt.case.id == broken_case:
                raise KeyError
            return 0

    run = finished(world, world.right(), world.right(), scorers=[Broken(), HitAt(k=5)])
    assert shortfalls(run, Thresholds()) == (
        "permission leaks were not counted in every case",
        "a scorer broke in 1 of 2 cases",
    )
