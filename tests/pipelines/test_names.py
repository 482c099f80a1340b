from __future__ import annotations

import sys
from pathlib import Path

import pytest

import pipelines
from pipelines.names import OWN_NAMES, check_own_names, foreign_owners
from rag.errors import ConfigurationError

ROOT = Path(pipelines.__file__).parents[1]


@pytest.fixture
def shadow(tmp_path, monkeypatch):
    """Put a package of that name before ours, as another distribution might."""

    def put(name):
        place = tmp_path / name
        place.mkdir()
        (place / "__init__.py").write_text("")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, name, raising=False)
        return place

    return put


def test_the_names_are_those_of_our_packages():
    assert set(OWN_NAMES) == {path.parent.name for path in ROOT.glob("*/py.typed")}


def test_our_names_are_ours_alone():
    check_own_names()
    assert foreign_owners() == {}


@pytest.mark.parametrize("name", ["rag", "connectors", "eval"])
def test_a_package_that_shadows_ours_stops_the_start(shadow, name):
    place = shadow(name)
    with pytest.raises(ConfigurationError, match="is not ours") as refused:
        check_own_names()
    assert f"`{name}`" in str(refused.value)
    assert str(place) in str(refused.value)


def test_a_package_that_is_missing_stops_the_start(monkeypatch):
    monkeypatch.setattr("pipelines.names.OWN_NAMES", ("rag", "no_such_package"))
    with pytest.raises(ConfigurationError, match="no_such_package"):
        check_own_names()


@pytest.mark.parametrize("listed_in", ["top_level.txt", "RECORD"])
def test_another_distribution_that_claims_a_name_is_named(tmp_path, monkeypatch, listed_in):
    facts = tmp_path / "stranger-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    content = {"top_level.txt": "eval\nstranger\n", "RECORD": "eval/__init__.py,,\n"}
    (facts / listed_in).write_text(content[listed_in])
    if listed_in == "RECORD":
        (tmp_path / "eval").mkdir()
        (tmp_path / "eval" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    assert foreign_owners() == {"eval": ["stranger"]}
