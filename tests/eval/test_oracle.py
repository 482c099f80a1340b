from itertools import product

import pytest

from eval.oracle import leaked, permitted
from rag.access.rows import may_read
from rag.records import Acl, Principal

SETS = [frozenset(), frozenset({"care"}), frozenset({"office"}), frozenset({"care", "office"})]


def principal(*, tenant="main", groups=frozenset({"care"}), clearance=0):
    return Principal(tenant=tenant, id="p", groups=groups, clearance=clearance)


@pytest.mark.parametrize(
    ("acl", "who", "expected"),
    [
        (Acl(groups=frozenset({"care"})), principal(), True),
        (Acl(groups=frozenset({"office"})), principal(), False),
        (Acl(groups=frozenset({"care", "office"})), principal(), True),
        (Acl(), principal(), False),
        (Acl(public=True), principal(groups=frozenset()), True),
        (Acl(public=True), principal(tenant="other"), False),
        (Acl(groups=frozenset({"care"}), clearance=1), principal(), False),
        (Acl(groups=frozenset({"care"}), clearance=1), principal(clearance=1), True),
        (Acl(public=True, clearance=2), principal(clearance=1), False),
        (Acl(groups=frozenset({"office"}), discoverable=True), principal(), False),
        (Acl(groups=frozenset({"car"})), principal(), False),
    ],
)
def test_who_may_read(world, acl, who, expected):
    assert permitted(who, world.document("d", "n", "text", acl)) is expected


def test_the_oracle_agrees_with_the_permission_code(world):
    for groups, public, level, own, cleared, tenant in product(
        SETS, [True, False], [0, 1], SETS, [0, 1], ["main", "other"]
    ):
        acl = Acl(groups=groups, public=public, clearance=level)
        who = principal(tenant=tenant, groups=own, clearance=cleared)
        document = world.document("d", "n", "text", acl)
        assert permitted(who, document) is may_read(who, tenant="main", acl=acl)


@pytest.mark.parametrize(
    ("passages", "cites", "expected"),
    [
        ([], [], 0),
        ([("d-dose", 0, 5)], [("d-dose", 0, 5)], 0),
        ([("d-fees", 0, 5)], [], 1),
        ([], [("d-fees", 0, 5)], 1),
        ([("d-fees", 0, 5), ("d-dose", 0, 5), ("d-fees", 5, 9)], [("d-fees", 0, 5)], 3),
        ([("d-unknown", 0, 5)], [], 1),
    ],
)
def test_passages_and_citations_that_the_nurse_may_not_read_are_counted(
    world, passages, cites, expected
):
    outcome = world.outcome(world.answer(cites=cites), passages)
    assert leaked(outcome, world.library.principal("nurse"), world.library) == expected


def test_a_failed_outcome_can_leak_by_its_passages(world):
    outcome = world.outcome(None, [("d-fees", 0, 5)], error="RetryError")
    assert leaked(outcome, world.library.principal("nurse"), world.library) == 1
