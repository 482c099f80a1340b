from __future__ import annotations

import itertools

import pytest

from pipelines.clock import Clock


@pytest.fixture
def every_look_is_a_second_later(monkeypatch):
    seconds = itertools.count()
    monkeypatch.setattr("pipelines.clock.time.perf_counter", lambda: float(next(seconds)))


@pytest.mark.usefixtures("every_look_is_a_second_later")
def test_stages_are_added_up_in_the_order_they_came():
    clock = Clock()
    for name in ("parse", "redact", "parse"):
        with clock.stage(name):
            pass
    assert clock.rounded() == {"parse": 2.0, "redact": 1.0, "total": 3.0}
    assert list(clock.rounded()) == ["parse", "redact", "total"]


@pytest.mark.usefixtures("every_look_is_a_second_later")
def test_a_stage_that_fails_is_timed_too():
    clock = Clock()
    with pytest.raises(ValueError, match="broken"), clock.stage("parse"):
        raise ValueError("broken")
    assert clock.rounded() == {"parse": 1.0, "total": 1.0}


def test_before_any_stage_the_total_is_nothing():
    assert Clock().rounded() == {"total": 0}


def test_seconds_are_rounded_to_a_tenth_of_a_millisecond(monkeypatch):
    looks = iter((0.0, 0.123456789))
    monkeypatch.setattr("pipelines.clock.time.perf_counter", lambda: next(looks))
    clock = Clock()
    with clock.stage("search"):
        pass
    assert clock.rounded()["search"] == 0.1235
