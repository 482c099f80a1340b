"""What answers took, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.prices import Sheet
from eval.run import execute
from eval.solver import Written
from eval.taken import Times, taken, times
from rag.records import ModelUse


def use(read, known, wrote, first, seconds):
    return ModelUse(
        prompt_tokens=read,
        cached_tokens=known,
        completion_tokens=wrote,
        seconds_to_first=first,
        seconds=seconds,
    )


@pytest.fixture
def run(world):
    uses = {"c-0": [use(100, 0, 11, 0.5, 1.5)], "c-1": [use(100, 50, 21, 0.1, 1.1)], "c-2": []}
    cases = [world.case(id=name) for name in uses]
    script = {
        name: replace(world.right(), written=tuple(Written(model="m", use=one) for one in some))
        for name, some in uses.items()
    }
    return execute(cases, world.solver(script), world.library, [], lambda *_: None)


def test_tokens_are_those_of_an_answer_and_rates_begin_after_the_first_token(run):
    found = taken(run, peak_mb=900.0, joules=6.0)
    assert (found.answers, found.read, found.cached) == (3, 200 / 3, 0.25)
    assert found.written == pytest.approx(32 / 3)
    assert found.rate == pytest.approx(15.0)  # of 10 and 20 tokens a second
    assert found.first == Times(p50=0.3, p95=0.5)
    assert (found.peak_mb, found.joules, found.cost) == (900.0, 2.0, None)


def test_prices_of_tokens_count_what_each_answer_read_and_wrote(run):
    sheet = Sheet(million_read=3, million_written=15)
    # 3 * 200 / 3 = 200 and 15 * 32 / 3 = 160 millionths an answer
    assert taken(run, sheet=sheet).cost.whole == pytest.approx(0.36)


def test_without_a_model_there_is_no_first_token(world):
    done = execute(
        [world.case()], world.solver({"c-1": world.right()}), world.library, [], lambda *_: None
    )
    found = taken(done)
    assert (found.first, found.rate, found.read, found.cached) == (None, None, None, None)


def test_nothing_answered_took_nothing(world):
    done = execute(
        [world.case()], world.solver({"c-1": ValueError()}), world.library, [], lambda *_: None
    )
    assert taken(done).answers == 0


def test_the_slow_end_is_what_nineteen_of_twenty_do_not_exceed():
    assert times([float(n) for n in range(1, 101)]) == Times(p50=50.5, p95=96.0)
    assert times([2.0]) == Times(p50=2.0, p95=2.0)
