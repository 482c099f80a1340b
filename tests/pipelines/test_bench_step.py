from __future__ import annotations

import io
import json
import sys

import pytest

from pipelines import bench_step
from pipelines.bench_step import serve_step, step
from rag.errors import ConfigurationError, RetryError, SkipDocument


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of steps that a process can run."""
    source = """
import sys
from pipelines.bench_step import serve_step
from rag.errors import ConfigurationError, RetryError

def doubled(number):
    print("a library says hello")
    return {"twice": 2 * number}

def wrong():
    raise ConfigurationError("name another folder")

def busy():
    raise RetryError("come back later")

def crashing():
    raise ValueError("the patient is Jane Roe")

sys.exit(serve_step(
    sys.argv[1:], {"doubled": doubled, "wrong": wrong, "busy": busy, "crashing": crashing}
))
"""
    (tmp_path / "some_steps.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "some_steps"


@pytest.mark.slow
def test_a_step_gives_what_it_found_or_what_is_wrong(module):
    assert step(module, "doubled", number=4) == {"twice": 8}
    with pytest.raises(ConfigurationError, match="name another folder"):
        step(module, "wrong")
    with pytest.raises(RetryError, match="come back later"):
        step(module, "busy")
    with pytest.raises(RetryError) as crashed:
        step(module, "crashing")
    assert str(crashed.value) == "a process of the benchmark ended with ValueError"


def test_a_step_that_ends_early_is_told(monkeypatch):
    monkeypatch.setattr(bench_step.sys, "executable", "/bin/false")
    with pytest.raises(RetryError, match="ended early"):
        step("anything", "grow")


def test_an_error_is_a_line_and_an_exit_code(monkeypatch, capsys):
    def skipping(number):
        raise SkipDocument(f"number {number} holds no text")

    monkeypatch.setattr(sys, "stdin", io.StringIO('{"number": 3}'))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    assert serve_step(["skipping"], {"skipping": skipping}) == 1
    said = json.loads(capsys.readouterr().out)
    assert said == {"error": "number 3 holds no text", "again": False}
