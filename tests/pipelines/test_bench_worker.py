from __future__ import annotations

import io
import json
import sys
import time

from pipelines.bench_worker import REST, Stages, main, measured, peak_mb


def burn(seconds):
    """Use the processor for some time."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_stages_add_up_to_the_whole():
    stages = Stages()

    def run(texts):
        for _ in texts:
            with stages.stage("patterns"):
                burn(0.02)
        burn(0.03)

    sample = measured(run, ["abc", "de"], stages)
    assert sample.characters == 5
    assert 0.04 <= sample.stages["patterns"] < sample.cpu
    assert sample.stages["patterns"] + sample.stages[REST] == sample.cpu
    assert stages.take(1.0) == {}


def test_a_pass_without_stages_has_none():
    assert measured(lambda _: burn(0.01), ["a"], Stages()).stages == {}


def test_peak_memory_is_that_of_this_process():
    before = peak_mb()
    held = bytearray(before.__ceil__() * 1_000_000 + 50_000_000)
    held[::4096] = b"x" * len(held[::4096])
    assert peak_mb() > before + 40


def test_without_an_installation_a_worker_says_so(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO('["text"]\npass\n'))
    assert main(["ours"]) == 1
    assert "ringfence init" in json.loads(capsys.readouterr().out)["error"]
