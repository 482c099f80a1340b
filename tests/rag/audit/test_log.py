from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest

from rag.audit.log import ChainedLog
from rag.errors import ConfigurationError, RetryError
from rag.testing.audit_contract import AuditContract

KEY = b"k" * 32


class TestChainedLog(AuditContract):
    @pytest.fixture
    def open_log(self, tmp_path):
        return lambda: ChainedLog(tmp_path / "audit.jsonl", KEY)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "audit.jsonl"


@pytest.fixture
def log(path):
    """A log of five entries."""
    written = ChainedLog(path, KEY)
    for n in range(5):
        written.append("question", {"principal": "reader", "evidence": [["doc_1", n, n + 9]]})
    return written


def changed(path, change):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(lines)))


def edited(line: bytes, **fields: object) -> bytes:
    return json.dumps({**json.loads(line), **fields}, sort_keys=True).encode() + b"\n"


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        (lambda x: [*x[:2], x[2].replace(b"reader", b"writer"), *x[3:]], 3),
        (lambda x: [edited(x[0], facts={}), *x[1:]], 1),
        (lambda x: [*x[:3], edited(x[3], at="2020-01-01T00:00:00.000+00:00"), x[4]], 4),
        (lambda x: [*x[:4], edited(x[4], extra=1)], 5),
        (lambda x: x[1:], 1),
        (lambda x: [*x[:2], *x[3:]], 3),
        (lambda x: [*x[:2], x[1], *x[2:]], 3),
        (lambda x: [x[0], x[2], x[1], *x[3:]], 2),
        (lambda x: [*x[:2], b"\n", *x[2:]], 3),
        (lambda x: [*x[:2], b"not json\n", *x[2:]], 3),
        (lambda x: [*x[:2], b"[]\n", *x[2:]], 3),
        (lambda x: [*x[:2], b"\xff\xff\n", *x[2:]], 3),
        (lambda x: [*x[:4], edited(x[4], seal="0" * 64)], 5),
        (lambda x: [*x[:4], edited(x[4], seal="\ud800é")], 5),
        (lambda x: [*x[:4], edited(x[4], seal=None)], 5),
        (lambda x: [*x[:4], edited(x[4], n="5")], 5),
    ],
)
def test_whatever_is_done_to_an_entry_shows_at_that_entry(log, path, change, entry):
    changed(path, change)
    with pytest.raises(ConfigurationError, match=f"changed at entry {entry}$"):
        log.verify()


def test_an_entry_made_with_another_key_does_not_fit(log, path):
    ChainedLog(path, b"x" * 32).append("question", {})
    with pytest.raises(ConfigurationError, match=r"changed at entry 6$"):
        log.verify()


def test_another_key_verifies_nothing(log, path):
    with pytest.raises(ConfigurationError, match=r"changed at entry 1$"):
        ChainedLog(path, b"x" * 32).verify()


def test_entries_cut_off_the_end_show_against_the_id_of_the_last(log, path):
    last = log.append("question", {})
    changed(path, lambda lines: lines[:3])
    assert log.verify() == 3
    assert last.startswith("6-")


def test_an_id_is_the_number_and_the_beginning_of_the_seal(log, path):
    number, seal = log.append("question", {}).split("-")
    entry = json.loads(path.read_bytes().splitlines()[-1])
    assert (int(number), entry["seal"][:16]) == (6, seal)


@pytest.mark.parametrize("torn", [b"{", b'{"n": 6, "at": "2026', b"\xff", b'{"n": 6}'])
def test_what_a_crash_left_of_a_line_is_no_entry_and_is_written_over(log, path, torn):
    with path.open("ab") as file:
        file.write(torn)
    assert log.verify() == 5
    log.append("question", {})
    assert log.verify() == 6
    assert torn not in path.read_bytes().splitlines()


def test_a_first_line_that_a_crash_tore_is_written_over(path):
    path.write_bytes(b'{"n": 1, "at"')
    log = ChainedLog(path, KEY)
    assert log.append("question", {}).startswith("1-")
    assert log.verify() == 1


@pytest.mark.parametrize("last", [b"{}\n", b"nonsense\n", b'{"n": "x", "seal": "y"}\n'])
def test_nothing_is_written_after_a_last_entry_that_is_none(log, path, last):
    changed(path, lambda lines: [*lines, last])
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="changed at its last entry"):
        log.append("question", {})
    assert path.read_bytes() == before


def test_entries_longer_than_a_read_are_chained(path):
    log = ChainedLog(path, KEY)
    for n in range(3):
        log.append("question", {"evidence": ["x" * 9000 * (n + 1)]})
    assert log.verify() == 3


def test_only_the_owner_may_read_the_log(log, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_processes_that_write_at_once_lose_nothing(path):
    program = (
        "import sys, pathlib; from rag.audit.log import ChainedLog\n"
        "log = ChainedLog(pathlib.Path(sys.argv[1]), b'k' * 32)\n"
        "for n in range(25): log.append('question', {'n': n})\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(path)]) for _ in range(2)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert ChainedLog(path, KEY).verify() == 50


def test_a_log_that_cannot_be_opened_is_the_operators_to_mend(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        ChainedLog(tmp_path / "none" / "audit.jsonl", KEY).append("question", {})
    with pytest.raises(ConfigurationError, match="cannot be read"):
        ChainedLog(tmp_path, KEY).verify()


def test_a_disk_that_refuses_is_tried_again_later(log, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RetryError, match="No space left on device"):
        log.append("question", {})


def test_an_entry_of_which_only_a_part_was_taken_is_not_acknowledged(log, path):
    program = (
        "import pathlib, resource, signal, sys\n"
        "from rag.audit.log import ChainedLog\n"
        "from rag.errors import RetryError\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 50,) * 2)\n"
        "try: ChainedLog(path, b'k' * 32).append('question', {})\n"
        "except RetryError as error: sys.exit(str(error))\n"
    )
    size = path.stat().st_size
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)], check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr.strip()) == (
        1,
        "the audit log cannot be written: the disk is full",
    )
    assert path.stat().st_size == size + 50
    assert log.verify() == 5
    log.append("question", {})
    assert log.verify() == 6


def test_a_log_shows_neither_key_nor_facts(log):
    assert "k" * 32 not in repr(log)
