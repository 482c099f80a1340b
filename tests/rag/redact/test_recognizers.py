"""Built-in recognizers and plugins come through one door, and none is left out in silence."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from rag.errors import ConfigurationError
from rag.redact import recognizers as package
from rag.redact.recognizers import BUILT_IN, GROUP, gather, sources


def _badges():
    from presidio_analyzer import Pattern, PatternRecognizer

    return [PatternRecognizer("BADGE", patterns=[Pattern("badge", r"\bB-\d{4}\b", 0.5)])]


def _nothing():
    return []


def _nonsense():
    return ["no recognizer"]


@pytest.fixture
def installed(monkeypatch):
    def install(**functions: str) -> None:
        points = {
            name: EntryPoint(name=name, value=f"{__name__}:{function}", group=GROUP)
            for name, function in functions.items()
        }
        monkeypatch.setattr(
            package,
            "registered",
            lambda _, allowed: {name: points[name] for name in allowed if name in points},
        )
        monkeypatch.setattr(EntryPoint, "load", _load)

    real = EntryPoint.load

    def _load(self):
        module, _, name = self.value.partition(":")
        return globals()[name] if module == __name__ else real(self)

    return install


def test_every_file_is_listed():
    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")}
    assert files - {"__init__"} == set(BUILT_IN)


def test_every_file_says_what_it_finds():
    for point in sources(()).values():
        assert point.load().__doc__


def test_an_allowed_plugin_is_loaded_and_another_is_not(installed):
    installed(badges="_badges")
    kinds = {kind for one in gather(("badges",)) for kind in one.supported_entities}
    assert "BADGE" in kinds
    kinds = {kind for one in gather(()) for kind in one.supported_entities}
    assert "BADGE" not in kinds


def test_a_plugin_never_takes_the_place_of_a_built_in(installed):
    installed(mrn="_badges")
    assert "rag.redact" in sources(("mrn",))["mrn"].value


@pytest.mark.parametrize("function", ["_nothing", "_nonsense"])
def test_a_plugin_without_recognizers_stops_the_redactor(installed, function):
    installed(bad=function)
    with pytest.raises(ConfigurationError, match="bad"):
        gather(("bad",))
