"""What every connector must do, as tests that the tests of a connector inherit.

A new connector needs a `Source`, which puts things where the connector looks, and five lines::

    class TestMyConnector(ConnectorContract):
        @pytest.fixture
        def source(self, tmp_path):
            return MySource(tmp_path)
"""
# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

from typing import Protocol

import pytest

from rag.errors import RetryError, SkipDocument
from rag.ports import Connector
from rag.records import SourceItem
from rag.testing.hostile import HOSTILE

NAMES = (
    "plain.txt",
    "two words.txt",
    "UPPER.TXT",
    "Ärztebrief für Frau Ñandú.txt",
    "カルテ.txt",
    "שלום.txt",
    "🩺 100% & 'quoted' #1.txt",
    "e\u0301 decomposed.txt",
    "no ending",
)


class Source(Protocol):
    """Puts things where a connector looks; what is written is not empty."""

    def write(self, name: str, data: bytes) -> None:
        """Put a new item, or change one."""

    def remove(self, name: str) -> None:
        """Take an item away."""

    def connect(self) -> Connector:
        """Return a connector to what is there."""


class ConnectorContract:
    """What is there is listed once and comes back byte for byte; what is gone is not listed."""

    @pytest.fixture
    def source(self) -> Source:
        """Return an empty source."""
        raise NotImplementedError

    def test_an_empty_source_lists_nothing(self, source: Source) -> None:
        assert list(source.connect().items()) == []

    @pytest.mark.parametrize("name", NAMES)
    def test_an_item_of_any_name_comes_back_byte_for_byte(self, source: Source, name: str) -> None:
        source.write(name, b"what it holds")
        connector = source.connect()
        (item,) = listed(connector)
        assert item.name == name
        assert item.size == len(b"what it holds")
        assert connector.fetch(item) == b"what it holds"

    @pytest.mark.parametrize("kind", [kind for kind, data in HOSTILE.items() if data])
    def test_no_bytes_are_changed(self, source: Source, kind: str) -> None:
        source.write("hostile.bin", HOSTILE[kind])
        connector = source.connect()
        (item,) = listed(connector)
        assert connector.fetch(item) == HOSTILE[kind]

    def test_items_lie_below_the_root_each_at_its_own_place(self, source: Source) -> None:
        for name in NAMES:
            source.write(name, b"same")
        connector = source.connect()
        places = [item.place for item in listed(connector)]
        assert len(set(places)) == len(NAMES)
        for place in places:
            assert place[: len(connector.root)] == connector.root

    def test_listing_again_gives_the_same_in_the_same_order(self, source: Source) -> None:
        for name in NAMES:
            source.write(name, b"same")
        connector = source.connect()
        assert listed(connector) == listed(connector)
        assert listed(source.connect()) == listed(connector)

    def test_a_change_gives_that_item_another_version(self, source: Source) -> None:
        source.write("a.txt", b"before")
        source.write("b.txt", b"before")
        before = versions(source.connect())
        source.write("a.txt", b"afterwards")
        after = versions(source.connect())
        assert before["a.txt"] != after["a.txt"]
        assert before["b.txt"] == after["b.txt"]

    def test_what_is_removed_is_no_longer_listed(self, source: Source) -> None:
        source.write("a.txt", b"one")
        source.write("b.txt", b"two")
        source.remove("a.txt")
        assert [item.name for item in listed(source.connect())] == ["b.txt"]

    def test_what_is_gone_since_the_listing_is_skipped(self, source: Source) -> None:
        source.write("canary.txt", b"one")
        connector = source.connect()
        (item,) = listed(connector)
        source.remove("canary.txt")
        with pytest.raises((SkipDocument, RetryError)) as raised:
            connector.fetch(item)
        assert "canary" not in str(raised.value)

    def test_no_name_shows_in_a_repr(self, source: Source) -> None:
        source.write("canary.txt", b"one")
        (item,) = listed(source.connect())
        assert "canary" not in repr(item)


def listed(connector: Connector) -> list[SourceItem]:
    """Return the items, of a source of which every part can be listed."""
    items = list(connector.items())
    assert all(isinstance(item, SourceItem) for item in items)
    return [item for item in items if isinstance(item, SourceItem)]


def versions(connector: Connector) -> dict[str, str]:
    """Return the version of each item by its name."""
    return {item.name: item.version for item in listed(connector)}
