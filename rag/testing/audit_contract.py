"""What every audit log must do, as tests that the tests of an adapter inherit.

A new adapter needs five lines::

    class TestMyLog(AuditContract):
        @pytest.fixture
        def open_log(self, tmp_path):
            return lambda: MyLog(tmp_path / "audit", key)
"""
# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.ports import AuditLog

OpenLog = Callable[[], AuditLog]


class AuditContract:
    """Every entry is kept, counted and has an id of its own."""

    @pytest.fixture
    def open_log(self) -> OpenLog:
        """Return what opens one log, which is empty at first, again and again."""
        raise NotImplementedError

    def test_an_empty_log_is_intact(self, open_log: OpenLog) -> None:
        assert open_log().verify() == 0

    def test_every_entry_is_counted(self, open_log: OpenLog) -> None:
        log = open_log()
        for count in range(1, 4):
            log.append("question", {"principal": "reader", "evidence": [["doc_1", 0, 12]]})
            assert log.verify() == count

    def test_entries_have_ids_of_their_own(self, open_log: OpenLog) -> None:
        log = open_log()
        ids = [log.append("question", {"same": True}) for _ in range(5)]
        assert len(set(ids)) == 5
        assert all(ids)

    def test_a_log_that_is_opened_again_goes_on(self, open_log: OpenLog) -> None:
        open_log().append("ingest", {"indexed": 3})
        open_log().append("question", {})
        assert open_log().verify() == 2

    def test_facts_of_any_script_are_borne(self, open_log: OpenLog) -> None:
        log = open_log()
        log.append(
            "document", {"principal": "Ünïcödé 名前 \n \u2028 🧾", "nothing": None, "n": 0.1}
        )
        log.append("document", {})
        assert open_log().verify() == 2

    def test_writers_at_the_same_time_lose_nothing(self, open_log: OpenLog) -> None:
        def write(number: int) -> list[str]:
            log = open_log()
            return [log.append("question", {"writer": number, "n": n}) for n in range(10)]

        with ThreadPoolExecutor(max_workers=4) as pool:
            ids = [entry for written in pool.map(write, range(4)) for entry in written]
        assert len(set(ids)) == 40
        assert open_log().verify() == 40
