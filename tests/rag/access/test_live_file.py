from __future__ import annotations

import pytest

from rag.access.live_file import LiveFile
from rag.errors import ConfigurationError


class Reader:
    """Reads a file, and counts how often."""

    def __init__(self):
        self.reads = 0

    def __call__(self, path):
        self.reads += 1
        if not path.exists():
            return None
        text = path.read_text()
        if text == "wrong":
            raise ConfigurationError("it is wrong")
        return text


@pytest.fixture
def read():
    return Reader()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file"


def test_a_file_is_read_when_first_needed_and_then_when_it_changes(path, read):
    path.write_text("one")
    file = LiveFile(path, read)
    assert read.reads == 0
    assert [file.content(), file.content()] == ["one", "one"]
    assert read.reads == 1
    path.write_text("other")
    assert file.content() == "other"
    assert read.reads == 2


def test_a_file_that_comes_and_goes_is_followed(path, read):
    file = LiveFile(path, read)
    assert [file.content(), file.content()] == [None, None]
    assert read.reads == 1
    path.write_text("here")
    assert file.content() == "here"
    path.unlink()
    assert file.content() is None


def test_what_was_read_before_does_not_hold_for_a_file_that_cannot_be_read(path, read):
    path.write_text("right")
    file = LiveFile(path, read)
    assert file.content() == "right"
    path.write_text("wrong")
    for _ in range(2):
        with pytest.raises(ConfigurationError):
            file.content()
    path.write_text("right")
    assert file.content() == "right"


def test_a_change_while_it_is_read_is_seen_the_next_time(path):
    path.write_text("old")

    def read(path):
        text = path.read_text()
        if text == "old":
            path.write_text("newer")
        return text

    file = LiveFile(path, read)
    assert [file.content(), file.content()] == ["old", "newer"]


def test_a_file_that_cannot_be_examined_is_the_operators_to_mend(tmp_path, read):
    (tmp_path / "no-folder").write_text("x")
    with pytest.raises(ConfigurationError, match="cannot be read: Not a directory"):
        LiveFile(tmp_path / "no-folder" / "file", read).content()
