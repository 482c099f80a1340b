"""The day that a document itself states, as metadata has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from email.utils import parsedate_to_datetime

from rag.records import Fact

_PDF_DAY = re.compile(r"(?:D:)?([0-9]{4})([0-9]{2})?([0-9]{2})?")


def dated_by_mail(header: str) -> Mapping[str, str]:
    """Return the day of a mail's header `Date`, in the sender's time zone."""
    try:
        return {Fact.DATED: parsedate_to_datetime(header).date().isoformat()}
    except (OverflowError, TypeError, ValueError):  # as people and programs write dates
        return {}


def dated_by_pdf(*stated: str) -> Mapping[str, str]:
    """Return the first day that is one, of those that a PDF states of itself."""
    for text in stated:
        match = _PDF_DAY.match(text.strip())
        if match is not None:
            year, month, day = (int(part or 1) for part in match.groups())
            try:
                stated_day = date(year, month, day).isoformat()
            except ValueError:
                continue
            return {Fact.DATED: stated_day if match[3] else f"{year:04}"}
    return {}
