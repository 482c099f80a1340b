"""The one filter type. `rag.access` makes filters; each store adapter translates them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals:
    """The field has this value."""

    field: str
    value: str | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """The field, or one of its values, is among these. With no values, nothing matches."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMost:
    """The number in the field is not above this."""

    field: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Every part matches."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """At least one part matches. With no parts, nothing matches."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The part does not match."""

    part: Filter


Filter: TypeAlias = Union[Equals, OneOf, AtMost, "AllOf", "AnyOf", "Not"]
