"""Row permissions, in one place.

`readable` is what every search runs under. `may_read` says the same of one document fetched by
its id. `discoverable` finds what somebody may not read but may be told of. A test holds the
filter and the predicate together.
"""

from __future__ import annotations

from rag.records import Acl, Narrowing, Principal
from rag.store.filters import AllOf, AnyOf, AtLeast, AtMost, Equals, Filter, Not, OneOf


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
            AnyOf(
                parts=(
                    Equals(field="for_purposes", value=False),
                    Equals(field="purposes", value=principal.purpose),
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


def narrowed(rows: Filter, asked: Narrowing) -> Filter:
    """Return `rows` with what the asker does not want to look at taken away."""
    parts = [rows]
    for name, wanted in (("source", asked.sources), ("kind", asked.kinds), ("tags", asked.tags)):
        if wanted:
            parts.append(OneOf(field=name, values=tuple(sorted(wanted))))
    if asked.since or asked.until:
        parts.append(AtLeast(field="first_day", value=1))
    if asked.since:
        parts.append(AtLeast(field="last_day", value=asked.since))
    if asked.until:
        parts.append(AtMost(field="first_day", value=asked.until))
    return AllOf(parts=tuple(parts)) if len(parts) > 1 else rows


def may_read(principal: Principal, *, tenant: str, acl: Acl) -> bool:
    """Whether `principal` may read a document of `tenant` with these permissions."""
    return (
        principal.tenant == tenant
        and acl.clearance <= principal.clearance
        and (acl.public or bool(acl.groups & principal.groups))
        and (not acl.purposes or principal.purpose in acl.purposes)
    )
