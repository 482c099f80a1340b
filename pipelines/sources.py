"""Which source a document belongs to."""

from __future__ import annotations

from pipelines.places import PlaceTable
from rag.settings import SourceSettings


class SourceTable:
    """The sources of places: the named one that an item lies in, else the connector's kind."""

    def __init__(self, settings: SourceSettings) -> None:
        """Read the paths of the setting `sources.named`; the longest one that holds an item wins.

        Args:
            settings: The section `sources`.
        """
        self._kind = settings.kind
        self._table = PlaceTable(
            "sources.named",
            ((path, name) for name, path in settings.named.items()),
            on_disk=settings.kind == "folder",
        )

    def of(self, place: tuple[str, ...]) -> str:
        """Return the source of what lies at a place."""
        return self._table.of(place) or self._kind
