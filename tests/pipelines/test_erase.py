"""What is erased is gone from everything, stays gone, and is certified; a kill costs nothing."""

from __future__ import annotations

import json
import threading
from datetime import date

import pytest

from pipelines import leftovers
from pipelines.certificate import check
from pipelines.erase import Erasure
from pipelines.erase_worker import ErasureWorker, do_or_wait
from pipelines.erasing import Planner, Selection
from pipelines.exclusive import exclusive
from pipelines.home import Home, create_home
from pipelines.retention import Retention
from pipelines.subjects import Subjects
from rag.audit.log import ChainedLog
from rag.errors import ConfigurationError, NotFoundError, RetryError
from rag.keys import Keys
from rag.state.erasures import Erasures, Progress, Why
from rag.testing.archive import TENANT, Archive

KEYS = Keys(b"i" * 32)
LINE = "The oak in the northern yard was felled in a storm."
TEXT = f"{LINE}\nIts wood went to {{who}} for a bench by the gate."
JANE, JACK = "Jane Roe", "Jack Poe"


class Site:
    """An installation with three documents, two of which mention Jane."""

    def __init__(self, path) -> None:
        create_home(path)
        self.home = Home(path)
        self.archive = Archive(self.home.database)
        self.archive.add("doc_1", TEXT, people={"who": JANE}, dated="2020-05-31")
        self.archive.add("doc_2", "A letter of {who}.", people={"who": JANE}, source="letters")
        self.archive.add("doc_3", "The well of {who} is dry.", people={"who": JACK})
        self.retention = Retention({}, today=lambda: date(2026, 1, 1))

    def erasure(self) -> Erasure:
        register = self.archive.register
        erasures = Erasures(register.database)
        return Erasure(
            tenant=TENANT,
            store=self.archive.store,
            own_index=True,
            register=register,
            planner=Planner(
                tenant=TENANT, register=register, erasures=erasures, retention=self.retention
            ),
            audit=ChainedLog(self.home.audit, b"a" * 32),
            home=self.home,
            keys=KEYS,
        )

    def erase(self, kind, *of, whole=False, scrub=True):
        erasure = self.erasure()
        plan = erasure.plan(Selection(kind=kind, of=of, with_documents=whole))
        return erasure.work(erasure.ask(plan), scrub=scrub)

    def subjects(self) -> Subjects:
        return Subjects(
            tenant=TENANT,
            pseudonyms=self.archive.pseudonyms,
            kinds=["PERSON", "EMAIL_ADDRESS", "DATE_OF_BIRTH"],
            people=self.archive.vault,
            erasures=Erasures(self.archive.register.database),
        )

    def left(self) -> dict[str, int]:
        """How many points each document has."""
        entries = self.archive.register.entries()
        versions = self.archive.store.versions()
        assert {entry.id for entry in entries} == versions.keys()
        return {key: sum(found.values()) for key, found in versions.items()}

    def readable(self, name) -> bool:
        """Whether the vault can still say who is meant by a pseudonym."""
        return bool(self.archive.vault.values(TENANT, [self.archive.token(name)]))


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path / "home")
    yield site
    site.archive.register.close()


def facts(certificate):
    return {row["what"]: (row["before"], row["after"]) for row in certificate["checked"]}


def test_a_document_goes_from_everything_that_is_kept_of_it(site):
    done = site.erase("document", "doc_1")
    assert site.left() == {"doc_2": 1, "doc_3": 1}
    found = facts(done)
    assert found["points in the index"] == (2, 0)
    assert found["passages with token vectors"] == (2, 0)
    assert found["vault records of mentions"] == (1, 0)
    assert {after for _, after in found.values()} == {0}
    assert done["pieces_of_text_searched_for"] > 0
    assert leftovers.holding(leftovers.text_files(site.home), [LINE[:40]]) == {}
    assert site.readable(JANE)  # another document still mentions her


