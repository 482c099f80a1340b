"""Hashes are computed once, and again whenever a file may have changed."""

from __future__ import annotations

import hashlib
import os
import stat

import pytest

from rag.errors import ConfigurationError
from rag.models import hashes as module
from rag.models.hashes import RememberedHashes, together


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"one")
    return path


@pytest.fixture
def known(tmp_path):
    return RememberedHashes(tmp_path / "hashes.json")


def test_a_hash_is_of_the_bytes_and_remembered(known, file, tmp_path):
    assert known.of(file) == hashlib.sha256(b"one").hexdigest()
    assert str(file) in (tmp_path / "hashes.json").read_text()
    assert stat.S_IMODE((tmp_path / "hashes.json").stat().st_mode) == 0o600


def test_it_is_not_computed_again_while_the_file_is_the_same(known, file, monkeypatch):
    first = known.of(file)
    monkeypatch.setattr(module, "sha256_of", lambda *_: pytest.fail("it was read again"))
    seen = []
    assert known.of(file, seen.append) == first
    assert seen == [3]


def test_a_change_that_hides_its_time_is_noticed(known, file):
    known.of(file)
    facts = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert known.of(file) == hashlib.sha256(b"two").hexdigest()


def test_another_file_in_its_place_is_noticed(known, file, tmp_path):
    known.of(file)
    other = tmp_path / "other"
    other.write_bytes(b"two")
    other.replace(file)
    assert known.of(file) == hashlib.sha256(b"two").hexdigest()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 1}', "\xff"])
def test_a_broken_memory_is_no_memory(known, file, tmp_path, content):
    (tmp_path / "hashes.json").write_bytes(content.encode("latin-1"))
    assert known.of(file) == hashlib.sha256(b"one").hexdigest()


def test_a_file_that_changes_while_it_is_read_has_no_hash(known, file, monkeypatch):
    def reading(path, advance):
        path.write_bytes(b"longer")
        return "0" * 64

    monkeypatch.setattr(module, "sha256_of", reading)
    with pytest.raises(ConfigurationError, match="changes while it is read"):
        known.of(file)


def test_several_files_have_one_hash_whatever_their_order():
    assert together([("a", "1"), ("b", "2")]) == together([("b", "2"), ("a", "1")])
    assert together([("a", "1")]) != together([("b", "1")])
