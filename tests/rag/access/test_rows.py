from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.access.rows import discoverable, may_read, readable
from rag.records import Acl, Principal
from rag.store.filters import AllOf, AnyOf, AtMost, Equals, Not, OneOf

_GROUPS = st.frozensets(st.sampled_from(["doctors", "nurses", "kitchen", "Doctors", ""]))
_TENANTS = st.sampled_from(["main", "other"])
_CLEARANCES = st.integers(min_value=0, max_value=3)
_ACLS = st.builds(
    Acl,
    groups=_GROUPS,
    public=st.booleans(),
    discoverable=st.booleans(),
    clearance=_CLEARANCES,
)
_PRINCIPALS = st.builds(
    Principal, tenant=_TENANTS, id=st.just("asker"), groups=_GROUPS, clearance=_CLEARANCES
)


def row(tenant: str, acl: Acl) -> dict[str, object]:
    """What a store keeps of a passage for filters."""
    return {
        "tenant": tenant,
        "groups": sorted(acl.groups),
        "public": acl.public,
        "discoverable": acl.discoverable,
        "clearance": acl.clearance,
    }


def matches(condition, row) -> bool:
    """Read a filter as its docstrings say, the plainest way."""
    match condition:
        case Equals(field=field, value=value):
            return row[field] == value
        case OneOf(field=field, values=values):
            held = row[field] if isinstance(row[field], list) else [row[field]]
            return any(value in held for value in values)
        case AtMost(field=field, value=value):
            return row[field] <= value
        case AllOf(parts=parts):
            return all(matches(part, row) for part in parts)
        case AnyOf(parts=parts):
            return any(matches(part, row) for part in parts)
        case Not(part=part):
            return not matches(part, row)
    raise AssertionError(condition)


@given(principal=_PRINCIPALS, tenant=_TENANTS, acl=_ACLS)
def test_the_filter_and_the_predicate_say_the_same(principal, tenant, acl):
    found = matches(readable(principal), row(tenant, acl))
    assert found == may_read(principal, tenant=tenant, acl=acl)


@given(principal=_PRINCIPALS, tenant=_TENANTS, acl=_ACLS)
def test_what_may_be_told_of_is_marked_own_and_not_readable(principal, tenant, acl):
    told = matches(discoverable(principal), row(tenant, acl))
    readable_row = may_read(principal, tenant=tenant, acl=acl)
    assert told == (acl.discoverable and tenant == principal.tenant and not readable_row)


@given(tenant=_TENANTS, acl=_ACLS)
def test_nobody_reads_across_tenants(tenant, acl):
    stranger = Principal(tenant="third", id="asker", groups=acl.groups, clearance=9)
    assert not may_read(stranger, tenant=tenant, acl=acl)
    assert not matches(readable(stranger), row(tenant, acl))
    assert not matches(discoverable(stranger), row(tenant, acl))


NURSE = Principal(tenant="main", id="n", groups=frozenset({"nurses"}), clearance=1)


@pytest.mark.parametrize(
    ("acl", "allowed"),
    [
        (Acl(groups=frozenset({"nurses"})), True),
        (Acl(groups=frozenset({"nurses", "doctors"})), True),
        (Acl(groups=frozenset({"doctors"})), False),
        (Acl(groups=frozenset({"Nurses"})), False),
        (Acl(), False),
        (Acl(public=True), True),
        (Acl(public=True, clearance=1), True),
        (Acl(public=True, clearance=2), False),
        (Acl(groups=frozenset({"nurses"}), clearance=2), False),
        (Acl(discoverable=True), False),
    ],
)
def test_who_may_read(acl, allowed):
    assert may_read(NURSE, tenant="main", acl=acl) is allowed


def test_somebody_without_groups_reads_only_what_is_public():
    nobody = Principal(tenant="main", id="x", groups=frozenset())
    assert may_read(nobody, tenant="main", acl=Acl(public=True))
    assert not may_read(nobody, tenant="main", acl=Acl())
    assert not matches(readable(nobody), row("main", Acl()))


def test_equal_groups_give_equal_filters():
    def somebody(*groups):
        return Principal(tenant="main", id="x", groups=frozenset(groups))

    assert readable(somebody("b", "a")) == readable(somebody("a", "b"))
