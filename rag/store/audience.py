"""Who may see a point of the embedded index, in one field.

That engine checks a condition point by point, and what a permission filter asks of a hundred
thousand points took it five times as long as comparing their vectors. But a collection knows
few different permissions. So a point's tenant, its permissions and whether it is live stand
together in one keyword, its audience; a filter on those is worked out here, once for every
audience there is, and the engine is left with a list of keywords. An audience that is not known
here is in no list: what is forgotten is not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from rag.records import Acl
from rag.store.filters import AllOf, AnyOf, Filter, Not, predicate
from rag.store.payload import permissions_of

AUDIENCE = "audience"
_FIELDS = frozenset(("tenant", "live", *permissions_of(Acl())))


class Audiences:
    """All audiences of an index; none is ever taken away, as one without points does no harm."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = dict.fromkeys(known)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, audience: str) -> None:
        """Take note of an audience, before a point has it."""
        self._known[audience] = None

    def matching(self, wanted: Filter) -> list[str]:
        """Return the audiences that a filter lets through; it asks for nothing else."""
        matches = predicate(wanted)
        return [audience for audience in self._known if matches(fields_of(audience))]


@lru_cache(maxsize=65_536)
def audience_of(tenant: str, acl: Acl, *, live: bool) -> str:
    """Return the audience of a point."""
    return _written({"tenant": tenant, "live": live, **permissions_of(acl)})


@lru_cache(maxsize=65_536)
def fields_of(audience: str) -> Mapping[str, object]:
    """Return the part of a payload that an audience stands for."""
    return MappingProxyType(json.loads(audience))


def changed(audience: str, values: Mapping[str, object]) -> str:
    """Return an audience with some fields changed."""
    return _written({**fields_of(audience), **values})


def _written(fields: Mapping[str, object]) -> str:
    return json.dumps(fields, separators=(",", ":"), sort_keys=True)


@lru_cache(maxsize=4_096)
def is_of_audience(wanted: Filter) -> bool:
    """Whether a filter asks for nothing but what an audience stands for."""
    match wanted:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return all(is_of_audience(part) for part in parts)
        case Not(part=part):
            return is_of_audience(part)
        case _:
            return wanted.field in _FIELDS
