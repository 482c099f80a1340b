"""Our filters as those of the embedded engine.

What they say of permissions becomes a list of audiences, see `rag.store.audience`. An empty
`should` matches everything in this engine, so a filter that matches nothing is written as "has
one of no ids".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from rag.store.audience import AUDIENCE, Audiences, is_of_audience
from rag.store.filters import AllOf, AnyOf, AtLeast, AtMost, Equals, Filter, Not, OneOf

if TYPE_CHECKING:
    import qdrant_edge

# Up to here a list of conditions is faster than one condition with a list.
_FEW = 64


def edge_filter(wanted: Filter, audiences: Audiences) -> qdrant_edge.Filter:
    """Translate a filter, whole."""
    import qdrant_edge as edge

    if is_of_audience(wanted):
        return _of_audiences(audiences.matching(wanted))
    match wanted:
        case Equals(value=bool()) | OneOf(values=()):
            return _nothing()  # flags are part of the audience
        case Equals(field=name, value=value):
            return _must(edge.FieldCondition(name, match=edge.MatchValue(value)))
        case OneOf(field=name, values=values):
            return _must(edge.FieldCondition(name, match=edge.MatchAny(list(values))))
        case AtMost() | AtLeast():
            return _within(wanted)
        case AllOf():
            return edge.Filter(must=[edge_filter(part, audiences) for part in _gathered(wanted)])
        case AnyOf(parts=parts):
            return edge.Filter(should=[edge_filter(part, audiences) for part in parts])
        case Not(part=part):
            return edge.Filter(must_not=[edge_filter(part, audiences)])
        case _:
            assert_never(wanted)


def _within(wanted: AtMost | AtLeast) -> qdrant_edge.Filter:
    import qdrant_edge as edge

    limit = float(wanted.value)
    below = isinstance(wanted, AtMost)
    reach = edge.RangeFloat(lte=limit) if below else edge.RangeFloat(gte=limit)
    return _must(edge.FieldCondition(wanted.field, range=reach))


def _of_audiences(named: Sequence[str]) -> qdrant_edge.Filter:
    import qdrant_edge as edge

    if not named:
        return _nothing()
    if len(named) > _FEW:
        return _must(edge.FieldCondition(AUDIENCE, match=edge.MatchAny(list(named))))
    return edge.Filter(
        should=[edge.FieldCondition(AUDIENCE, match=edge.MatchValue(name)) for name in named]
    )


def _gathered(wanted: AllOf) -> list[Filter]:
    """Return the parts of a conjunction, with all that concerns the audience as one of them."""
    flat = list(_flat(wanted))
    of_audience = tuple(part for part in flat if is_of_audience(part))
    rest = [part for part in flat if not is_of_audience(part)]
    return [AllOf(parts=of_audience), *rest] if of_audience else rest


def _flat(wanted: AllOf) -> Iterator[Filter]:
    for part in wanted.parts:
        if isinstance(part, AllOf):
            yield from _flat(part)
        else:
            yield part


def _must(condition: qdrant_edge.FieldCondition) -> qdrant_edge.Filter:
    import qdrant_edge as edge

    return edge.Filter(must=[condition])


def _nothing() -> qdrant_edge.Filter:
    import qdrant_edge as edge

    return edge.Filter(must=[edge.HasIdCondition(set())])
