from __future__ import annotations

import subprocess
import sys

import pytest

from rag.offline import OFF, switch_off_telemetry
from rag.settings import environment


def test_every_opt_out_is_set():
    switch_off_telemetry()
    assert OFF.items() <= environment().items()


@pytest.mark.parametrize("name", ["DO_NOT_TRACK", "HF_HUB_OFFLINE"])
def test_a_value_of_the_operator_switches_nothing_on_again(monkeypatch, name):
    monkeypatch.setenv(name, "0")
    switch_off_telemetry()
    assert environment()[name] == OFF[name]


def test_a_process_that_is_started_inherits_it(monkeypatch):
    monkeypatch.delenv("DO_NOT_TRACK")
    switch_off_telemetry()
    program = "from rag.settings import environment; print(environment()['DO_NOT_TRACK'])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.strip() == "1"
