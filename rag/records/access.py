"""Who may read what."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Acl:
    """Who may read a document.

    `public` means every principal of the tenant. `discoverable` means that somebody who may
    not read the document may be told that it holds an answer. With `purposes`, it may be read
    for one of these alone.
    """

    groups: frozenset[str] = frozenset()
    public: bool = False
    discoverable: bool = False
    clearance: int = 0
    purposes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks: a person or an application of one tenant.

    `groups` say which documents may be read, `purpose` what for, `roles` what else may be done.
    """

    tenant: str
    id: str
    groups: frozenset[str]
    clearance: int = 0
    purpose: str = ""
    name: str = field(default="", repr=False)
    roles: frozenset[str] = frozenset()
