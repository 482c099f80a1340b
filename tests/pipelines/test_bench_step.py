from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines import bench_step
from pipelines.bench_step import serve_step, step
from rag.errors import ConfigurationError, RetryError, SkipDocument


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of steps that a process can run."""
    source = """
import os, sys, time
from pathlib import Path
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

def long(told):
    Path(told).write_text(str(os.getpid()))
    time.sleep(60)

sys.exit(serve_step(
    sys.argv[1:],
    {"doubled": doubled, "wrong": wrong, "busy": busy, "crashing": crashing, "long": long},
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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent")
def test_a_step_ends_with_the_benchmark_that_was_killed(module, tmp_path):
    told = tmp_path / "pid"
    asking = f"from pipelines.bench_step import step; step({module!r}, 'long', told={str(told)!r})"
    benchmark = subprocess.Popen([sys.executable, "-c", asking])
    assert soon(lambda: told.is_file() and told.read_text())
    benchmark.kill()
    benchmark.wait()
    assert soon(lambda: not alive(int(told.read_text())))


def soon(true):
    """Say whether something becomes true."""
    for _ in range(200):
        if true():
            return True
        time.sleep(0.1)
    return False


def alive(pid):
    """Say whether a process is there and no mere remainder."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
