"""The one filter type. `rag.access` makes filters; each store adapter translates them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard, Union, assert_never


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
class AtLeast:
    """The number in the field is not below this."""

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


Filter: TypeAlias = Union[Equals, OneOf, AtMost, AtLeast, "AllOf", "AnyOf", "Not"]


def predicate(wanted: Filter) -> Callable[[Mapping[str, object]], bool]:
    """Return a function that says whether a payload matches; what the engines are held to."""
    match wanted:
        case Equals(field=name, value=wanted_value):
            kind = type(wanted_value)  # True is not 1 here
            return lambda payload: any(
                type(v) is kind and v == wanted_value for v in _values(payload, name)
            )
        case OneOf(field=name, values=values):
            return lambda payload: any(v in values for v in _values(payload, name))
        case AtMost() | AtLeast():
            return _within(wanted)
        case AllOf(parts=parts):
            every = [predicate(part) for part in parts]
            return lambda payload: all(matches(payload) for matches in every)
        case AnyOf(parts=parts):
            some = [predicate(part) for part in parts]
            return lambda payload: any(matches(payload) for matches in some)
        case Not(part=part):
            inner = predicate(part)
            return lambda payload: not inner(payload)
        case _:
            assert_never(wanted)


def _within(wanted: AtMost | AtLeast) -> Callable[[Mapping[str, object]], bool]:
    name, limit, below = wanted.field, wanted.value, isinstance(wanted, AtMost)
    return lambda payload: any(
        _number(value) and (value <= limit if below else value >= limit)
        for value in _values(payload, name)
    )


def _values(payload: Mapping[str, object], name: str) -> Sequence[object]:
    value = payload.get(name)
    return value if isinstance(value, list) else [value]


def _number(found: object) -> TypeGuard[int]:
    return isinstance(found, int) and not isinstance(found, bool)