def test_a_certificate_is_signed_and_says_no_text(site):
    done = site.erase("document", "doc_1")
    assert check(done, KEYS)
    assert not check(done, Keys(b"x" * 32))
    for changed in ({"tenant": "other"}, {"signature": done["signature"][::-1]}, {"checked": []}):
        with pytest.raises(ConfigurationError):
            check({**done, **changed}, KEYS)
    told = json.dumps(done) + site.home.audit.read_text()
    assert JANE not in told
    assert "northern" not in told
    assert ChainedLog(site.home.audit, b"a" * 32).verify() == 2


def test_a_person_can_no_longer_be_named_and_may_go_with_all_documents(site):
    jane = site.archive.token(JANE)
    plan = site.erasure().plan(Selection(kind="subject", of=(jane,)))
    assert [entry.id for entry in plan.mentioning] == ["doc_1", "doc_2"]
    done = site.erase("subject", jane)
    assert not site.readable(JANE)
    assert site.readable(JACK)
    assert site.left() == {"doc_1": 2, "doc_2": 1, "doc_3": 1}
    assert any("2 documents" in line for line in done["remains"])
    whole = site.erase("subject", jane, whole=True)
    assert [one["id"] for one in whole["documents"]] == ["doc_1", "doc_2"]
    assert site.left() == {"doc_3": 1}


def test_a_person_is_found_by_name_or_pseudonym_and_a_shorter_name_is_no_order(site):
    jane = site.archive.token(JANE)
    subjects = site.subjects()
    assert subjects.meant("roe, JANE").tokens == (jane,)
    assert subjects.meant(jane.strip("[]")).tokens == (jane,)
    assert subjects.meant("Roe").tokens == ()
    assert subjects.meant("Roe").perhaps == (jane,)
    assert subjects.meant("Nobody Here").tokens == ()
    with pytest.raises(ConfigurationError):
        subjects.meant(" ")


def test_a_person_is_found_in_the_texts_where_no_originals_are_kept(site):
    for name in ("doc_1", "doc_2"):
        site.erase("document", name)
    assert site.subjects().meant(JANE).tokens == ()
    site.archive.add("doc_4", f"A note on {site.archive.token(JANE)}.")
    assert site.subjects().meant(JANE).tokens == (site.archive.token(JANE),)


@pytest.mark.parametrize(
    ("kind", "of", "gone"),
    [
        ("source", ("letters",), {"doc_2"}),
        ("before", ("2020-06-01",), {"doc_1"}),
        ("before", ("2020-05-31",), set()),
        ("expired", (), {"doc_1"}),
    ],
)
def test_documents_are_chosen_by_source_and_day(site, kind, of, gone):
    site.retention = Retention({"folder": 1000}, today=lambda: date(2026, 1, 1))
    plan = site.erasure().plan(Selection(kind=kind, of=of))
    assert {entry.id for entry in plan.documents} == gone


def test_what_is_not_known_is_refused(site):
    for kind, of in (("document", "doc_9"), ("source", "nowhere")):
        with pytest.raises(NotFoundError):
            site.erase(kind, of)
    with pytest.raises(ConfigurationError):
        site.erase("before", "yesterday")


def test_what_was_erased_is_kept_out_until_that_is_lifted(site):
    done = site.erase("document", "doc_1")
    erasures = site.erasure().erasures
    (held,) = erasures.withheld(TENANT)
    assert (held.document_id, held.why, held.erasure) == ("doc_1", Why.ERASED, done["id"])
    assert site.erasure().lift("doc_1")
    assert not site.erasure().lift("doc_1")
    assert erasures.withheld(TENANT) == []


def test_the_same_command_again_gives_the_same_certificate(site):
    assert site.erase("document", "doc_1") == site.erase("document", "doc_1")


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


