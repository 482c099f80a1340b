"""The commands as an operator meets them. End to end: what counts is what is printed."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.fixture
def installed(ringfence, folder):
    assert ringfence("init").code == 0
    assert ringfence("ingest", folder).code == 0
    return folder


def test_ask_prints_one_object_whose_quotes_stand_in_the_document(ringfence, installed):
    asked = ringfence("ask", "How often is the boiler serviced?", "--as", "operator", "--json")
    answer = asked.json
    assert asked.code == 0
    assert answer["verdict"] == "grounded"
    assert "14 months" in answer["answer"]
    assert set(answer) == {
        "answer",
        "verdict",
        "sentences",
        "citations",
        "model",
        "timings",
        "conflicts",
        "steps",
        "audit_id",
    }
    numbers = {citation["n"] for citation in answer["citations"]}
    assert all(set(sentence["citations"]) <= numbers for sentence in answer["sentences"])
    for citation in answer["citations"]:
        shown = ringfence("show", citation["document"], "--json").json
        assert shown["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert shown["title"] == citation["title"]


def test_ask_for_people_shows_the_evidence_sentence(ringfence, installed):
    asked = ringfence("ask", "How often is the boiler serviced?", "--as", "operator")
    assert "grounded" in asked.out
    assert "[1]" in asked.out
    assert "boiler.txt" in asked.out or "Boiler room" in asked.out


def test_what_no_document_answers_is_abstained(ringfence, installed):
    asked = ringfence(
        "ask", "Which currency is used on the moon of Jupiter?", "--as", "operator", "--json"
    )
    assert asked.code == 0
    assert asked.json["verdict"] == "abstained"
    assert asked.json["citations"] == []


def test_show_finds_a_document_by_its_name(ringfence, installed):
    shown = ringfence("show", "staff.csv", "--json")
    assert shown.code == 0
    assert "Role: Caretaker | Room: B12 | Days: 5" in shown.json["text"]
    assert {"id", "title", "text", "elements", "redactions"} <= set(shown.json)


def test_status_counts_what_is_live(ringfence, installed):
    facts = ringfence("status", "--json").json
    assert facts["documents"]["live"] == 3
    assert facts["documents"]["failed"] == 0


def test_a_second_ingest_finds_nothing_to_do(ringfence, installed):
    again = ringfence("ingest", installed, "--json").json
    assert (again["indexed"], again["unchanged"]) == (0, 3)
    assert not {"parse", "redact", "embed"} & set(again["seconds"])


def test_a_removed_document_is_gone(ringfence, installed):
    (installed / "boiler.txt").unlink()
    assert ringfence("ingest", installed, "--json").json["removed"] == 1
    asked = ringfence("ask", "How often is the boiler serviced?", "--as", "operator", "--json")
    assert "14 months" not in asked.json["answer"]
    assert ringfence("doctor").code == 0


def test_a_changed_document_replaces_its_old_version(ringfence, installed):
    (installed / "boiler.txt").write_text(
        "Boiler room\n\nThe boiler is serviced every 9 months by an outside firm.\n"
    )
    assert ringfence("ingest", installed, "--json").json["indexed"] == 1
    asked = ringfence("ask", "How often is the boiler serviced?", "--as", "operator", "--json")
    assert "9 months" in asked.json["answer"]
    assert "14 months" not in asked.out
    assert ringfence("doctor").code == 0


def test_changed_permissions_hold_without_indexing_again(ringfence, installed):
    (installed / "permissions.toml").write_text('[[rule]]\npath = "**"\ngroups = ["nobody"]\n')
    report = ringfence("ingest", installed, "--json").json
    assert (report["indexed"], report["permissions_changed"]) == (0, 3)
    asked = ringfence("ask", "How often is the boiler serviced?", "--as", "operator", "--json")
    assert asked.json["verdict"] == "abstained"
    assert asked.json["citations"] == []


def test_a_file_and_its_folder_give_one_document(ringfence, installed):
    assert ringfence("ingest", installed / "deep" / "staff.csv", "--json").json["unchanged"] == 1
    assert ringfence("ingest", installed / "deep", "--json").json["unchanged"] == 1
    assert ringfence("status", "--json").json["documents"]["live"] == 3


def test_a_lost_index_is_made_again(ringfence, installed, home):
    import shutil

    shutil.rmtree(home / "index")
    assert ringfence("ingest", installed, "--json").json["indexed"] == 3
    assert ringfence("doctor").code == 0


def test_an_api_key_is_printed_once_and_kept_as_a_hash(ringfence, installed, home):
    made = ringfence("key", "operator")
    value = made.out.strip()
    assert value.startswith("rf_")
    kept = (home / "keys" / "api-keys.json").read_text()
    assert value not in kept
    assert (home / "keys" / "api-keys.json").stat().st_mode & 0o077 == 0


def test_a_revoked_key_is_gone(ringfence, installed, home):
    ringfence("key", "operator")
    ringfence("key", "operator")
    assert ringfence("key", "operator", "--revoke", "--json").json == {"revoked": 2}
    assert (home / "keys" / "api-keys.json").read_text().strip() == "{}"


def test_a_place_that_is_gone_can_be_forgotten(ringfence, installed):
    import shutil

    shutil.rmtree(installed)
    assert ringfence("ingest", installed).code == 2
    assert ringfence("forget", installed, "--json").json == {"removed": 3}
    assert ringfence("status", "--json").json["documents"]["live"] == 0
    assert ringfence("doctor").code == 0


def test_a_crash_is_reported_without_the_words_of_its_error():
    script = (
        "import sys\n"
        "sys.argv = ['ringfence', 'principals']\n"
        "from pipelines import cli\n"
        "def broken():\n    raise ValueError('SSN 536-22-9187')\n"
        "cli._installation = broken\n"
        "cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert "unexpected ValueError" in done.stderr
    assert "536-22-9187" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("question", ["", "  ", "\udcff boiler"])
def test_a_question_that_is_no_text_is_refused(ringfence, installed, question):
    refused = ringfence("ask", question, "--as", "operator")
    assert refused.code == 2
    assert "question" in refused.err


def test_the_audit_log_holds_every_question_and_no_text(ringfence, installed, home):
    ringfence("ask", "How often is the boiler serviced?", "--as", "operator")
    log = (home / "audit.jsonl").read_text()
    assert '"event": "question"' in log
    assert "boiler" not in log.casefold()
    assert ringfence("audit").code == 0


def test_principals_of_the_demo_are_listed(ringfence):
    ringfence("init", "--demo")
    rows = ringfence("principals", "--json").json["principals"]
    assert {"operator", "dr.achterberg", "sol.bankole", "teller.okonkwo"} <= {r["id"] for r in rows}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("ingest", "no/such/folder"), 2, "no/such/folder"),
        (("ask", "Why?", "--as", "nobody.known"), 5, "unknown principal `nobody.known`"),
        (("show", "doc_of_nobody"), 2, "no document"),
        (("eval", "run", "hospital"), 2, "clinic, lawfirm, bank"),
        (("ask", "Why?"), 2, "--as"),
    ],
)
def test_a_mistake_gives_one_line_and_the_exit_code_of_its_remedy(ringfence, arguments, code, says):
    ringfence("init")
    failed = ringfence(*arguments)
    assert failed.code == code
    assert says in failed.err
    assert "Traceback" not in failed.err
    assert failed.out == ""


def test_without_an_installation_every_command_says_how_to_make_one(ringfence):
    for command in (("ingest", "."), ("status",), ("principals",), ("ask", "Why?", "--as", "a")):
        failed = ringfence(*command)
        assert failed.code == 2
        assert "ringfence init" in failed.err


def test_an_unknown_setting_is_refused_by_name(ringfence, home):
    ringfence("init")
    settings = home / "ringfence.toml"
    settings.write_text(settings.read_text() + "\n[chunk]\ntokns = 100\n")
    failed = ringfence("status")
    assert failed.code == 2
    assert "chunk.tokns" in failed.err


def test_help_is_quick_to_load_and_names_every_command():
    heavy = "torch numpy sqlalchemy fastapi presidio_analyzer qdrant_client qdrant_edge"
    script = (
        "import sys\n"
        "sys.argv = ['ringfence', '--help']\n"
        "from pipelines.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    for command in ("init", "ingest", "ask", "serve", "status", "doctor", "eval", "show"):
        assert command in done.stdout
    assert done.stdout.strip().endswith("[]")
