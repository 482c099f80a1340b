"""How long documents are kept, and which of them may come back."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.retention import KeptOut, Retention, day_of
from rag.records import Acl, SourceItem
from rag.state.erasures import Why, Withheld

RULES = Retention({"letters": 30}, today=lambda: date(2026, 3, 31))


def withheld(why, day="2026-01-01"):
    return Withheld(
        document_id="doc_1",
        tenant="main",
        erasure="era_1",
        why=why,
        source="letters",
        item_version="one",
        day=day,
        at="",
    )


@pytest.mark.parametrize(
    ("source", "day", "over"),
    [
        ("letters", "2026-02-28", True),
        ("letters", "2026-03-01", False),  # 30 days are not over on the thirtieth
        ("letters", "", False),
        ("other", "1990-01-01", False),
    ],
)
def test_time_is_over_after_the_days_of_its_source(source, day, over):
    assert RULES.is_over(source, day) is over


@pytest.mark.parametrize(
    ("held", "source", "version", "day", "out"),
    [
        ([], "letters", "one", "2026-03-30", False),
        ([], "letters", "one", "2026-01-01", True),  # too old to come in at all
        ([withheld(Why.ERASED)], "other", "two", "2026-03-30", True),
        ([withheld(Why.EXPIRED)], "letters", "one", "", True),
        ([withheld(Why.EXPIRED)], "letters", "two", "", False),  # it has changed since
        ([withheld(Why.EXPIRED)], "other", "one", "", False),  # the rule is gone
        ([withheld(Why.EXPIRED, day="2026-03-30")], "letters", "one", "", False),
    ],
)
def test_what_is_kept_out(held, source, version, day, out):
    kept_out = KeptOut(held, RULES)
    assert kept_out.holds("doc_1", source=source, item_version=version, day=day) is out


@pytest.mark.parametrize(
    ("given", "day"),
    [("2024-05-31", "2024-05-31"), ("", ""), ("last May", ""), ("2024-05-31T10:00", "2024-05-31")],
)
def test_the_day_of_an_item_is_that_of_its_source(given, day):
    item = SourceItem(place=("a",), version="1", size=1, acl=Acl(), metadata={"modified": given})
    assert day_of(item) == day
