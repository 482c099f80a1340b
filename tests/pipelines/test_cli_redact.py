"""`ringfence redact` as a privacy officer meets it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

SSN = "536-22-9187"
MAIL = "canary.bird@example.org"
PRINCIPALS = """
[[principal]]
id = "reviewer"
groups = ["operators"]
roles = ["redaction-review"]

[[principal]]
id = "stranger"
groups = ["kitchen"]
roles = ["redaction-review"]

[[principal]]
id = "officer"
roles = ["privacy-officer"]
"""


@pytest.fixture
def records(ringfence, home, tmp_path, monkeypatch):
    """An installation with reviewers, and a document; names are not what is tested here."""
    monkeypatch.setenv("RINGFENCE_REDACT__NAMES", "none")
    assert ringfence("init").code == 0
    with (home / "principals.toml").open("a") as file:
        file.write(PRINCIPALS)
    place = tmp_path / "records"
    place.mkdir()
    (place / "letter.txt").write_text(f"Letter\n\nSSN {SSN}, write to {MAIL} within 10 days.\n")
    return place


def logged(home, event):
    lines = (home / "audit.jsonl").read_text().splitlines() if home.exists() else []
    return [e["facts"] for e in map(json.loads, lines) if e["event"] == event]


def test_a_file_is_reported_without_its_values_and_nothing_is_indexed(ringfence, records, tmp_path):
    page, out = tmp_path / "page.html", tmp_path / "letter.redacted"
    done = ringfence("redact", records / "letter.txt", "--report", page, "--out", out, "--json")
    assert done.code == 0
    [document] = done.json["documents"]
    assert document["counts"] == {"EMAIL_ADDRESS": 1, "US_SSN": 1}
    assert [policy["name"] for policy in done.json["policies"]] == ["gdpr"]
    text, html = out.read_text(), page.read_text()
    for found in document["redactions"]:
        assert text[found["start"] : found["end"]].startswith(f"[{found['kind']}:")
    for written in (text, html, done.out, done.err):
        assert SSN not in written
        assert MAIL not in written
    assert "[US_SSN:" in html
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert ringfence("status", "--json").json["documents"]["live"] == 0


def test_another_policy_decides_otherwise_and_says_what_it_left(ringfence, records, tmp_path):
    ours = tmp_path / "ours.yaml"
    ours.write_text(
        "name: ours\nversion: 2\ndefault: mask\nkinds:\n  EMAIL_ADDRESS: keep\nallow: []\n"
    )
    done = ringfence("redact", records, "--policy", ours, "--json").json
    [document] = done["documents"]
    assert document["counts"].keys() >= {"US_SSN"}
    assert "EMAIL_ADDRESS" not in document["counts"]
    assert ("EMAIL_ADDRESS", "kept by policy") in {
        (f["kind"], f["reason"]) for f in document["left"]
    }
    assert done["policies"][0]["version"] == "2"
    assert ringfence("redact", records, "--policy", "nonsense").code == 2


def test_values_are_shown_to_who_may_see_them_and_that_is_on_record(
    ringfence, records, home, tmp_path
):
    page = tmp_path / "page.html"
    shown = ("redact", records, "--report", page, "--show-values", "--as")
    assert ringfence(*shown, "reviewer").code == 0
    assert SSN in page.read_text()
    [facts] = logged(home, "redact-values")
    assert facts["principal"] == "reviewer"
    assert facts["values"] == 2
    assert len(facts["documents"]) == 1
    assert SSN not in (home / "audit.jsonl").read_text()


def test_values_are_not_shown_to_who_may_not_see_them(ringfence, records, home, tmp_path):
    page = tmp_path / "page.html"
    shown = ("redact", records, "--report", page, "--show-values")
    refused = ringfence(*shown, "--as", "operator")
    assert refused.code == 5
    assert not page.exists()
    assert logged(home, "redact-values-refused") == [{"principal": "operator"}]
    assert ringfence(*shown).code == 2
    assert ringfence("redact", records, "--show-values", "--as", "reviewer").code == 2
    assert ringfence(*shown, "--as", "stranger").code == 0  # a reviewer, but of other documents
    assert SSN not in page.read_text()
    assert ringfence(*shown, "--as", "officer").code == 0  # who answers for all
    assert SSN in page.read_text()


def test_of_several_documents_those_that_fail_are_named_and_the_others_are_written(
    ringfence, records, tmp_path
):
    (records / f"{MAIL}.bin").write_bytes(b"\x00\x01")
    (records / "other.txt").write_text("Other\n\nThe ward is warm.\n")
    out = tmp_path / "out"
    page = tmp_path / "page.html"
    done = ringfence("redact", records, "--report", page, "--out", out)
    assert done.code == 4
    assert "not redacted: no parser for .bin" in done.out
    assert MAIL not in done.out + page.read_text()
    assert sorted(path.name for path in out.iterdir()) == ["0002.txt", "0003.txt"]
    assert ringfence("redact", records, "--out", out).code == 2  # it is there already


def test_commands_are_told_from_files(ringfence, records, monkeypatch):
    monkeypatch.chdir(records)
    assert ringfence("redact", "letter.txt", "--json").json["documents"]
    assert ringfence("redact", "--json", "file", "letter.txt").code == 2
    assert ringfence("redact", "file", "letter.txt", "--json").json["documents"]
    assert ringfence("redact", "gone.txt").code == 2
    shown = ringfence("redact", "--help").out
    assert all(name in shown for name in ("file", "sample", "review", "reviews"))


def test_a_check_goes_from_drawing_to_verdict(ringfence, records, home):
    ringfence("ingest", records)
    sample = ringfence("redact", "sample", "--count", "5", "--seed", "3", "--json").json
    [review] = sample["reviews"]
    assert review["reviewer"] == "reviewer"  # the stranger may not read it, nor the officer
    assert sample["unreadable"] == 0
    opened = ringfence("redact", "review", "--as", "reviewer", "--json").json
    assert opened["review"]["id"] == review["id"]
    assert "[US_SSN:" in opened["document"]["text"]
    verdict = ("redact", "review", review["id"], "--as", "reviewer", "--verdict", "missed")
    assert ringfence(*verdict).code == 2  # what was missed?
    judged = ringfence(*verdict, "--kind", "PERSON", "--note", f"also {MAIL}", "--json").json
    assert (judged["verdict"], judged["kinds"]) == ("missed", ["PERSON"])
    assert judged["note"].startswith("also [EMAIL_ADDRESS:")
    assert judged["hours"] >= 0
    assert ringfence(*verdict, "--kind", "PERSON").code == 5  # once
    listed = ringfence("redact", "reviews", "--json").json
    assert [one["id"] for one in listed["reviews"]] == [review["id"]]
    assert sum(one["random_missed"] + one["risk_missed"] for one in listed["estimates"]) == 1
    assert ringfence("redact", "reviews", "--waiting", "--json").json["reviews"] == []
    assert MAIL not in (home / "audit.jsonl").read_text()
    assert MAIL.encode() not in (home / "state.db").read_bytes()
    for event in ("redaction-sample", "redaction-review-opened", "redaction-review"):
        assert len(logged(home, event)) == 1
    assert ringfence("audit").code == 0


def test_checks_are_printed_for_people(ringfence, records):
    assert ringfence("redact", "sample").code == 0  # nothing is indexed, so nothing is drawn
    assert "no reviews" in ringfence("redact", "reviews").out
    ringfence("ingest", records)
    drawn = ringfence("redact", "sample", "--seed", "1")
    assert "letter.txt" in drawn.out
    assert "source never checked" in drawn.out
    assert "[US_SSN:" in ringfence("redact", "review", "--as", "reviewer").out
    listed = ringfence("redact", "reviews")
    assert "waiting" in listed.out
    assert "not known" in listed.out


def test_where_nothing_can_be_written_is_said_before_anything_is_done(ringfence, records, tmp_path):
    elsewhere = tmp_path / "real.html"
    elsewhere.write_text("mine")
    (tmp_path / "link.html").symlink_to(elsewhere)
    for place in (".", "/dev/null", tmp_path / "no" / "page.html", tmp_path / "link.html"):
        done = ringfence("redact", records, "--report", place)
        assert done.code == 2
        assert "cannot be written" in done.err
        assert not done.out
    assert ringfence("redact", records / "letter.txt", "--out", "/dev/null").code == 2
    assert elsewhere.read_text() == "mine"
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
