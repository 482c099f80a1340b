from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rag.records import Principal
from rag.state.budgets import TokenBudget
from rag.state.database import Database, sqlite_url

ANNA, BERT = (Principal(tenant="main", id=name, groups=frozenset()) for name in ("a", "b"))
ELSEWHERE = Principal(tenant="other", id="a", groups=frozenset())


class Day:
    def __init__(self):
        self.at = datetime(2026, 5, 1, 23, tzinfo=UTC)

    def __call__(self):
        return self.at


@pytest.fixture
def day():
    return Day()


@pytest.fixture
def budget(tmp_path, day):
    database = Database(sqlite_url(str(tmp_path / "state.db")))
    yield TokenBudget(database, 100, now=day)
    database.close()


def test_each_asker_has_his_own(budget):
    budget.spend(ANNA, 60)
    assert budget.left(ANNA)
    budget.spend(ANNA, 40)
    assert not budget.left(ANNA)
    assert budget.left(BERT)
    assert budget.left(ELSEWHERE)


def test_a_new_day_begins_anew_and_the_old_is_forgotten(budget, day):
    budget.spend(ANNA, 100)
    day.at += timedelta(hours=2)
    assert budget.left(ANNA)
    budget.spend(BERT, 1)
    day.at -= timedelta(hours=2)
    assert budget.left(ANNA)
