from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import connectors
import eval as evaluation
import pipelines
import rag
from rag import errors
from rag.errors import REMEDIES, RefusedError, RingfenceError, SkipDocument, remedy

ROOT = Path(rag.__file__).parents[1]


def subclasses(kind: type) -> set[type]:
    return {kind}.union(*(subclasses(child) for child in kind.__subclasses__()))


def declared() -> set[type[RingfenceError]]:
    """Every error that a module of ours defines, found in the source and then imported."""
    found = set()
    for package in (rag, connectors, pipelines, evaluation):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            source = Path(module.module_finder.path, f"{module.name.rpartition('.')[2]}.py")
            if not source.is_file() or "errors import" not in source.read_text("utf-8"):
                continue
            names = [
                node.name
                for node in ast.parse(source.read_text("utf-8")).body
                if isinstance(node, ast.ClassDef) and node.bases
            ]
            if names:
                loaded = importlib.import_module(module.name)
                kinds = [getattr(loaded, name) for name in names]
                found |= {kind for kind in kinds if issubclass(kind, RingfenceError)}
    return found | subclasses(RingfenceError)


@pytest.mark.parametrize(
    "kind", [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]
)
def test_every_public_error_has_a_row_of_its_own(kind):
    assert kind in REMEDIES


def test_every_error_of_any_module_has_a_remedy_that_fits():
    kinds = declared()
    assert kinds > set(REMEDIES)
    for kind in kinds:
        row = remedy(kind("a message"))
        nearest = next(k for k in kind.__mro__ if k in REMEDIES)
        assert row is REMEDIES[nearest]
        assert nearest is not RingfenceError or kind is RingfenceError, f"{kind} names no remedy"


def test_every_row_is_of_an_error_of_ours():
    assert set(REMEDIES) <= subclasses(RingfenceError)


@pytest.mark.parametrize("row", REMEDIES.values())
def test_a_row_says_what_to_do_and_is_an_error_at_both_borders(row):
    assert row.hint
    assert 0 < row.exit_code < 126
    assert 400 <= row.http_status < 600


def test_an_error_without_a_row_takes_that_of_its_nearest_class():
    class LostPageError(SkipDocument):
        pass

    class BarredError(RefusedError):
        pass

    assert remedy(LostPageError("x")) is REMEDIES[SkipDocument]
    assert remedy(BarredError("x")) is REMEDIES[RefusedError]


def test_the_message_is_what_was_given():
    assert str(SkipDocument("holds no text")) == "holds no text"


def test_the_tree_in_the_docstring_names_every_error():
    words = set(errors.__doc__.split())
    assert {kind.__name__ for kind in REMEDIES} <= words
