"""One identifier, one pseudonym; two tenants or two keys, two."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ConfigurationError
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.tokens import PSEUDONYM

_PSEUDONYMS = Pseudonyms(b"k" * 32)


def _token(kind: str, value: str, tenant: str = "one") -> str:
    return _PSEUDONYMS.token(tenant=tenant, kind=kind, value=value)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("US_SSN", "536-22-9187", "536 22 9187"),
        ("PHONE_NUMBER", "(212) 774-8900", "212.774.8900"),
        ("EMAIL_ADDRESS", "Jane@Example.org", "jane@example.ORG"),
        ("IBAN_CODE", "GB82 WEST 1234 5698 7654 32", "gb82west12345698765432"),
        ("STREET_ADDRESS", "52 Kelp  Street,\nTown", "52 kelp street, town"),
        ("DATE_OF_BIRTH", "23 June 1989", "1989-06-23"),
        ("DATE_OF_BIRTH", "June 23, 1989", "23/06/1989"),
        ("MEDICAL_RECORD_NUMBER", "H-004 829", "h004829"),
        ("UK_NHS", "\uff19\uff14\uff13 476\u200b 5919", "9434765919"),
    ],
)
def test_spelling_does_not_matter(kind, one, other):
    assert _token(kind, one) == _token(kind, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("US_SSN", "536-22-9187", "536-22-9188"),
        ("DATE_OF_BIRTH", "03/04/1989", "04/05/1989"),
        ("MEDICAL_RECORD_NUMBER", "A123", "B123"),
        ("EMAIL_ADDRESS", "a.b@x.org", "ab@x.org"),
    ],
)
def test_different_values_get_different_pseudonyms(kind, one, other):
    assert _token(kind, one) != _token(kind, other)


def test_the_kind_is_part_of_what_is_keyed():
    assert _token("US_SSN", "123456789")[-9:] != _token("US_NPI", "123456789")[-9:]


def test_another_key_makes_other_pseudonyms_and_another_fingerprint():
    other = Pseudonyms(b"j" * 32)
    assert other.token(tenant="one", kind="URL", value="x") != _token("URL", "x")
    assert other.fingerprint != _PSEUDONYMS.fingerprint


def test_the_key_shows_nowhere():
    assert "k" * 4 not in repr(_PSEUDONYMS) + _PSEUDONYMS.fingerprint


def test_a_short_key_is_refused():
    with pytest.raises(ConfigurationError):
        Pseudonyms(b"short")


@given(st.text(min_size=1, max_size=40), st.sampled_from(["URL", "US_SSN", "PERSON", "OTHER"]))
@settings(max_examples=100, deadline=None)
def test_every_value_gets_a_well_formed_pseudonym_that_tenants_do_not_share(value, kind):
    token = _token(kind, value)
    assert PSEUDONYM.fullmatch(token)
    assert token != _token(kind, value, tenant="two")
    assert token == _token(kind, value)
