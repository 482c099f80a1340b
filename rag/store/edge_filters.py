"""Our filters as those of the embedded engine.

Two traps of qdrant-edge 0.9 are avoided here. An empty `should` matches everything, so a filter
that matches nothing is written as "has one of no ids". And `MatchValue(True)` arrives as the
number 1, which no boolean equals, so flags are stored, indexed and asked for as 0 and 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from rag.store.filters import AllOf, AnyOf, AtLeast, AtMost, Equals, Filter, Not, OneOf
from rag.store.payload import FLAG_FIELDS

if TYPE_CHECKING:
    import qdrant_edge


def edge_filter(wanted: Filter) -> qdrant_edge.Filter:
    """Translate a filter, whole."""
    import qdrant_edge as edge

    match wanted:
        case Equals(field=name, value=value):
            return _equals(name, value)
        case OneOf(field=name, values=values):
            if not values:
                return _nothing()
            return _must(edge.FieldCondition(name, match=edge.MatchAny(list(values))))
        case AtMost() | AtLeast():
            return _within(wanted)
        case AllOf(parts=parts):
            return edge.Filter(must=[edge_filter(part) for part in parts])
        case AnyOf(parts=parts):
            if not parts:
                return _nothing()
            return edge.Filter(should=[edge_filter(part) for part in parts])
        case Not(part=part):
            return edge.Filter(must_not=[edge_filter(part)])
        case _:
            assert_never(wanted)


def _equals(name: str, value: str | bool) -> qdrant_edge.Filter:  # noqa: FBT001  it is a value
    import qdrant_edge as edge

    if not isinstance(value, bool):
        return _must(edge.FieldCondition(name, match=edge.MatchValue(value)))
    if name not in FLAG_FIELDS:
        return _nothing()  # 0 and 1 elsewhere are numbers
    return _must(edge.FieldCondition(name, match=edge.MatchValue(int(value))))


def _within(wanted: AtMost | AtLeast) -> qdrant_edge.Filter:
    import qdrant_edge as edge

    if wanted.field in FLAG_FIELDS:
        return _nothing()  # a flag is no number
    limit = float(wanted.value)
    below = isinstance(wanted, AtMost)
    reach = edge.RangeFloat(lte=limit) if below else edge.RangeFloat(gte=limit)
    return _must(edge.FieldCondition(wanted.field, range=reach))


def _must(condition: qdrant_edge.FieldCondition) -> qdrant_edge.Filter:
    import qdrant_edge as edge

    return edge.Filter(must=[condition])


def _nothing() -> qdrant_edge.Filter:
    import qdrant_edge as edge

    return edge.Filter(must=[edge.HasIdCondition(set())])
