"""Our filters as those of the embedded engine.

Two traps of qdrant-edge 0.9 are avoided here. An empty `should` matches everything, so a filter
that matches nothing is written as "has one of no ids". And `MatchValue(True)` arrives as the
number 1, which no boolean equals, so flags are stored, indexed and asked for as 0 and 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from rag.store.filters import AllOf, AnyOf, AtMost, Equals, Filter, Not, OneOf

if TYPE_CHECKING:
    import qdrant_edge


def edge_filter(wanted: Filter) -> qdrant_edge.Filter:
    """Translate a filter, whole."""
    import qdrant_edge as edge

    match wanted:
        case Equals(field=name, value=value):
            number = int(value) if isinstance(value, bool) else value
            return _must(edge.FieldCondition(name, match=edge.MatchValue(number)))
        case OneOf(field=name, values=values):
            if not values:
                return _nothing()
            return _must(edge.FieldCondition(name, match=edge.MatchAny(list(values))))
        case AtMost(field=name, value=value):
            return _must(edge.FieldCondition(name, range=edge.RangeFloat(lte=float(value))))
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


def _must(condition: qdrant_edge.FieldCondition) -> qdrant_edge.Filter:
    import qdrant_edge as edge

    return edge.Filter(must=[condition])


def _nothing() -> qdrant_edge.Filter:
    import qdrant_edge as edge

    return edge.Filter(must=[edge.HasIdCondition(set())])