def test_a_kill_at_any_write_is_repaired_by_the_same_command(tmp_path):
    count, point = None, 0
    while count is None:
        point += 1
        site = Site(tmp_path / f"home-{point}")
        writes = 0

        def counted(call, at=point):
            def write(*args, **kwargs):
                nonlocal writes
                writes += 1
                if writes == at:
                    raise Killed
                return call(*args, **kwargs)

            return write

        erasure = site.erasure()
        parts = [
            (erasure._store, "remove"),
            (erasure._register, "mark"),
            (erasure._register, "forget"),
            (erasure._vault, "destroy"),
            (erasure._erasures, "ask"),
            (erasure._erasures, "finish"),
            (erasure._audit, "append"),
        ]
        with pytest.MonkeyPatch.context() as patched:
            for owner, name in parts:
                patched.setattr(owner, name, counted(getattr(owner, name)))
            selection = Selection(
                kind="subject", of=(site.archive.token(JANE),), with_documents=True
            )
            try:
                erasure.work(erasure.ask(erasure.plan(selection)))
                count = writes
            except Killed:
                pass
        done = site.erase("subject", site.archive.token(JANE), whole=True)
        assert [one["id"] for one in done["documents"]] == ["doc_1", "doc_2"], point
        assert all(one["digest"] for one in done["documents"])
        assert not any(after for _, after in facts(done).values())
        assert site.left() == {"doc_3": 1}
        assert not site.readable(JANE)
        assert {row.state for row in erasure.erasures.rows(TENANT)} == {Progress.DONE}
        site.archive.register.close()
    assert count >= 10


def test_copies_in_runs_and_evaluations_go_and_other_files_stop_it(site):
    run = site.home.runs / "20260101" / "run.json"
    run.parent.mkdir(parents=True)
    run.write_text(json.dumps({"text": LINE}))
    kept = run.with_name("other.json")
    kept.write_text("{}")
    copy = site.home.path / "evaluation" / "state.db"
    copy.parent.mkdir()
    copy.write_text(LINE)
    (site.home.path / "notes.txt").write_text(LINE)
    with pytest.raises(ConfigurationError):
        site.erase("document", "doc_1")
    assert not run.exists()
    assert not copy.exists()
    assert kept.exists()


def test_a_line_that_another_document_has_too_is_no_leftover(site):
    site.archive.add("doc_4", LINE)
    done = site.erase("document", "doc_1")
    assert facts(done)["files that hold text of the documents"] == (0, 0)
    assert "doc_4" in site.left()


def test_who_holds_the_index_erases_for_others(site):
    erasure = site.erasure()
    asked = erasure.ask(erasure.plan(Selection(kind="document", of=("doc_1",))))
    said: list[str] = []
    with exclusive(site.home.ingest_lock), pytest.raises(RetryError, match=asked):
        do_or_wait(erasure, asked, seconds=0, say=said.append)
    assert erasure.erasures.waiting() == [asked]
    worker = ErasureWorker(site.erasure(), every=0.01)
    worker.start()
    for _ in range(1000):
        if not erasure.erasures.waiting():
            break
        threading.Event().wait(0.01)
    worker.stop()
    done = do_or_wait(erasure, asked, seconds=0, say=said.append)
    assert said == []
    assert done["scrubbed"]["index"] is False
    assert any("--scrub" in line for line in done["remains"])
    assert site.home.unscrubbed.exists()
    assert erasure.scrub()
    assert not site.home.unscrubbed.exists()


def test_what_cannot_be_erased_is_told_to_who_waits(site, monkeypatch):
    erasure = site.erasure()
    asked = erasure.ask(erasure.plan(Selection(kind="document", of=("doc_1",))))
    (site.home.path / "notes.txt").write_text(LINE)
    worker = ErasureWorker(site.erasure(), every=0.01)
    worker.start()
    while erasure.erasures.waiting():
        threading.Event().wait(0.01)
    worker.stop()
    assert erasure.erasures.row(asked).state is Progress.FAILED
    (site.home.path / "notes.txt").unlink()
    assert site.erase("document", "doc_1")["id"] == asked
