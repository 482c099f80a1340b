"""What is said of errors of the system, and what is kept quiet."""

from __future__ import annotations

import errno
import sys

import pytest

from pipelines.mishaps import as_known, report_crash
from rag.errors import ConfigurationError, RetryError


def test_a_full_disk_can_be_tried_again():
    assert isinstance(as_known(OSError(errno.ENOSPC, "No space left on device")), RetryError)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_an_installation_that_may_not_be_used_is_named(home, number):
    known = as_known(OSError(number, "refused", str(home / "state.db")))
    assert isinstance(known, ConfigurationError)
    assert str(home / "state.db") in str(known)


def test_a_document_that_may_not_be_read_is_not_named(home, tmp_path):
    assert (
        as_known(PermissionError(errno.EACCES, "refused", str(tmp_path / "Jane Roe.txt"))) is None
    )
    assert as_known(OSError(errno.EIO, "broken", str(home / "state.db"))) is None
    assert as_known(PermissionError(errno.EACCES, "refused")) is None


def test_a_crash_is_told_by_its_places_alone(capsys):
    try:
        raise ValueError("Jane Roe")
    except ValueError:
        report_crash(*sys.exc_info())
    told = capsys.readouterr().err
    assert "unexpected ValueError" in told
    assert "test_mishaps.py" in told
    assert "Roe" not in told
