"""The filters of a question as JSON: they can only take documents away."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from rag.api.body import Body
from rag.records import Narrowing

MOST_NAMES = 50
LONGEST_NAME = 120


def _name(text: str) -> str:
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise PydanticCustomError("name_control_character", "The name holds a control character")
    return text


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("day", "Write a day that there is, as 2024-05-31") from None
    return text


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_name)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_day)]


class FiltersBody(Body):
    """What alone is to be looked at, of what the asker may read. Of several names one suffices."""

    sources: list[Name] = Field(
        default_factory=list,
        max_length=MOST_NAMES,
        repr=False,
        description="Names of sources.",
    )
    kinds: list[Name] = Field(
        default_factory=list,
        max_length=MOST_NAMES,
        repr=False,
        description="Media types, such as `application/pdf`.",
    )
    tags: list[Name] = Field(
        default_factory=list,
        max_length=MOST_NAMES,
        repr=False,
        description="Tags that documents are marked with.",
    )
    since: Day | None = Field(
        default=None,
        description="First day; a document whose day is not known is left out.",
    )
    until: Day | None = Field(default=None, description="Last day, likewise.")

    @model_validator(mode="after")
    def _in_order(self) -> FiltersBody:
        if self.since and self.until and self.since > self.until:
            raise PydanticCustomError("days_crossed", "The first day is after the last one")
        return self


def narrowing_of(filters: FiltersBody) -> Narrowing:
    """Return filters as a search takes them."""
    return Narrowing(
        sources=frozenset(filters.sources),
        kinds=frozenset(filters.kinds),
        tags=frozenset(filters.tags),
        since=_number(filters.since),
        until=_number(filters.until),
    )


def _number(day: str | None) -> int:
    return int(day.replace("-", "")) if day else 0
