from __future__ import annotations

import sys

import pytest

from rag.errors import ConfigurationError
from rag.generate.extractive import ExtractiveGenerator
from rag.plugins import load, registered

GROUP = "ringfence.generators"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a distribution of another maker, with entry points and a module."""

    def make(name="stranger", position=0, **points):
        place = tmp_path / name
        facts = place / f"{name}-1.0.dist-info"
        facts.mkdir(parents=True)
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        lines = [f"{point} = {target}" for point, target in points.items()]
        (facts / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines, ""]))
        module = f"{name}_module"
        (place / f"{module}.py").write_text(
            "import pathlib\n"
            "pathlib.Path(__file__).with_name('loaded').write_text('')\n"
            "def make(settings, encoder):\n    return 'a generator of somebody else'\n"
        )
        monkeypatch.syspath_prepend(place)
        if position:
            sys.path.append(sys.path.pop(0))
        monkeypatch.delitem(sys.modules, module, raising=False)
        return place

    return make


def test_our_own_come_through_the_same_door():
    assert load(GROUP, "extractive", allowed=()) is ExtractiveGenerator
    assert {"extractive", "passage"} <= set(registered(GROUP, allowed=()))


def test_a_plugin_that_is_installed_is_not_loaded(install):
    place = install(theirs="stranger_module:make")
    assert "theirs" not in registered(GROUP, allowed=("other",))
    with pytest.raises(ConfigurationError, match="no `theirs`"):
        load(GROUP, "theirs", allowed=())
    assert not (place / "loaded").exists()


def test_a_plugin_that_is_allowed_is_loaded_when_it_is_asked_for(install):
    place = install(theirs="stranger_module:make")
    assert "theirs" in registered(GROUP, allowed=("theirs",))
    assert not (place / "loaded").exists()
    assert load(GROUP, "theirs", allowed=("theirs",))(None, None) == "a generator of somebody else"
    assert (place / "loaded").exists()


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("allowed", [(), ("extractive",)])
def test_a_plugin_never_takes_the_place_of_a_built_in(install, position, allowed):
    place = install(position=position, extractive="stranger_module:make")
    assert load(GROUP, "extractive", allowed=allowed) is ExtractiveGenerator
    assert not (place / "loaded").exists()


def test_a_plugin_of_another_group_is_not_found(install):
    install(theirs="stranger_module:make")
    with pytest.raises(ConfigurationError):
        load("ringfence.connectors", "theirs", allowed=("theirs",))


def test_an_unknown_name_says_which_there_are():
    with pytest.raises(ConfigurationError, match=r"no `exractive` in .*extractive, passage"):
        load(GROUP, "exractive", allowed=())
    with pytest.raises(ConfigurationError, match="there is: none"):
        load("ringfence.nothing", "x", allowed=())


@pytest.mark.parametrize("target", ["no_such_module:make", "stranger_module:no_such_name"])
def test_a_plugin_that_cannot_be_loaded_is_the_operators_to_mend(install, target):
    install(theirs=target)
    with pytest.raises(ConfigurationError, match=r"`theirs` of .* cannot be loaded"):
        load(GROUP, "theirs", allowed=("theirs",))
