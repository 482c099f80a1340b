"""The documents that a benchmark ingests: some of a source, chosen by a hash of their place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from connectors.formats.registry import default_formats
from pipelines.build import build_connector
from pipelines.corpora import NAMES, corpora_folder, documents_folder
from rag.errors import ConfigurationError
from rag.records import ListingGap, SourceItem

if TYPE_CHECKING:
    from pipelines.build import Installation
    from rag.ports import Connector


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A document of a source, and what fetches it."""

    connector: Connector
    listed: SourceItem

    @property
    def ending(self) -> str:
        """The ending of its name, by which its parser is chosen."""
        return PurePosixPath(self.listed.name).suffix.lower()


class Chosen:
    """A `Connector` of these documents alone; counts the bytes it has fetched."""

    def __init__(self, root: tuple[str, ...], items: Sequence[Item]) -> None:
        self._root = root
        self._items = {item.listed.place: item for item in items}
        self.bytes = 0

    @property
    def root(self) -> tuple[str, ...]:
        """The place below which all of them lie."""
        return self._root

    def items(self) -> Iterator[SourceItem | ListingGap]:
        """List them as their source did."""
        for item in self._items.values():
            yield item.listed

    def fetch(self, item: SourceItem) -> bytes:
        """Return a document's bytes from its source."""
        data = self._items[item.place].connector.fetch(item)
        self.bytes += len(data)
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What there is to choose from, in the order it is chosen in, and where all of it lies."""

    root: tuple[str, ...]
    items: Sequence[Item]

    def chosen(self, items: Sequence[Item]) -> Chosen:
        """Return a connector of some of them."""
        return Chosen(self.root, items)


def listed(inst: Installation, data: Path | None) -> Listed:
    """List what can be parsed of `data`, or of the sample corpora, in the order of a hash.

    The hash is of the place below the root, so that another machine chooses the same documents.
    """
    endings = default_formats().suffixes
    folders = [data] if data else [documents_folder(name) for name in NAMES]
    connectors = [build_connector(inst, folder) for folder in folders]
    root = connectors[0].root if data else corpora_folder().resolve().parts
    found = [
        Item(connector=connector, listed=item)
        for connector in connectors
        for item in connector.items()
        if isinstance(item, SourceItem)
    ]
    readable = [item for item in found if item.ending in endings]
    if not readable:
        raise ConfigurationError(f"{data} holds no document that can be read")
    readable.sort(key=lambda item: _hash(item.listed.place[len(root) :]))
    return Listed(root=root, items=readable)


def warming(items: Sequence[Item], most: int) -> list[Item]:
    """Return a small document of each format among the first, of those beyond them if possible.

    Ingested beforehand, they load what the others need; nothing of theirs may be remembered.
    """
    needed = {item.ending for item in items[:most]}
    chosen = []
    for ending in sorted(needed):
        same = [item for item in items if item.ending == ending]
        beyond = [item for item in items[most:] if item.ending == ending]
        chosen.append(min(beyond or same, key=lambda item: item.listed.size))
    return chosen


def _hash(place: tuple[str, ...]) -> bytes:
    return hashlib.sha256("\0".join(place).encode("utf-8", "surrogateescape")).digest()
