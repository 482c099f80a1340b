"""What each action makes of a value."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.redact.actions import SPARSE_AREAS, Replacer, subject_of
from rag.redact.days import read_day
from rag.redact.policy import Action, Policy, Rule
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.tokens import DATE_KINDS, PSEUDONYM, TOKEN

_KEY = Pseudonyms(b"a key for the tests only")


def _policy(action: Action, *, month_first: bool | None = None) -> Policy:
    rule = Rule(action=action)
    masked = Rule(action=Action.MASK)
    kinds = (*DATE_KINDS, "POSTAL_CODE", "AGE", "AGE_OVER_89", "US_SSN", "PERSON")
    return Policy(
        name="p",
        version="1",
        default=masked,
        rules=dict.fromkeys(kinds, rule),
        month_first=month_first,
    )


def _replacer(action: Action, *, subject: str = "PERSON/jane doe", tenant: str = "one") -> Replacer:
    return Replacer(_policy(action), _KEY, tenant=tenant, subject=subject, this_year=2026)


def test_a_mask_says_the_kind_alone():
    assert _replacer(Action.MASK).token("US_SSN", "536-22-9187") == "[US_SSN]"


def test_a_pseudonym_is_one_whatever_the_spelling_and_the_value_never_shows():
    replacer = _replacer(Action.PSEUDONYM)
    tokens = [replacer.token("US_SSN", value) for value in ("536-22-9187", "536 22 9187")]
    assert PSEUDONYM.fullmatch(tokens[0])
    assert tokens[0] == tokens[1]
    assert "536" not in repr(replacer)


@pytest.mark.parametrize(
    ("kind", "value", "token"),
    [
        ("DATE", "4 May 2011", "[DATE=2011]"),
        ("DATE", "04/05/2011", "[DATE=2011]"),
        ("DATE", "12 March", "[DATE]"),
        ("DATE", "10:30", "[DATE]"),
        ("DATE_OF_BIRTH", "1937-01-01", "[DATE_OF_BIRTH=1937]"),
        ("DATE_OF_BIRTH", "1936-12-31", "[DATE_OF_BIRTH]"),
        ("DEATH_DATE", "1936", "[DEATH_DATE]"),
        ("POSTAL_CODE", "02139", "[POSTAL_CODE=021**]"),
        ("POSTAL_CODE", "02139-4307", "[POSTAL_CODE=021**]"),
        ("POSTAL_CODE", "05901", "[POSTAL_CODE=000**]"),
        ("POSTAL_CODE", "WX3 5RT", "[POSTAL_CODE]"),
        ("POSTAL_CODE", "1017 AB", "[POSTAL_CODE]"),
        ("AGE", "67-year-old", "[AGE=65-69]"),
        ("AGE", "aged 4", "[AGE=0-4]"),
        ("AGE", "eighteen years of age", "[AGE=15-19]"),
        ("AGE", "thirty-five", "[AGE=35-39]"),
        ("AGE", "aged 93", "[AGE=90+]"),
        ("AGE", "36 months old", "[AGE]"),
        ("AGE", "in his 80s", "[AGE]"),
        ("AGE", "between 30 and 40", "[AGE]"),
        ("AGE", "twenty thirty", "[AGE]"),
        ("AGE", "old", "[AGE]"),
        ("AGE", "aged 999", "[AGE]"),
        ("AGE_OVER_89", "92-year-old", "[AGE=90+]"),
    ],
)
def test_generalising(kind, value, token):
    assert _replacer(Action.GENERALISE).token(kind, value) == token


def test_the_areas_that_are_too_small_are_those_of_the_guidance():
    assert len(SPARSE_AREAS) == 17
    for area in SPARSE_AREAS:
        token = _replacer(Action.GENERALISE).token("POSTAL_CODE", f"{area}01")
        assert token == "[POSTAL_CODE=000**]"


def _moved(replacer: Replacer, value: str) -> date:
    token = TOKEN.fullmatch(replacer.token("DATE", value))
    return date.fromisoformat(token["value"].removeprefix("DATE="))


_DATES = st.dates(date(1900, 1, 1), date(2090, 12, 31))


@given(_DATES, _DATES, st.text(min_size=1, max_size=20))
def test_intervals_of_one_person_survive(one, two, subject):
    replacer = _replacer(Action.SHIFT, subject=subject)
    first = _moved(replacer, one.strftime("%d %B %Y"))
    second = _moved(replacer, two.isoformat())
    assert second - first == two - one
    assert timedelta(days=1) <= one - first <= timedelta(days=365)


def test_persons_tenants_and_keys_have_offsets_of_their_own():
    day = "2011-05-04"
    several = {_moved(_replacer(Action.SHIFT, subject=f"PERSON/{n}"), day) for n in range(40)}
    assert len(several) > 30
    one, two = (_moved(_replacer(Action.SHIFT, tenant=name), day) for name in ("one", "two"))
    assert one != two
    other = Replacer(
        _policy(Action.SHIFT), Pseudonyms(b"another key for tests"), tenant="one", subject="s"
    )
    assert _moved(other, day) != _moved(_replacer(Action.SHIFT, subject="s"), day)


@pytest.mark.parametrize("value", ["04/05/2011", "4 May '11", "12 March", "1 and 2 July 1996"])
def test_a_date_that_leaves_a_doubt_is_masked_rather_than_shifted(value):
    assert _replacer(Action.SHIFT).token("DATE", value) == "[DATE]"


def test_a_policy_that_says_the_order_has_it_shifted():
    policy = _policy(Action.SHIFT, month_first=True)
    replacer = Replacer(policy, _KEY, tenant="one", subject="s")
    assert replacer.token("DATE", "04/05/2011") == replacer.token("DATE", "5 April 2011")


def test_months_and_years_are_shifted_as_such():
    replacer = _replacer(Action.SHIFT)
    month = TOKEN.fullmatch(replacer.token("DATE", "March 2011"))["value"]
    year = TOKEN.fullmatch(replacer.token("DATE", "2011"))["value"]
    assert len(month) == len("DATE=2011-03")
    assert month < "DATE=2011-03"
    assert year in ("DATE=2010", "DATE=2011")


@pytest.mark.parametrize(
    ("findings", "subject"),
    [
        ([("PERSON", "Jane Doe"), ("PERSON", "A. Wu"), ("PERSON", "JANE DOE")], "Jane Doe"),
        ([("PERSON", "A. Wu"), ("PERSON", "Jane Doe")], "A. Wu"),
    ],
)
def test_the_subject_is_whom_most_is_said_of(findings, subject):
    assert subject_of(findings, "d1") == subject_of([("PERSON", subject)], "d2")


def test_a_record_number_says_it_more_surely_and_a_document_is_its_own_subject():
    record = ("MEDICAL_RECORD_NUMBER", "0048 2913")
    named = subject_of([("PERSON", "Jane Doe"), record], "d1")
    assert named == subject_of([("MEDICAL_RECORD_NUMBER", "00482913")], "d2")
    assert subject_of([], "d1") != subject_of([], "d2")


def test_what_is_read_again_is_the_date_itself():
    token = _replacer(Action.SHIFT).token("DATE", "4 May 2011")
    assert read_day(token.removeprefix("[DATE=").removesuffix("]")) is not None
