from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.access.rows import discoverable, may_read, narrowed, readable
from rag.records import Acl, Facets, Narrowing, Principal
from rag.store.filters import AllOf, AnyOf, AtLeast, AtMost, Equals, Not, OneOf

_GROUPS = st.frozensets(st.sampled_from(["doctors", "nurses", "kitchen", "Doctors", ""]))
_TENANTS = st.sampled_from(["main", "other"])
_CLEARANCES = st.integers(min_value=0, max_value=3)
_PURPOSES = st.sampled_from(["care", "research", ""])
_ACLS = st.builds(
    Acl,
    groups=_GROUPS,
    public=st.booleans(),
    discoverable=st.booleans(),
    clearance=_CLEARANCES,
    purposes=st.frozensets(_PURPOSES, max_size=2),
)
_PRINCIPALS = st.builds(
    Principal,
    tenant=_TENANTS,
    id=st.just("asker"),
    groups=_GROUPS,
    clearance=_CLEARANCES,
    purpose=_PURPOSES,
)
_DAYS = st.sampled_from([0, 20231231, 20240101, 20240531, 20241231])
_WORDS = st.frozensets(st.sampled_from(["a", "b", ""]), max_size=2)
_FACETS = st.builds(
    Facets,
    source=st.sampled_from("ab"),
    kind=st.sampled_from("ab"),
    tags=_WORDS,
    first_day=_DAYS,
    last_day=_DAYS,
)
_NARROWINGS = st.builds(
    Narrowing, sources=_WORDS, kinds=_WORDS, tags=_WORDS, since=_DAYS, until=_DAYS
)


_NO_FACETS = Facets()


def row(tenant: str, acl: Acl, facets: Facets = _NO_FACETS) -> dict[str, object]:
    """What a store keeps of a passage for filters."""
    return {
        "tenant": tenant,
        "groups": sorted(acl.groups),
        "public": acl.public,
        "discoverable": acl.discoverable,
        "clearance": acl.clearance,
        "purposes": sorted(acl.purposes),
        "for_purposes": bool(acl.purposes),
        "source": facets.source,
        "kind": facets.kind,
        "tags": sorted(facets.tags),
        "first_day": facets.first_day,
        "last_day": facets.last_day,
    }


def matches(condition, row) -> bool:
    """Read a filter as its docstrings say, the plainest way."""
    match condition:
        case Equals(field=field, value=value):
            return value in row[field] if isinstance(row[field], list) else row[field] == value
        case OneOf(field=field, values=values):
            held = row[field] if isinstance(row[field], list) else [row[field]]
            return any(value in held for value in values)
        case AtMost(field=field, value=value):
            return row[field] <= value
        case AtLeast(field=field, value=value):
            return row[field] >= value
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


@given(principal=_PRINCIPALS, acl=_ACLS, facets=_FACETS, asked=_NARROWINGS)
def test_what_is_asked_for_alone_only_takes_rows_away(principal, acl, facets, asked):
    held = row("main", acl, facets)
    for rows in (readable(principal), discoverable(principal)):
        assert matches(rows, held) >= matches(narrowed(rows, asked), held)
        assert narrowed(rows, Narrowing()) == rows


MAY = Facets(source="wards", kind="text/plain", tags=frozenset({"policy", "old"}))
SPRING = Facets(first_day=20240401, last_day=20240630)


@pytest.mark.parametrize(
    ("facets", "asked", "kept"),
    [
        (MAY, Narrowing(sources=frozenset({"wards"})), True),
        (MAY, Narrowing(sources=frozenset({"wards", "bank"})), True),
        (MAY, Narrowing(sources=frozenset({"bank"})), False),
        (MAY, Narrowing(sources=frozenset({"ward"})), False),
        (MAY, Narrowing(kinds=frozenset({"text/plain"})), True),
        (MAY, Narrowing(kinds=frozenset({"application/pdf"})), False),
        (MAY, Narrowing(tags=frozenset({"policy", "new"})), True),
        (MAY, Narrowing(tags=frozenset({"new"})), False),
        (MAY, Narrowing(sources=frozenset({"wards"}), tags=frozenset({"new"})), False),
        (MAY, Narrowing(since=20240101), False),
        (MAY, Narrowing(until=20240101), False),
        (SPRING, Narrowing(since=20240630), True),
        (SPRING, Narrowing(since=20240701), False),
        (SPRING, Narrowing(until=20240401), True),
        (SPRING, Narrowing(until=20240331), False),
        (SPRING, Narrowing(since=20240501, until=20240502), True),
        (SPRING, Narrowing(since=20250101, until=20250102), False),
    ],
)
def test_what_is_kept_of_what_is_asked_for_alone(facets, asked, kept):
    rows = readable(Principal(tenant="main", id="x", groups=frozenset()))
    assert matches(narrowed(rows, asked), row("main", Acl(public=True), facets)) is kept


NURSE = Principal(tenant="main", id="n", groups=frozenset({"nurses"}), clearance=1, purpose="care")


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
        (Acl(public=True, purposes=frozenset({"care", "research"})), True),
        (Acl(public=True, purposes=frozenset({"research"})), False),
        (Acl(purposes=frozenset({"care"})), False),
    ],
)
def test_who_may_read(acl, allowed):
    assert may_read(NURSE, tenant="main", acl=acl) is allowed


def test_somebody_without_groups_reads_only_what_is_public():
    nobody = Principal(tenant="main", id="x", groups=frozenset())
    assert may_read(nobody, tenant="main", acl=Acl(public=True))
    assert not may_read(nobody, tenant="main", acl=Acl())
    assert not matches(readable(nobody), row("main", Acl()))


def test_who_states_no_purpose_reads_only_what_is_for_every_purpose():
    acl = Acl(public=True, purposes=frozenset({"care"}))
    nobody = Principal(tenant="main", id="x", groups=frozenset())
    assert not may_read(nobody, tenant="main", acl=acl)
    assert not matches(readable(nobody), row("main", acl))


def test_equal_groups_give_equal_filters():
    def somebody(*groups):
        return Principal(tenant="main", id="x", groups=frozenset(groups))

    assert readable(somebody("b", "a")) == readable(somebody("a", "b"))
