from __future__ import annotations

import sys

import pytest

from rag.fingerprint import code_of, code_of_all


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a module, and one below it."""
    place = tmp_path / "some_package"
    (place / "below").mkdir(parents=True)
    for file in ("__init__.py", "one.py", "below/__init__.py", "below/two.py"):
        (place / file).write_text(f"# {file}\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield place
    sys.modules.pop("some_package", None)


def test_code_below_a_package_counts_only_where_it_is_asked_for(package):
    near, whole = code_of("some_package"), code_of_all("some_package")
    (package / "below" / "two.py").write_text("# changed\n")
    assert code_of("some_package") == near
    assert code_of_all("some_package") != whole


def test_a_module_that_moves_is_another_code(package):
    whole = code_of_all("some_package")
    (package / "one.py").rename(package / "three.py")
    assert code_of_all("some_package") != whole


def test_what_is_no_module_does_not_count(package):
    whole = code_of_all("some_package")
    (package / "table.json").write_text("{}")
    assert code_of_all("some_package") == whole
