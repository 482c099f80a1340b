"""Some of the simulation, smaller: `ringfence eval intervals` runs all of it."""

from dataclasses import replace

import pytest

from eval.simulated import Simulated, claims, scenarios, simulate

# Of 400 runs a share of .95 is known to .011, so these bounds are three times that: what is held
# to narrower ones is the whole of it, with 2,000 runs.
RUNS, SLACK, FALSE = 400, 0.033, 0.06
HOLDING = [
    "right or wrong, 20 cases, 0.98 right",
    "right or wrong, 50 cases, 0.9 right",
    "right or wrong, 200 cases, 0.5 right",
    "scores, beta(2, 5), 15 cases",
    "scores, some 0 and some 1, 15 cases",
    "right or wrong, 20 documents with 5 cases",
    "times, skewed, 20 cases",
    "20 pairs, 0.1 lost and 0.1 won",
    "100 pairs, 0.2 lost and 0.1 won",
]
CLAIMS = [
    "claims at 0.05: 20 pairs, 0.2 lost and 0.15 won",
    "claims at 0.05: 75 pairs, 0.05 lost and 0 won",
    "claims at 0.1: 50 pairs, 0.25 lost and 0.15 won",
    "claims at 0.02: 400 pairs, 0.03 lost and 0.01 won",
    "claims at 0.15: 50 pairs of scores, 0.5 alike",
    "claims at 0.2: 30 documents with 4 pairs",
]


def named(name):
    return next(one for one in scenarios() if one.name == name)


@pytest.mark.parametrize("name", HOLDING)
def test_intervals_hold_the_truth_about_95_times_of_100(name):
    found = simulate(named(name), RUNS)
    assert found.share >= 0.95 - SLACK
    assert found.sparse or found.share <= 0.95 + SLACK


@pytest.mark.parametrize("name", CLAIMS)
def test_few_claims_at_the_margin_are_false(name):
    assert simulate(named(name), RUNS).share <= FALSE


def test_the_simulation_finds_an_interval_that_claims_too_much():
    from eval.intervals import bootstrap_mean

    honest = named("right or wrong, 20 cases, 0.98 right")
    claiming = replace(honest, interval=lambda values, _: bootstrap_mean(values))
    found = simulate(claiming, 50)
    assert found.share < 0.6
    assert not found.fine


def test_what_is_fine():
    def found(share, **changes):
        facts = {"name": "x", "runs": 100, "share": share, "claims": False, "sparse": False}
        return Simulated(**{**facts, **changes}).fine

    assert [found(share) for share in (0.929, 0.93, 0.97, 0.971)] == [False, True, True, False]
    assert found(0.999, sparse=True)
    assert not found(0.92, sparse=True)
    assert [found(share, claims=True) for share in (0.0, 0.05, 0.051)] == [True, True, False]


def test_every_scenario_has_a_name_of_its_own():
    names = [one.name for one in scenarios()]
    assert len(set(names)) == len(names) > 100
    assert all(one.margin > 0 for one in claims())
