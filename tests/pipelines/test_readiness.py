from __future__ import annotations

import threading

import pytest

from pipelines.readiness import Readiness
from rag.errors import RetryError


class Seconds:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


def test_while_one_checks_others_get_what_was_found_before(seconds):
    begun, go_on = threading.Event(), threading.Event()
    found = iter([{"index": True}, {"index": False}])

    def check():
        outcome = next(found)
        if not outcome["index"]:
            begun.set()
            assert go_on.wait(10)
        return outcome

    readiness = Readiness(check, now=seconds)
    assert readiness.outcome() == {"index": True}
    seconds.now += 6
    outcomes = []
    checking = threading.Thread(target=lambda: outcomes.append(readiness.outcome()))
    checking.start()
    assert begun.wait(10)
    assert readiness.outcome() == {"index": True}
    go_on.set()
    checking.join(10)
    assert outcomes == [{"index": False}]
    assert readiness.outcome() == {"index": False}


def test_those_who_ask_first_at_the_same_time_share_one_check(seconds):
    checks = []
    together = threading.Barrier(4)

    def check():
        checks.append(threading.get_ident())
        return {"index": True}

    readiness = Readiness(check, now=seconds)

    def ask():
        together.wait(10)
        assert readiness.outcome() == {"index": True}

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(checks) == 1


def test_a_check_that_raises_is_made_again(seconds):
    outcomes = [RetryError("away"), {"index": True}]

    def check():
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    readiness = Readiness(check, now=seconds)
    with pytest.raises(RetryError):
        readiness.outcome()
    assert readiness.outcome() == {"index": True}
