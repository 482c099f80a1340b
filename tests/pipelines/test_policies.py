"""A document's policy by its place, and an ingest that does again what a policy changes."""

from __future__ import annotations

import pytest

from pipelines.policies import PolicyTable
from pipelines.prose import POLICIES, with_kinds
from rag.errors import ConfigurationError
from rag.redact.policy import Action
from rag.redact.policy_file import parse_policy
from rag.settings import SETTINGS_FILE

pytestmark = pytest.mark.usefixtures("without_names")

_TABLE = PolicyTable({"/srv/records": "glba", "/srv/records/us": "hipaa-limited"})


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/srv/records/a.txt", "glba"),
        ("/srv/records", "glba"),
        ("/srv/records/us/deep/a.txt", "hipaa-limited"),
        ("/srv/records/usual/a.txt", "glba"),
        ("/srv/recordsets/a.txt", ""),
        ("/srv/a.txt", ""),
    ],
)
def test_the_longest_path_decides(path, policy):
    parts = ("/", *path.strip("/").split("/"))
    assert _TABLE.of(parts) == policy


def test_a_path_through_a_symbolic_link_is_the_place_it_leads_to(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    table = PolicyTable({str(link): "court"})
    assert table.of((*real.parts, "a.txt")) == "court"


def test_one_place_under_two_names_cannot_have_two_policies(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    with pytest.raises(ConfigurationError, match="says two things"):
        PolicyTable({str(real): "court", str(link): "gdpr"})


def test_a_relative_path_is_refused_as_it_would_never_be_found():
    with pytest.raises(ConfigurationError, match="records must be an absolute path"):
        PolicyTable({"records": "court"})


def test_places_of_other_connectors_are_their_own():
    table = PolicyTable({"mailbox/inbox": "court"}, on_disk=False)
    assert table.of(("mailbox", "inbox", "1.eml")) == "court"
    assert table.of(("mailbox", "sent", "1.eml")) == ""


_NOTE = "The ward is warm. MRN 00482913, SSN 536-22-9187, seen on 4 May 2011.\n"


@pytest.fixture
def records(tmp_path):
    """Two folders with a document each."""
    place = tmp_path / "records"
    for name in ("clinic", "bank"):
        (place / name).mkdir(parents=True)
        (place / name / "note.txt").write_text(f"About the {name}\n\n{_NOTE}")
    return place


def _settings(home, text: str) -> None:
    (home / SETTINGS_FILE).write_text(text, encoding="utf-8")


def test_a_changed_policy_does_again_exactly_what_it_affects(ringfence, home, records):
    ringfence("init")
    ours = home / "ours.yaml"
    head = "name: ours\nversion: 1\ndefault: mask\nkinds: {DATE: keep}\n"
    ours.write_text(head)
    _settings(
        home,
        f'[redact]\npolicy = "gdpr"\n[redact.sources]\n"{records}/bank" = "ours.yaml"\n',
    )
    assert ringfence("ingest", records, "--json").json["indexed"] == 2
    assert "SSN [US_SSN:" in ringfence("show", "clinic/note.txt").out
    assert "SSN [US_SSN], seen on 4 May 2011" in ringfence("show", "bank/note.txt").out

    again = ringfence("ingest", records, "--json").json
    assert (again["indexed"], again["unchanged"]) == (0, 2)

    ours.write_text(head.replace("keep", "generalise"))
    changed = ringfence("ingest", records, "--json").json
    assert (changed["indexed"], changed["unchanged"]) == (1, 1)
    assert "seen on [DATE=2011]" in ringfence("show", "bank/note.txt").out

    _settings(
        home,
        f'[redact]\npolicy = "court"\n[redact.sources]\n"{records}/bank" = "ours.yaml"\n',
    )
    changed = ringfence("ingest", records, "--json").json
    assert (changed["indexed"], changed["unchanged"]) == (1, 1)
    assert "seen on [DATE]" in ringfence("show", "clinic/note.txt").out


def test_a_document_that_its_policy_drops_is_on_the_list_of_failures(ringfence, home, records):
    ringfence("init")
    (home / "ours.yaml").write_text(
        "name: ours\nversion: 1\ndefault: mask\nkinds: {US_SSN: drop}\n"
    )
    _settings(home, f'[redact.sources]\n"{records}/bank" = "ours.yaml"\n')
    report = ringfence("ingest", records, "--json").json
    assert (report["indexed"], report["failed"]) == (1, 1)
    listed = ringfence("status", "--failed").out
    assert "US_SSN" in listed
    assert "536" not in listed


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ('[redact]\npolicy = "none"\n', "there is no policy `none`"),
        ('[redact]\npolicy = "gone.yaml"\n', "cannot be read"),
        ('[redact.sources]\n"/srv" = "bad.yaml"\n', "unknown kind `PRESON`"),
        ('[redact.sources]\n"srv" = "court"\n', "must be an absolute path"),
    ],
)
def test_a_policy_that_is_wrong_stops_the_ingest(ringfence, home, records, settings, problem):
    ringfence("init")
    (home / "bad.yaml").write_text("name: b\nversion: 1\ndefault: mask\nkinds: {PRESON: mask}\n")
    _settings(home, settings)
    outcome = ringfence("ingest", records)
    assert outcome.code == 2
    assert problem in " ".join(outcome.err.split())


def test_the_page_of_the_policies_is_up_to_date():
    page = POLICIES.read_text(encoding="utf-8")
    assert with_kinds(page) == page, "run `python -m pipelines.prose`"


def test_the_example_on_the_page_is_a_policy():
    page = POLICIES.read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    policy = parse_policy(example.encode(), "the example")
    assert policy.action("DATE") is Action.SHIFT
    for action in Action:
        assert f"| `{action.value}` |" in page
