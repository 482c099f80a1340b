"""Measuring a simulated model, with one small enough to be run here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.simulate import (
    ANSWER_TOKENS,
    QUESTION_TOKENS,
    Row,
    check_memory,
    estimated,
    processor_name,
)
from rag.errors import ConfigurationError
from rag.models.simulated import SHAPES

TINY = replace(
    SHAPES["1b"], layers=2, width=256, heads=4, key_heads=2, inner=512, vocabulary=600, context=4096
)


@pytest.mark.slow
@pytest.mark.parametrize("quantisation", ["Q4_K_M"])
def test_a_model_is_written_measured_and_taken_away(ringfence, monkeypatch, home, quantisation):
    pytest.importorskip("xllamacpp")
    monkeypatch.setitem(SHAPES, "1b", TINY)
    ringfence("init")
    before = {path.name for path in home.iterdir()}
    command = ("models", "simulate", "1b", "--quantisation", quantisation, "--threads", "1")
    done = ringfence(*command, "--json")
    assert done.code == 0, done.err
    found = done.json
    assert [row["evidence"] for row in found["rows"]] == [200, 400, 800, 1600]
    assert not any(row["estimated"] for row in found["rows"])
    assert all(row["cached_tokens"] >= 100 for row in found["rows"])
    assert all(row["answer_seconds"] > row["first_seconds"] > 0 for row in found["rows"])
    assert found["memory_bytes"] > found["file_bytes"] > 0
    assert found["server"] == "xllamacpp"
    assert {path.name for path in home.iterdir()} == before
    assert "Writing" in done.err
    assert "Reading 1,600 tokens" in done.err


def test_what_would_take_too_long_is_worked_out():
    row = Row(
        evidence=200,
        prompt_rate=10.0,
        first_seconds=23.0,
        answer_rate=2.0,
        answer_seconds=52.5,
        cached_tokens=120,
        estimated=False,
    )
    more = estimated([row], 800)
    assert more.estimated
    assert more.first_seconds == pytest.approx((800 + QUESTION_TOKENS) / 10)
    assert more.answer_seconds == pytest.approx(more.first_seconds + (ANSWER_TOKENS - 1) / 2)


def test_weights_that_do_not_fit_are_not_tried(tmp_path):
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 24000000 kB\nMemAvailable: 8000000 kB\n")
    check_memory(5 << 30, meminfo)
    with pytest.raises(ConfigurationError, match="--anyway"):
        check_memory(42 << 30, meminfo)
    check_memory(42 << 30, tmp_path / "unknown")


def test_a_processor_has_a_name(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Some CPU 3\n")
    assert processor_name(cpuinfo) == "Some CPU 3"
    assert processor_name(tmp_path / "unknown")


def test_a_folder_that_is_not_there_is_named(ringfence, tmp_path):
    done = ringfence("models", "simulate", "1b", "--folder", tmp_path / "gone")
    assert done.code == 2
    assert "gone, which is no folder" in done.err


def test_a_full_disk_is_said_before_anything_is_written(ringfence, monkeypatch, tmp_path):
    import shutil

    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    monkeypatch.setitem(SHAPES, "1b", TINY)
    done = ringfence("models", "simulate", "1b", "--folder", tmp_path)
    assert done.code == 2
    assert "--folder" in done.err
    assert list(tmp_path.iterdir()) == []
