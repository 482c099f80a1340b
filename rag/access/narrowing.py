"""The permissions that hold while a document is on its way from one version to the next."""

from __future__ import annotations

from rag.records import Acl


def common(first: Acl, second: Acl) -> Acl:
    """Return permissions for those who may read under both.

    A document whose text and permissions change at once must be shown to nobody who may read
    the old text only, or the new text only, until the new text is live.
    """
    if first.public and second.public:
        groups = first.groups & second.groups
    elif first.public:
        groups = second.groups
    elif second.public:
        groups = first.groups
    else:
        groups = first.groups & second.groups
    purposes = first.purposes & second.purposes or _only_one(first.purposes, second.purposes)
    if not purposes and (first.purposes or second.purposes):
        return Acl()  # no purpose serves both: nobody
    return Acl(
        groups=groups,
        public=first.public and second.public,
        discoverable=first.discoverable and second.discoverable,
        clearance=max(first.clearance, second.clearance),
        purposes=purposes,
    )


def _only_one(first: frozenset[str], second: frozenset[str]) -> frozenset[str]:
    """Return the purposes of the one that has any, if the other has none."""
    return frozenset() if first and second else first | second
