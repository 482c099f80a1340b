"""Working folders go, however the work ends, and none that is in use goes with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from pipelines.workroom import workroom

# Makes a folder with a file in it, says its name, and works until it is ended.
WORKING = """
import signal, sys, time
from pathlib import Path
from pipelines.workroom import workroom
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have them ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
with workroom(Path(sys.argv[1]), "bench") as room:
    (room / "index").write_text("text of a document")
    print(room.name, flush=True)
    time.sleep(60)
"""


@contextmanager
def working(beside):
    process = subprocess.Popen(
        [sys.executable, "-c", WORKING, str(beside)], stdout=subprocess.PIPE, text=True
    )
    try:
        name = process.stdout.readline().strip()
        assert (beside / name / "index").is_file()
        yield process, beside / name
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_folder_is_removed_when_the_work_is_done_or_fails(tmp_path):
    with workroom(tmp_path, "bench") as room:
        assert room.parent == tmp_path
        assert room.stat().st_mode & 0o077 == 0
    assert not room.exists()
    with pytest.raises(RuntimeError), workroom(tmp_path, "bench") as room:
        raise RuntimeError
    assert not room.exists()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, -2)]
)
def test_a_signal_to_end_removes_it(tmp_path, number, code):
    with working(tmp_path) as (process, _):
        process.send_signal(number)
        assert process.wait(20) == code
        assert list(tmp_path.iterdir()) == []


def test_what_a_kill_left_goes_with_the_next_and_what_is_in_use_stays(tmp_path):
    with working(tmp_path) as (killed, left), working(tmp_path) as (_, used):
        killed.kill()
        killed.wait()
        assert left.is_dir()
        with workroom(tmp_path, "bench") as room:
            assert {path.name for path in tmp_path.iterdir()} == {used.name, room.name}
        assert [path.name for path in tmp_path.iterdir()] == [used.name]


def test_only_own_folders_are_taken_for_left_ones(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    beside = tmp_path / "beside"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("x")
    for name in (".bench-abcd1234", ".ringfence-bench-x", ".ringfence-bench-abcd12345"):
        (beside / name).mkdir(parents=True)
    (beside / ".ringfence-build-abcd1234").mkdir()
    (beside / ".ringfence-bench-00000000").write_text("a file")
    (beside / ".ringfence-bench-11111111").symlink_to(elsewhere)
    before = {path.name for path in beside.iterdir()}
    (beside / ".ringfence-bench-abcd1234").mkdir()
    with workroom(beside, "bench"):
        pass
    assert {path.name for path in beside.iterdir()} == before
    assert (elsewhere / "kept").is_file()


def test_what_belongs_to_somebody_else_stays(tmp_path, monkeypatch):
    (tmp_path / ".ringfence-bench-abcd1234").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with workroom(tmp_path, "bench"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [".ringfence-bench-abcd1234"]


def test_signals_are_as_they_were_and_another_thread_leaves_them(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def work():
        with workroom(tmp_path, "bench") as room:
            seen.append((room.is_dir(), signal.getsignal(signal.SIGTERM)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(True, before)]
    with workroom(tmp_path, "bench"):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
