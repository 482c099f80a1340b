from __future__ import annotations

from dataclasses import replace

import pytest

from rag.errors import RefusedError
from rag.records import Acl, Stage
from rag.redact.mint import stored
from rag.review.records import Found, How, Review
from rag.state.database import sqlite_url
from rag.state.register import Entry, Register
from rag.state.reviews import Reviews
from rag.testing.layouts import laid_out

WAITING = Review(
    id="rev_0123456789ab",
    tenant="main",
    document_id="doc_1",
    version="v1",
    fingerprint="f1",
    source="folder/wards",
    reviewer="reviewer",
    how=How.RISK,
    risk=0.31,
    signs={"sparse": 0.5},
    seed=7,
    drawn="2026-03-01T08:00:00+00:00",
)
DECIDED = replace(
    WAITING,
    verdict=Found.MISSED,
    kinds=("PERSON", "US_SSN"),
    note=stored("the nurse [PERSON:k3f2mnop]"),
    decided="2026-03-01T10:00:00+00:00",
    decided_by="officer",
)


@pytest.fixture
def register(tmp_path):
    made = Register(sqlite_url(str(tmp_path / "state.db")))
    yield made
    made.close()


@pytest.fixture
def reviews(register):
    return Reviews(register.database)


def test_a_check_is_kept_as_it_is(reviews):
    reviews.add([WAITING])
    assert reviews.review(WAITING.id) == WAITING
    assert reviews.review("rev_ffffffffffff") is None


def test_a_verdict_is_kept_with_all_it_says(reviews):
    reviews.add([WAITING])
    reviews.decide(DECIDED)
    assert reviews.review(WAITING.id) == DECIDED


def test_a_verdict_is_never_changed(reviews):
    reviews.add([WAITING])
    reviews.decide(DECIDED)
    with pytest.raises(RefusedError, match="has its verdict already"):
        reviews.decide(replace(DECIDED, verdict=Found.OK, kinds=(), note=None))
    assert reviews.review(WAITING.id) == DECIDED


def test_a_tenants_checks_come_the_oldest_first_and_then_the_riskiest(reviews):
    later = replace(WAITING, id="rev_1", drawn="2026-03-02T08:00:00+00:00", risk=0.9)
    riskier = replace(WAITING, id="rev_2", risk=0.8)
    foreign = replace(WAITING, id="rev_3", tenant="other")
    reviews.add([later, WAITING, riskier, foreign])
    assert [one.id for one in reviews.reviews(tenant="main")] == ["rev_2", WAITING.id, "rev_1"]


def test_of_a_document_that_is_gone_nobody_waits_for_a_check_and_no_note_stays(register, reviews):
    entry = Entry(
        id="doc_1",
        tenant="main",
        source="folder",
        name=stored("a.txt"),
        item_version="1",
        fingerprint="f1",
        version="v1",
        stage=Stage.LIVE,
        acl=Acl(),
        chunks=1,
        failure="",
        reason="",
    )
    register.write(entry, laid_out([]), places=[])
    open_one = replace(WAITING, id="rev_1")
    elsewhere = replace(DECIDED, id="rev_2", document_id="doc_2")
    reviews.add([DECIDED, open_one, elsewhere])
    register.forget("doc_1")
    assert reviews.review("rev_1") is None
    assert reviews.review(DECIDED.id) == replace(DECIDED, note=None)
    assert reviews.review("rev_2") == elsewhere
