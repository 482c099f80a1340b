"""Erasing and verifying as an operator meets them, and while the service holds the index."""

from __future__ import annotations

import os
import shutil

import pytest

from pipelines.build import build_question_redactor, open_installation
from pipelines.serve import _answering

SSN = "536-22-9187"
ROLES = 'roles = ["privacy-officer"]\n\n[[principal]]\nid = "guest"\n'

pytestmark = pytest.mark.usefixtures("without_names")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Where the documents lie, and an installation that has them: each test gets a copy of it."""
    return tmp_path_factory.mktemp("erase")


@pytest.fixture
def installed(ringfence, home, folder, place):
    papers = place / "papers"
    if not (place / "home").exists():
        (folder / "staff.txt").write_text(f"Staff\n\nThe caretaker of the house has SSN {SSN}.\n")
        shutil.copytree(folder, papers)
        assert ringfence("init").code == 0
        principals = home / "principals.toml"
        principals.write_text(principals.read_text() + ROLES)
        assert ringfence("ingest", papers).code == 0
        home.rename(place / "home")
        papers.rename(place / "pristine")
    shutil.rmtree(papers, ignore_errors=True)
    shutil.copytree(place / "pristine", papers)
    shutil.copytree(place / "home", home)
    return papers


def listed(ringfence, *arguments):
    return ringfence("erase", *arguments, "--dry-run", "--json").json


def document_of(ringfence, name):
    return ringfence("show", name, "--json").json["id"]


def test_an_erased_document_stays_away_and_its_certificate_can_be_checked(
    ringfence, installed, tmp_path
):
    boiler = document_of(ringfence, "boiler.txt")
    paper = tmp_path / "certificate.json"
    assert ringfence("erase", "--document", boiler).code == 2  # nobody can be asked
    done = ringfence("erase", "--document", boiler, "--yes", "--certificate", paper)
    assert done.code == 0
    assert ringfence("erase", "--verify", paper, "--json").json["own"] is True
    again = ringfence("ingest", installed, "--json").json
    assert (again["kept_out"], again["indexed"], again["unchanged"]) == (1, 0, 3)
    assert ringfence("erase", "--list", "--json").json["kept_out"][0]["document"] == boiler
    assert ringfence("erase", "--lift", boiler).code == 0
    assert ringfence("ingest", installed, "--json").json["indexed"] == 1
    paper.write_text(paper.read_text().replace("doc_", "dok_"))
    assert ringfence("erase", "--verify", paper).code == 2


def test_a_person_is_erased_by_who_may_and_is_never_printed(ringfence, installed, home):
    why = ("--reason", f"Request of {SSN}")
    assert ringfence("erase", "--subject", SSN, "--yes").code == 2
    refused = ringfence("erase", "--subject", SSN, "--as", "guest", *why, "--yes")
    assert refused.code == 5
    who = ("--subject", SSN, "--as", "operator", *why)
    plan = listed(ringfence, *who)
    assert [row["name"] for row in plan["mentioning"]] == ["staff.txt"]
    (token,) = plan["pseudonyms"]
    done = ringfence("erase", *who, "--with-documents", "--yes", "--json")
    assert [one["after"] for one in done.json["checked"]] == [0] * len(done.json["checked"])
    assert ringfence("reidentify", token, "--as", "operator", "--reason", "Look").code == 5
    kept = (home / "audit.jsonl").read_text()
    for told in (refused, done):
        kept += told.out + told.err
    assert SSN not in kept
    unknown = ringfence("erase", "--subject", "078-05-1120", "--as", "operator", *why, "--yes")
    assert unknown.code == 2
    assert "078-05" not in unknown.out + unknown.err


def test_what_was_kept_long_enough_goes_at_the_next_ingest(ringfence, installed, home):
    os.utime(installed / "garden.txt", (1_000_000_000, 1_000_000_000))
    assert ringfence("ingest", installed, "--json").json["expired"] == 0
    settings = home / "ringfence.toml"
    settings.write_text(settings.read_text() + "\n[sources.keep_days]\nfolder = 365\n")
    assert len(listed(ringfence, "--expired")["documents"]) == 1
    report = ringfence("ingest", installed, "--json").json
    assert (report["expired"], report["kept_out"]) == (1, 1)
    assert ringfence("ingest", installed, "--json").json["kept_out"] == 1
    (installed / "garden.txt").write_text("Garden\n\nThe hedge is cut three times a year now.\n")
    assert ringfence("ingest", installed, "--json").json["indexed"] == 1


def test_the_service_that_holds_the_index_erases_for_the_command(ringfence, installed, home):
    boiler = document_of(ringfence, "boiler.txt")
    inst = open_installation(home)
    answering, worker = _answering(inst, build_question_redactor(inst))
    try:
        answering.warm()
        held = ringfence("erase", "--document", boiler, "--yes", "--wait", "0")
        assert held.code == 3
        assert "is held by process" in held.err
        worker.start()
        done = ringfence("erase", "--document", boiler, "--yes", "--json")
        assert done.code == 0
        assert done.json["scrubbed"]["index"] is False
        asker = inst.principals.named("operator")
        assert "boiler" not in answering.ask("How often is the boiler serviced?", asker).answer
    finally:
        worker.stop()
        answering.close()
    assert ringfence("erase", "--scrub", "--json").json["rewritten"] is True
    files = [path for path in (home / "index").rglob("*") if path.is_file()]
    assert not [path for path in files if boiler.encode() in path.read_bytes()]


def test_verifying_finds_what_is_missing_and_the_next_ingest_brings_it(ringfence, installed, home):
    assert ringfence("index", "verify", "--source-path", installed).code == 0
    inst = open_installation(home)
    from pipelines.build import build_encoder, build_store

    store = build_store(inst, build_encoder(inst).dimensions)
    store.remove(document_of(ringfence, "boiler.txt"))
    store.close()
    found = ringfence("index", "verify", "--json")
    assert (found.code, list(found.json["found"])) == (2, ["missing"])
    mended = ringfence("index", "verify", "--repair", "--json").json
    assert mended["mended"] == {"missing": 1}
    assert ringfence("ingest", installed, "--json").json["indexed"] == 1
    assert ringfence("index", "verify").code == 0
