"""What goes wrong in a real folder must not keep its good documents out of the index."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from rag.settings import environment

pytestmark = pytest.mark.usefixtures("without_names")


@pytest.fixture
def mixed(folder):
    """The good folder with everything bad beside it."""
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj <<\n garbage \xff\xfe")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "ones.txt").write_bytes(b"\xff" * 4096)
    (folder / "picture.xyz").write_bytes(b"no format that is read")
    (folder / "fake.docx").write_bytes(b"PK\x03\x04 not a document")
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(300_000_000)  # sparse: refused by its size, before it is read
    return folder


def test_good_documents_are_indexed_and_bad_ones_listed_with_reasons(ringfence, mixed):
    ringfence("init")
    report = ringfence("ingest", mixed, "--json")
    assert report.code == 4
    assert report.json["indexed"] == 3
    assert report.json["failed"] == 6
    assert "Traceback" not in report.err
    assert "ringfence status --failed" in report.err
    failed = {
        row["name"]: row["reason"]
        for row in ringfence("status", "--failed", "--json").json["failed"]
    }
    assert set(failed) == {
        "broken.pdf",
        "empty.txt",
        "ones.txt",
        "picture.xyz",
        "fake.docx",
        "huge.txt",
    }
    assert all(reason for reason in failed.values())
    assert "max_bytes" in failed["huge.txt"]
    assert ringfence("doctor").code == 0
    asked = ringfence("ask", "How often is the boiler serviced?", "--as", "operator", "--json")
    assert "14 months" in asked.json["answer"]


def test_a_mended_document_leaves_the_list(ringfence, mixed):
    ringfence("init")
    ringfence("ingest", mixed)
    (mixed / "ones.txt").write_text("The attic is locked from May to August.")
    assert ringfence("ingest", mixed, "--json").json["indexed"] == 1
    names = {row["name"] for row in ringfence("status", "--failed", "--json").json["failed"]}
    assert "ones.txt" not in names


def test_a_document_that_breaks_later_is_taken_out_of_the_index(ringfence, folder):
    ringfence("init")
    ringfence("ingest", folder)
    (folder / "boiler.txt").write_bytes(b"\xff" * 2048)
    assert ringfence("ingest", folder, "--json").json["failed"] == 1
    asked = ringfence("ask", "How often is the boiler serviced?", "--as", "operator", "--json")
    assert "14 months" not in asked.json["answer"]


def test_a_folder_without_read_permission_is_listed_and_its_documents_stay(ringfence, folder):
    ringfence("init")
    ringfence("ingest", folder)
    (folder / "deep").chmod(0o000)
    # Root reads everything, unless it gives up the capabilities to do so.
    rights = "-dac_override,-dac_read_search"
    drop = ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}"]
    script = (
        "import sys\n"
        f"sys.argv = ['ringfence', 'ingest', {str(folder)!r}]\n"
        "from pipelines.cli import main\n"
        "main()\n"
    )
    command = [*(drop if os.geteuid() == 0 else []), sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    (folder / "deep").chmod(0o755)
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    failed = ringfence("status", "--failed", "--json").json["failed"]
    assert [row["name"] for row in failed] == ["deep"]
    assert "cannot be listed" in failed[0]["reason"]
    assert ringfence("status", "--json").json["documents"]["live"] == 3


def test_a_full_disk_is_one_line_and_nothing_is_half_done(ringfence, folder, monkeypatch):
    ringfence("init")
    monkeypatch.setenv("RINGFENCE_STATE__MIN_FREE_MB", "999999999")
    failed = ringfence("ingest", folder)
    assert failed.code == 3
    assert "free" in failed.err
    assert "Traceback" not in failed.err
    monkeypatch.delenv("RINGFENCE_STATE__MIN_FREE_MB")
    assert ringfence("ingest", folder, "--json").json["indexed"] == 3


def test_an_index_held_by_another_process_is_named(ringfence, folder, home, tmp_path):
    ringfence("init")
    ringfence("ingest", folder)
    script = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from rag.store.edge import EdgeStore
        store = EdgeStore(Path({str(home / "index")!r}), 384)
        store.versions()
        print("held", flush=True)
        sys.stdin.read()
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        refused = ringfence("ask", "How often is the boiler serviced?", "--as", "operator")
        holder.communicate("")
    assert refused.code == 3
    assert str(holder.pid) in refused.err
    assert "Traceback" not in refused.err
    asked = ringfence("ask", "How often is the boiler serviced?", "--as", "operator")
    assert asked.code == 0


def test_a_failing_redactor_indexes_nothing(ringfence, folder, monkeypatch):
    from rag.redact.engine import PresidioRedactor

    def broken(*args, **kwargs):
        raise RuntimeError("SSN 536-22-9187")

    ringfence("init")
    monkeypatch.setattr(PresidioRedactor, "redact", broken)
    report = ringfence("ingest", folder, "--json")
    assert (report.json["indexed"], report.json["failed"]) == (0, 3)
    shown = ringfence("status", "--failed")
    assert "536-22-9187" not in shown.out + shown.err + report.err
    assert ringfence("status", "--json").json["chunks"] == 0
