"""The queue of checks over a real register; only the redactor of notes is replaced."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.review import Checks, source_names
from rag.access.api_keys import ApiKeys
from rag.access.principals import Principals
from rag.errors import ConfigurationError, NotFoundError, RefusedError, UnauthenticatedError
from rag.records import Acl, ElementKind, Principal, Stage
from rag.redact.mint import stored
from rag.review.estimate import hours
from rag.review.records import Found
from rag.state.database import sqlite_url
from rag.state.register import Entry, Register
from rag.state.reviews import Reviews
from rag.testing.layouts import Block, laid_out

REVIEW = frozenset({"redaction-review"})


def person(name, *groups, roles=REVIEW, tenant="main"):
    return Principal(tenant=tenant, id=name, groups=frozenset(groups), roles=roles)


PEOPLE = (
    person("anna", "ward"),
    person("ben", "ward", "board"),
    person("carl", "ward", roles=frozenset()),
    person("olga", "ward", "board", roles=frozenset({"privacy-officer"})),
    person("far", "ward", tenant="other"),
)


class Log:
    def __init__(self):
        self.entries = []

    def append(self, event, facts):
        self.entries.append((event, dict(facts)))
        return str(len(self.entries))

    def of(self, event):
        return [facts for one, facts in self.entries if one == event]


class Redacts:
    def redact_text(self, text, *, tenant):
        assert tenant == "main"
        return stored(text.replace("Okafor", "[PERSON]"))


class Bar:
    steps = None

    def total(self, count):
        self.steps = count

    def step(self):
        self.steps -= 1


class Clock:
    now = datetime(2026, 3, 1, 8, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def register(tmp_path):
    made = Register(sqlite_url(str(tmp_path / "state.db")))
    yield made
    made.close()


@pytest.fixture
def checks(register, log, clock, tmp_path):
    return Checks(
        tenant="main",
        reviews=Reviews(register.database),
        register=register,
        audit=log,
        principals=Principals.of(PEOPLE, ApiKeys(tmp_path / "keys.json")),
        redactor=Redacts(),
        now=clock,
    )


def entry(number, *groups, name="", version="v1", stage=Stage.STARTED):
    return Entry(
        id=f"doc_{number}",
        tenant="main",
        source="folder",
        name=stored(name or f"{number}.txt"),
        item_version="1",
        fingerprint="f1",
        version=version,
        stage=stage,
        acl=Acl(groups=frozenset(groups or ("ward",))),
        chunks=1,
        failure="",
        reason="",
    )


def put(register, number, *groups, version="v1", text="The ward is warm."):
    coming = entry(number, *groups, version=version)
    blocks = [Block(kind=ElementKind.TEXT, text=text)]
    document = laid_out(blocks, document_id=coming.id, version=version, acl=coming.acl)
    register.write(coming, document, places=[])
    register.finish(coming.id, version=version, chunks=1)


def drawn(checks, *, count=10, seed=1, reviewers=()):
    return checks.sample(count=count, seed=seed, reviewers=reviewers, bar=Bar())


def one_review(checks, register, *groups, reviewers=("anna",)):
    put(register, 1, *groups)
    [review] = drawn(checks, reviewers=reviewers).reviews
    return review


def decide(checks, review, who, verdict=Found.OK, kinds=(), note=""):
    return checks.decide(review.id, who, verdict=verdict, kinds=kinds, note=note)


def test_only_who_may_read_a_document_is_asked_and_the_work_is_shared(checks, register, log):
    for number in range(8):
        put(register, number)
    put(register, 8, "board")
    put(register, 9, "kitchen")
    sample = drawn(checks, count=20)
    asked = {one.document_id: one.reviewer for one in sample.reviews}
    assert len(asked) == 9
    assert asked["doc_8"] in ("ben", "olga")
    assert Counter(asked.values()) == {"anna": 3, "ben": 3, "olga": 3}
    assert sample.unreadable == 1
    [facts] = log.of("redaction-sample")
    assert facts["reviews"] == [one.id for one in sample.reviews]
    assert (facts["seed"], facts["unreadable"]) == (1, 1)


def test_what_was_asked_for_once_is_not_drawn_again_until_it_changes(checks, register):
    put(register, 1)
    assert len(drawn(checks).reviews) == 1
    assert drawn(checks).reviews == ()
    put(register, 1, version="v2")
    [again] = drawn(checks).reviews
    assert again.version == "v2"


def test_what_is_not_live_is_not_drawn(checks, register):
    put(register, 1)
    register.mark("doc_1", Stage.REMOVING)
    assert drawn(checks).reviews == ()


def test_every_document_is_weighed_and_that_is_shown(checks, register):
    for number in range(4):
        put(register, number)
    bar = Bar()
    checks.sample(count=1, seed=1, reviewers=(), bar=bar)
    assert bar.steps == 0


@pytest.mark.parametrize(
    ("reviewers", "error"),
    [
        (["carl"], RefusedError),
        (["nobody"], UnauthenticatedError),
        (["far"], ConfigurationError),
    ],
)
def test_who_cannot_review_is_not_asked(checks, register, reviewers, error):
    put(register, 1)
    with pytest.raises(error):
        drawn(checks, reviewers=reviewers)
    assert checks.overview().reviews == ()


def test_the_verdict_of_who_was_asked_is_kept_with_the_time_it_took(checks, register, clock, log):
    review = one_review(checks, register)
    clock.now += timedelta(hours=5)
    made = decide(checks, review, "anna", Found.MISSED, ("PERSON", "PERSON"), "Mrs Okafor stands")
    known = checks.overview()
    [kept], [estimate] = known.reviews, known.estimates
    assert kept == made
    assert (kept.verdict, kept.kinds, kept.decided_by) == (Found.MISSED, ("PERSON",), "anna")
    assert kept.note == "Mrs [PERSON] stands"
    assert hours(kept) == 5
    assert estimate.median_hours == 5
    assert log.of("redaction-review") == [
        {
            "principal": "anna",
            "review": review.id,
            "document": "doc_1",
            "verdict": "missed",
            "kinds": ["PERSON"],
        }
    ]


def test_the_next_one_that_waits_is_opened_with_its_text(checks, register, log):
    review = one_review(checks, register)
    found, document = checks.open("", "anna")
    assert (found.id, document.text) == (review.id, "The ward is warm.")
    assert log.of("redaction-review-opened") == [{"principal": "anna", "review": review.id}]
    decide(checks, review, "anna")
    with pytest.raises(NotFoundError, match="no review waits for `anna`"):
        checks.open("", "anna")


def test_somebody_else_may_not_decide_but_a_privacy_officer_may(checks, register, log):
    review = one_review(checks, register)
    with pytest.raises(NotFoundError):
        decide(checks, review, "ben")
    with pytest.raises(RefusedError):
        decide(checks, review, "carl")
    refused = log.of("redaction-review-refused")
    assert [facts["principal"] for facts in refused] == ["ben", "carl"]
    assert decide(checks, review, "olga").decided_by == "olga"
    with pytest.raises(RefusedError, match="has its verdict already"):
        decide(checks, review, "anna")


def test_who_may_not_read_the_document_any_more_may_neither_see_nor_judge_it(checks, register, log):
    review = one_review(checks, register)
    register.grant("doc_1", Acl(groups=frozenset({"board"})), stage=Stage.LIVE)
    with pytest.raises(NotFoundError) as unreadable:
        checks.open(review.id, "anna")
    with pytest.raises(NotFoundError) as unknown:
        checks.open("rev_000000000000", "anna")
    shown = str(unreadable.value).replace(review.id, "ID")
    assert shown == str(unknown.value).replace("rev_000000000000", "ID")
    with pytest.raises(NotFoundError):
        decide(checks, review, "anna")
    assert len(log.of("redaction-review-refused")) == 3
    assert checks.overview().reviews[0].verdict is None


def test_a_document_that_changed_since_cannot_be_judged(checks, register):
    review = one_review(checks, register)
    put(register, 1, version="v2")
    with pytest.raises(ConfigurationError, match="has changed since it was drawn"):
        decide(checks, review, "anna")
    with pytest.raises(NotFoundError):
        checks.open("", "anna")
    known = checks.overview()
    assert known.outdated == {review.id}
    assert known.estimates == ()


def test_a_verdict_on_what_has_changed_since_still_counts(checks, register):
    review = one_review(checks, register)
    decide(checks, review, "anna", Found.MISSED, ("PERSON",))
    put(register, 1, version="v2")
    known = checks.overview()
    assert known.outdated == frozenset()
    assert sum(one.random_missed + one.risk_missed for one in known.estimates) == 1


def test_what_is_no_id_is_neither_shown_nor_recorded(checks, log):
    with pytest.raises(NotFoundError) as error:
        checks.open("536-22-9187", "anna")
    assert "536" not in str(error.value) + repr(log.entries)


@pytest.mark.parametrize(
    ("verdict", "kinds", "note"),
    [
        (Found.OK, ("PERSON",), ""),
        (Found.MISSED, (), ""),
        (Found.OVER, (), ""),
        (Found.MISSED, ("Jane Okafor",), ""),
        (Found.MISSED, ("PERSN",), ""),
        (Found.MISSED, ("OKAFOR",), ""),
        (Found.OK, (), "x" * 2_001),
    ],
)
def test_a_verdict_says_what_it_is_about(checks, register, verdict, kinds, note):
    review = one_review(checks, register)
    with pytest.raises(ConfigurationError) as error:
        decide(checks, review, "anna", verdict, kinds, note)
    assert "Okafor" not in str(error.value)
    assert checks.overview().reviews[0].verdict is None


def test_documents_count_for_the_first_folder_of_their_name():
    few = [entry(1, name="wards/a.txt"), entry(2, name="wards/b/c.txt"), entry(3, name="d.txt")]
    assert source_names(few) == {
        "doc_1": "folder/wards",
        "doc_2": "folder/wards",
        "doc_3": "folder",
    }


def test_where_every_patient_has_a_folder_they_are_one_source():
    many = [entry(n, name=f"[PERSON:aaaaaa{n:02}]/a.txt") for n in range(30)]
    assert set(source_names(many).values()) == {"folder"}
    other = [*many, replace(entry(99, name="x/a.txt"), source="mail")]
    assert source_names(other)["doc_99"] == "mail/x"
