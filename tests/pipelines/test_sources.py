"""Named sources, tags and days: from a folder into the index, and what a search leaves out."""

from __future__ import annotations

import os

import pytest

from pipelines.build import build_answering, build_register, open_installation
from pipelines.places import PlaceTable
from pipelines.sources import SourceTable
from rag.api.filters import FiltersBody, narrowing_of
from rag.errors import ConfigurationError
from rag.settings import SETTINGS_FILE, SourceSettings

pytestmark = pytest.mark.usefixtures("without_names")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/srv/records/a.txt", "records"),
        ("/srv/records", "records"),
        ("/srv/records/us/deep/a.txt", "us"),
        ("/srv/records/usual/a.txt", "records"),
        ("/srv/a.txt", "folder"),
    ],
)
def test_the_longest_path_names_the_source(path, source):
    table = SourceTable(SourceSettings(named={"records": "/srv/records", "us": "/srv/records/us"}))
    assert table.of(("/", *path.strip("/").split("/"))) == source


def test_places_of_another_connector_are_its_own():
    table = SourceTable(SourceSettings(kind="mailbox", named={"in": "mail/inbox"}))
    assert table.of(("mail", "inbox", "1")) == "in"
    assert table.of(("mail", "sent", "1")) == "mailbox"


def test_one_place_cannot_be_two_sources(tmp_path):
    named = {"one": str(tmp_path), "two": str(tmp_path)}
    with pytest.raises(ConfigurationError, match="sources.named` says two things of"):
        SourceTable(SourceSettings(named=named))


def test_what_nothing_is_said_of_is_nothing():
    assert PlaceTable("x", []).of(("a", "b")) is None


@pytest.mark.parametrize("name", ["", "two words", "-x", "folder", "x" * 81, "a/b"])
def test_a_name_is_short_and_plain_and_not_that_of_the_rest(name):
    with pytest.raises(ValueError, match="named"):
        SourceSettings.model_validate({"named": {name: "/srv"}} | {"kind": "folder"})


RULES = '[[rule]]\npath = "**"\ngroups = ["operators"]\n'


@pytest.fixture
def find(ringfence, home):
    """Make an installation, and return what finds documents by name."""
    ringfence("init")
    (home / "principals.toml").write_text(
        '[[principal]]\nid = "carer"\ngroups = ["operators"]\npurpose = "care"\n'
        '[[principal]]\nid = "asker"\ngroups = ["operators"]\n'
    )
    inst = open_installation(home)
    answering, register = build_answering(inst), build_register(inst)

    def names(who: str = "asker", **filters: object) -> set[str]:
        asked = narrowing_of(FiltersBody.model_validate(filters))
        found = answering.search("boiler hedge staff", inst.principals.named(who), asked, limit=9)
        answering.close()  # lets go of the index, which the next ingest needs
        named = {entry.id: str(entry.name) for entry in register.entries()}
        return {named[one.document] for one in found.passages}

    yield names
    register.close()


@pytest.fixture
def ingest(ringfence, folder):
    return lambda: ringfence("ingest", folder, "--json").json


ALL = {"boiler.txt", "garden.txt", "deep/staff.csv"}


def test_a_search_is_narrowed_by_source_kind_tag_and_day(find, ingest, home, folder):
    (home / SETTINGS_FILE).write_text(f'[sources.named]\ndeep = "{folder}/deep"\n')
    rule = '[[rule]]\npath = "boiler.txt"\ngroups = ["operators"]\ntags = ["plant", "old"]\n'
    (folder / "permissions.toml").write_text(rule + RULES)
    os.utime(folder / "garden.txt", (0, 0))
    ingest()
    assert find() == ALL
    assert find(sources=["deep"]) == {"deep/staff.csv"}
    assert find(sources=["folder"]) == {"boiler.txt", "garden.txt"}
    assert find(kinds=["text/csv"]) == {"deep/staff.csv"}
    assert find(tags=["plant", "new"]) == {"boiler.txt"}
    assert find(until="1970-01-01") == {"garden.txt"}
    assert find(since="1970-01-02") == ALL - {"garden.txt"}
    assert find(sources=["deep"], tags=["plant"]) == set()


def test_a_changed_tag_or_source_is_taken_over_and_nothing_else_done_again(
    find, ingest, home, folder
):
    (folder / "permissions.toml").write_text(RULES)
    assert ingest()["indexed"] == 3
    os.utime(folder / "garden.txt")  # touched: neither done again nor dated anew
    assert ingest()["unchanged"] == 3
    assert find(tags=["plant"]) == set()

    rule = '[[rule]]\npath = "boiler.txt"\ngroups = ["operators"]\ntags = ["plant"]\n'
    (folder / "permissions.toml").write_text(rule + RULES)
    report = ingest()
    assert (report["indexed"], report["unchanged"]) == (1, 2)
    assert find(tags=["plant"]) == {"boiler.txt"}

    (home / SETTINGS_FILE).write_text(f'[sources.named]\ndeep = "{folder}/deep"\n')
    report = ingest()
    assert (report["indexed"], report["unchanged"]) == (1, 2)
    assert find(sources=["deep"]) == {"deep/staff.csv"}
    assert find(sources=["folder"]) == {"boiler.txt", "garden.txt"}


def test_a_purpose_holds_at_the_next_ingest_without_indexing(find, ingest, folder):
    (folder / "permissions.toml").write_text(RULES)
    ingest()
    assert find() == find("carer") == ALL
    rule = '[[rule]]\npath = "boiler.txt"\ngroups = ["operators"]\npurposes = ["care"]\n'
    (folder / "permissions.toml").write_text(rule + RULES)
    report = ingest()
    assert (report["indexed"], report["permissions_changed"]) == (0, 1)
    assert find() == ALL - {"boiler.txt"}
    assert find("carer") == ALL


def test_the_policy_of_a_source_decides_what_is_known_of_its_days(find, ingest, home, folder):
    (home / SETTINGS_FILE).write_text(
        f'[redact]\npolicy = "hipaa-safe-harbor"\n[redact.sources]\n"{folder}/deep" = "court"\n'
    )
    for name in ALL:
        os.utime(folder / name, (1_717_150_000, 1_717_150_000))  # 31 May 2024
    ingest()
    by_year = {"boiler.txt", "garden.txt"}
    assert find(since="2024-12-31") == find(until="2024-01-01") == by_year
    assert find(since="2025-01-01") == find(until="2023-12-31") == set()
