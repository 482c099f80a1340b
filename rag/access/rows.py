"""Row permissions, in one place.

`readable` is what every search runs under. `may_read` says the same of one document fetched by
its id. `discoverable` finds what somebody may not read but may be told of. A test holds the
filter and the predicate together.
"""

from __future__ import annotations

from rag.records import Acl, Principal
from rag.store.filters import AllOf, AnyOf, AtMost, Equals, Filter, Not, OneOf


def readable(principal: Principal) -> Filter:
    """Return the filter for the documents that `principal` may read."""
    return AllOf(
        parts=(
            Equals(field="tenant", value=principal.tenant),
            AtMost(field="clearance", value=principal.clearance),
            AnyOf(
                parts=(
                    Equals(field="public", value=True),
                    OneOf(field="groups", values=tuple(sorted(principal.groups))),
                )
            ),
        )
    )


def discoverable(principal: Principal) -> Filter:
    """Return the filter for what `principal` may not read but may know to exist."""
    return AllOf(
        parts=(
            Equals(field="tenant", value=principal.tenant),
            Equals(field="discoverable", value=True),
            Not(part=readable(principal)),
        )
    )


def may_read(principal: Principal, *, tenant: str, acl: Acl) -> bool:
    """Whether `principal` may read a document of `tenant` with these permissions."""
    return (
        principal.tenant == tenant
        and acl.clearance <= principal.clearance
        and (acl.public or bool(acl.groups & principal.groups))
    )
