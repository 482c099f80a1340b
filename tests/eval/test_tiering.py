"""Policies worked out by hand on four cases."""

from __future__ import annotations

import pytest

from eval.tiering import Tried, policies
from rag.records import Verdict

GROUNDED, PARTIAL = Verdict.GROUNDED, Verdict.PARTIAL
ABSTAINED, REFUSED = Verdict.ABSTAINED, Verdict.REFUSED


def tried(right, verdict, seconds, cost=None):
    return Tried(right=right, verdict=verdict, seconds=seconds, cost=cost)


SMALL = {
    "a": tried(1, GROUNDED, 1, 1),
    "b": tried(0, PARTIAL, 1, 1),
    "c": tried(0, ABSTAINED, 1, 1),
    "d": tried(0, GROUNDED, 1, 1),
}
LARGE = {case: tried(1, GROUNDED, 4, 10) for case in SMALL}


def figures(found):
    return {p.name: (p.escalated, p.quality.mean, p.seconds, p.cost) for p in found}


def test_each_line_has_its_share_quality_time_and_cost():
    assert figures(policies(SMALL, LARGE)) == {
        "never": (0.0, 0.25, 1.0, 1.0),
        "where it abstains": (0.25, 0.5, 2.0, 3.5),
        "where it is not grounded": (0.5, 0.75, 3.0, 6.0),
        "always": (1.0, 1.0, 4.0, 10.0),
    }


def test_disagreement_is_a_line_of_its_own():
    found = policies(SMALL, LARGE, lambda case: case != "d")
    assert [p.name for p in found][-2:] == ["where it is weak or disagrees", "always"]
    assert figures(found)["where it is weak or disagrees"] == (0.75, 1.0, 4.0, 8.5)


def test_a_better_grounded_answer_is_not_given_up_for_a_worse():
    large = {**LARGE, "b": tried(1, ABSTAINED, 4, 10)}
    assert figures(policies(SMALL, large))["where it is not grounded"][1] == 0.5


def test_a_refusal_is_no_weakness():
    small = {**SMALL, "c": tried(1, REFUSED, 1, 1)}
    assert figures(policies(small, LARGE))["where it abstains"][0] == 0.0


def test_without_prices_there_is_no_cost():
    small = {case: tried(1, ABSTAINED, 1) for case in SMALL}
    assert all(p.cost is None for p in policies(small, LARGE) if p.name != "always")


def test_other_cases_are_refused():
    with pytest.raises(ValueError, match="same cases"):
        policies(SMALL, {"a": LARGE["a"]})
    with pytest.raises(ValueError, match="same cases"):
        policies({}, {})
