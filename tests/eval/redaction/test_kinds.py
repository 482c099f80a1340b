from __future__ import annotations

import pytest

from eval.redaction.kinds import FAMILY, FOREIGN, INDIRECT_KINDS, agree, family, is_direct, own_kind
from rag.redact.kinds import KINDS

WIDE = {"CODE", "MISC"}


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("PERSON", "PERSON"),
        ("person", "PERSON"),
        ("GPE", "LOCATION"),
        ("Date-Time", "DATE"),
        ("DOMAIN_NAME", "URL"),
        ("US_DRIVER_LICENSE", "DRIVER_LICENSE"),
        ("Locker", "LOCKER"),
    ],
)
def test_labels_of_others_become_our_kinds(label, kind):
    assert own_kind(label) == kind


def test_the_tables_lead_to_kinds_that_there_are():
    assert set(FOREIGN.values()) - KINDS.keys() <= WIDE
    assert FAMILY.keys() <= KINDS.keys()
    assert INDIRECT_KINDS - KINDS.keys() <= WIDE


@pytest.mark.parametrize(
    ("labelled", "predicted", "right"),
    [
        ("LOCATION", "STREET_ADDRESS", True),
        ("DATE", "DATE_OF_BIRTH", True),
        ("ORGANIZATION", "PUBLIC_BODY", True),
        ("PERSON", "ORGANIZATION", False),
        ("PHONE_NUMBER", "CREDIT_CARD", False),
        ("CODE", "CREDIT_CARD", True),
        ("CODE", "DOCKET_NUMBER", True),
        ("CODE", "PERSON", False),
        ("CODE", "DATE", False),
        ("CREDIT_CARD", "CODE", False),
        ("MISC", "PERSON", True),
    ],
)
def test_kinds_agree_by_family(labelled, predicted, right):
    assert agree(family(labelled), family(predicted)) is right


def test_a_kind_that_nobody_listed_identifies_directly():
    assert is_direct("PERSON")
    assert is_direct("NEVER_HEARD_OF")
    assert not is_direct("DATE")
