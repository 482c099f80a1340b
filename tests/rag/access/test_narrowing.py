from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.access.narrowing import common
from rag.access.rows import may_read
from rag.records import Acl, Principal

PURPOSES = st.frozensets(st.sampled_from(["care", "research", "billing"]), max_size=2)
GROUPS = st.frozensets(st.sampled_from("abc"))
ACLS = st.builds(
    Acl,
    groups=GROUPS,
    public=st.booleans(),
    clearance=st.integers(min_value=0, max_value=2),
    purposes=PURPOSES,
)
PEOPLE = st.builds(
    Principal,
    tenant=st.just("main"),
    id=st.just("somebody"),
    groups=GROUPS,
    clearance=st.integers(min_value=0, max_value=2),
    purpose=st.sampled_from(["", "care", "research"]),
)


@given(ACLS, ACLS, PEOPLE)
def test_nobody_reads_who_may_not_read_under_both(first, second, principal):
    both = all(may_read(principal, tenant="main", acl=acl) for acl in (first, second))
    allowed = may_read(principal, tenant="main", acl=common(first, second))
    assert not allowed or both


@given(ACLS, PEOPLE)
def test_what_does_not_change_stays_as_readable(acl, principal):
    before = may_read(principal, tenant="main", acl=acl)
    assert may_read(principal, tenant="main", acl=common(acl, acl)) == before


def test_where_no_purpose_serves_both_nobody_reads():
    care = Acl(public=True, purposes=frozenset({"care"}))
    research = Acl(public=True, groups=frozenset({"a"}), purposes=frozenset({"research"}))
    assert common(care, research) == Acl()


def test_a_purpose_of_one_holds_where_the_other_asks_for_none():
    care = Acl(public=True, purposes=frozenset({"care"}))
    anyone = Acl(public=True)
    assert common(care, anyone).purposes == common(anyone, care).purposes == care.purposes
