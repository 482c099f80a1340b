"""What a source may bring in, and what is due to be erased before it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pipelines.erase import Erasure
from pipelines.erasing import Selection
from pipelines.places import Places
from pipelines.retention import KeptOut, Retention, day_of
from pipelines.sources import SourceTable
from rag.records import ListingGap, SourceItem
from rag.settings import Settings
from rag.state.erasures import Erasures
from rag.state.register import Register


class Gate:
    """Stands before every ingest of one installation."""

    def __init__(
        self,
        *,
        settings: Settings,
        register: Register,
        places: Places,
        sources: SourceTable,
        erasure: Erasure | None,
    ) -> None:
        self._tenant = settings.tenant
        self._retention = Retention(settings.sources.keep_days)
        self._erasures = Erasures(register.database)
        self._places = places
        self._sources = sources
        self._erasure = erasure

    def erase_due(self) -> int:
        """Erase what is waiting to be, and what has been kept long enough: so many of these."""
        if self._erasure is None:
            return 0
        for erasure_id in self._erasures.waiting():
            self._erasure.work_locked(erasure_id)
        plan = self._erasure.plan(Selection(kind="expired"))
        if plan.documents:
            self._erasure.work_locked(self._erasure.ask(plan))
        return len(plan.documents)

    def admitted(
        self,
        listed: Iterable[SourceItem | ListingGap],
        version_of: Callable[[SourceItem], str],
    ) -> dict[str, SourceItem | ListingGap]:
        """Return what is listed and may be brought in, by id."""
        kept_out = KeptOut(self._erasures.withheld(self._tenant), self._retention)
        admitted = {}
        for item in listed:
            document_id = self._places.document_id(item.place)
            if isinstance(item, ListingGap) or not kept_out.holds(
                document_id,
                source=self._sources.of(item.place),
                item_version=version_of(item),
                day=day_of(item),
            ):
                admitted[document_id] = item
        return admitted
