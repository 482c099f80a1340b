"""How long documents of a source are kept, and what must not come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from rag.records import Fact, SourceItem
from rag.state.erasures import Why, Withheld
from rag.state.register import Entry


class Retention:
    """The rules of the setting `sources.keep_days`."""

    def __init__(
        self,
        keep_days: Mapping[str, int],
        *,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._keep_days = keep_days
        self._today = today

    def is_over(self, source: str, day: str) -> bool:
        """Whether the time of a document of this day is over; one without a day has none."""
        kept = self._keep_days.get(source)
        first = None if kept is None else self._today() - timedelta(days=kept)
        return first is not None and bool(day) and day < first.isoformat()

    def expired(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the documents whose time is over."""
        return [entry for entry in entries if self.is_over(entry.source, entry.day)]


class KeptOut:
    """Says of what a source lists whether it may be brought in."""

    def __init__(self, withheld: Sequence[Withheld], retention: Retention) -> None:
        self._withheld = {one.document_id: one for one in withheld}
        self._retention = retention

    def holds(self, document_id: str, *, source: str, item_version: str, day: str) -> bool:
        """Whether a document must stay out.

        One that was erased stays out until that is lifted. One whose time was over stays out
        while it is unchanged and the rule still says so, and so does what is too old already.
        """
        held = self._withheld.get(document_id)
        if held is not None and held.why is Why.ERASED:
            return True
        if self._retention.is_over(source, day):
            return True
        return (
            held is not None
            and held.item_version == item_version
            and self._retention.is_over(source, held.day)
        )


def day_of(item: SourceItem) -> str:
    """Return the day that the source gives an item, empty where it gives none."""
    text = item.metadata.get(Fact.MODIFIED, "")
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""
