"""What takes too long is broken off."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import threading
import time

import pytest

from eval.limit import TimeIsUp, within


def sleeps():
    time.sleep(30)


def spins():
    while True:
        pass


def waits():
    threading.Event().wait()


def reads():
    one, other = socket.socketpair()
    with one, other:
        one.recv(1)


def backtracks():
    re.match(r"(a+)+$", "a" * 64 + "b")


def swallows():
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


@pytest.mark.parametrize("hangs", [sleeps, spins, waits, reads, backtracks, swallows])
def test_whatever_hangs_is_broken_off(hangs):
    with pytest.raises(TimeIsUp), within(0.1):
        hangs()


def test_what_is_done_in_time_is_left_alone_and_nothing_is_left_behind():
    before = signal.getsignal(signal.SIGALRM)
    with within(0.05):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == before


def test_elsewhere_than_in_the_main_thread_nothing_is_broken_off():
    done = []

    def work():
        with within(0.01):
            time.sleep(0.1)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
