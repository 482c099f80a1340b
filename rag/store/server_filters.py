"""Our filters as those of a Qdrant server.

An empty `should` matches everything there, so a filter that matches nothing is written as "has
one of no ids".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from rag.store.filters import AllOf, AnyOf, AtLeast, AtMost, Equals, Filter, Not, OneOf

if TYPE_CHECKING:
    from qdrant_client import models


def server_filter(wanted: Filter) -> models.Filter:
    """Translate a filter, whole."""
    from qdrant_client import models

    match wanted:
        case Equals(field=name, value=value):
            return _must(models.FieldCondition(key=name, match=models.MatchValue(value=value)))
        case OneOf(field=name, values=values):
            if not values:
                return _nothing()
            return _must(models.FieldCondition(key=name, match=models.MatchAny(any=list(values))))
        case AtMost(field=name, value=most):
            return _must(models.FieldCondition(key=name, range=models.Range(lte=most)))
        case AtLeast(field=name, value=least):
            return _must(models.FieldCondition(key=name, range=models.Range(gte=least)))
        case AllOf(parts=parts):
            return models.Filter(must=[server_filter(part) for part in parts])
        case AnyOf(parts=parts):
            if not parts:
                return _nothing()
            return models.Filter(should=[server_filter(part) for part in parts])
        case Not(part=part):
            return models.Filter(must_not=[server_filter(part)])
        case _:
            assert_never(wanted)


def _must(condition: models.FieldCondition) -> models.Filter:
    from qdrant_client import models

    return models.Filter(must=[condition])


def _nothing() -> models.Filter:
    from qdrant_client import models

    return models.Filter(must=[models.HasIdCondition(has_id=[])])
