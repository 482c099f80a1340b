"""By what searches may be narrowed to a document: read from what redaction left of it."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from rag.records import Facets, Fact, RedactedDocument
from rag.redact.tokens import DATE_KINDS

# A day as sources and documents give it, or what a policy made of it: a year, a month, another day.
_TOKEN = re.compile(rf"\[(?:{'|'.join(sorted(DATE_KINDS))})=([0-9-]+)\]")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def facets_of_document(document: RedactedDocument) -> Facets:
    """Return what a search is narrowed by, the same for every passage of a document.

    Of two dates the one counts that the document states itself; a masked one is not known.
    """
    facts = document.metadata
    day = facts.get(Fact.DATED) or facts.get(Fact.MODIFIED) or ""
    first, last = _days(day)
    return Facets(
        source=document.source,
        kind=document.media_type,
        tags=frozenset(tag for tag in facts.get(Fact.TAGS, "").split("\n") if tag),
        first_day=first,
        last_day=last,
    )


def _days(text: str) -> tuple[int, int]:
    """Return the first and the last day that a date may mean, 0 where it is none."""
    match = _DAY.fullmatch(_TOKEN.sub(r"\1", text.strip()))
    if match is None:
        return 0, 0
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return 0, 0
    return _number(first), _number(last)


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
