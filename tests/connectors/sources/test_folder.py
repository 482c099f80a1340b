"""Files of a folder: what is listed, what is left out, and how reading fails."""

import errno
import os
from pathlib import Path

import pytest

from connectors.sources.folder import FolderConnector, scan_folder
from rag.errors import ConfigurationError, RetryError, SkipDocument
from rag.records import Acl, ListingGap, SourceItem
from rag.settings import SourceSettings
from rag.testing.connector_contract import ConnectorContract


class FolderSource:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, data: bytes) -> None:
        (self._folder / name).write_bytes(data)

    def remove(self, name: str) -> None:
        (self._folder / name).unlink()

    def connect(self) -> FolderConnector:
        return FolderConnector(self._folder, SourceSettings())


class TestFolderConnector(ConnectorContract):
    @pytest.fixture
    def source(self, tmp_path):
        return FolderSource(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b" / "deep").mkdir(parents=True)
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b" / "c.txt").write_text("two")
    (tmp_path / "b" / "deep" / "d.txt").write_text("three")
    return tmp_path


def connect(path: Path, **settings: object) -> FolderConnector:
    return FolderConnector(path, SourceSettings(**settings))


def names(connector: FolderConnector) -> list[str]:
    return [item.name for item in connector.items() if isinstance(item, SourceItem)]


def test_a_folder_is_listed_with_what_lies_below_it_in_order(folder):
    connector = connect(folder)
    assert names(connector) == ["a.txt", "c.txt", "d.txt"]
    assert connector.root == folder.resolve().parts
    places = [item.place for item in connector.items()]
    assert places[2] == (*folder.resolve().parts, "b", "deep", "d.txt")


def test_a_single_file_is_a_source_of_one_item_rooted_at_itself(folder):
    connector = connect(folder / "a.txt")
    (item,) = connector.items()
    assert item.place == connector.root == (folder / "a.txt").resolve().parts
    assert connector.fetch(item) == b"one"


def test_a_relative_path_is_the_same_source(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert connect(Path("b")).root == connect(folder / "b").root


def test_a_file_replaced_by_one_of_the_same_size_and_time_has_another_version(folder):
    (before,) = connect(folder / "a.txt").items()
    facts = (folder / "a.txt").stat()
    other = folder / "other.txt"
    other.write_text("two")
    os.utime(other, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    other.replace(folder / "a.txt")
    (after,) = connect(folder / "a.txt").items()
    assert (folder / "a.txt").stat().st_mtime_ns == facts.st_mtime_ns
    assert after.size == before.size
    assert after.version != before.version


def test_a_file_that_nobody_touched_keeps_its_version(folder):
    assert list(connect(folder).items()) == list(connect(folder).items())


@pytest.mark.parametrize(
    "name", [".hidden.txt", "permissions.toml", "~$report.docx", ".~lock.a.odt#", "a.txt~", "a.swp"]
)
def test_hidden_files_permissions_and_leftovers_are_left_out(folder, name):
    (folder / name).write_text("")
    assert names(connect(folder)) == ["a.txt", "c.txt", "d.txt"]


@pytest.mark.parametrize("name", ["~notes.txt", "a~b.txt", "permissions.toml.txt", "my.hidden"])
def test_names_that_only_look_like_leftovers_are_listed(folder, name):
    (folder / name).write_text("x")
    assert name in names(connect(folder))


def test_hidden_folders_are_left_out(folder):
    (folder / ".git").mkdir()
    (folder / ".git" / "config.txt").write_text("x")
    assert "config.txt" not in names(connect(folder))


def test_what_python_compiled_is_left_out(folder):
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "notes.txt").write_text("x")
    (folder / "module.pyc").write_bytes(b"x")
    (folder / "pycache.txt").write_text("x")
    assert names(connect(folder)) == ["a.txt", "pycache.txt", "c.txt", "d.txt"]


def test_links_are_not_followed(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("x")
    (folder / "file-link.txt").symlink_to(outside / "secret.txt")
    (folder / "folder-link").symlink_to(outside)
    (folder / "circle").symlink_to(folder)
    assert names(connect(folder)) == ["a.txt", "c.txt", "d.txt"]


def test_pipes_are_not_listed(folder):
    os.mkfifo(folder / "pipe.txt")
    assert "pipe.txt" not in names(connect(folder))


def test_a_missing_path_is_one_clear_line(tmp_path):
    with pytest.raises(ConfigurationError, match=r"nowhere does not exist$") as raised:
        connect(tmp_path / "nowhere")
    assert "\n" not in str(raised.value)


def test_a_circle_of_links_is_the_operators_to_mend(tmp_path):
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        connect(tmp_path / "one")


def test_a_pipe_is_no_source(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="neither a folder nor a file"):
        connect(tmp_path / "pipe")


def test_a_folder_that_cannot_be_listed_is_a_gap_and_the_rest_goes_on(folder):
    def scan(path):
        if path.name == "deep":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scan_folder(path)

    found = list(FolderConnector(folder, SourceSettings(), scan=scan).items())
    assert [item.name for item in found[:2]] == ["a.txt", "c.txt"]
    assert found[2] == ListingGap(
        place=(*folder.resolve().parts, "b", "deep"), reason="cannot be listed: permission denied"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_without_read_permission_is_a_gap(folder):
    (folder / "b" / "deep").chmod(0)
    try:
        found = list(connect(folder).items())
    finally:
        (folder / "b" / "deep").chmod(0o700)
    assert [type(entry) for entry in found] == [SourceItem, SourceItem, ListingGap]


def test_a_name_that_is_no_text_is_a_gap(folder):
    with open(os.fsencode(folder) + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"x")
    gaps = [entry for entry in connect(folder).items() if isinstance(entry, ListingGap)]
    assert [gap.reason for gap in gaps] == ["its name is not valid UTF-8"]


def test_very_deep_folders_are_listed(tmp_path):
    deep = tmp_path
    for _ in range(300):
        deep = deep / "d"
        deep.mkdir()
    (deep / "a.txt").write_text("x")
    assert names(connect(tmp_path)) == ["a.txt"]


def test_a_large_file_is_listed_but_not_read(folder, monkeypatch):
    connector = connect(folder, max_bytes=4)
    items = {item.name: item for item in connector.items()}
    assert connector.fetch(items["a.txt"]) == b"one"
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))
    with pytest.raises(SkipDocument, match=r"^larger than sources.max_bytes: 5 of 4 bytes$"):
        connector.fetch(items["d.txt"])


def test_a_file_that_has_grown_too_large_since_is_not_read(folder):
    connector = connect(folder, max_bytes=4)
    item = next(iter(connector.items()))
    (folder / "a.txt").write_text("far more")
    with pytest.raises(SkipDocument, match="8 of 4 bytes"):
        connector.fetch(item)


def test_a_link_that_took_the_files_place_is_refused(folder):
    connector = connect(folder)
    item = next(iter(connector.items()))
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(folder / "b" / "c.txt")
    with pytest.raises(SkipDocument, match="cannot be read"):
        connector.fetch(item)


def test_a_pipe_that_took_the_files_place_does_not_block(folder):
    connector = connect(folder)
    item = next(iter(connector.items()))
    (folder / "a.txt").unlink()
    os.mkfifo(folder / "a.txt")
    with pytest.raises(SkipDocument, match="no regular file"):
        connector.fetch(item)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (errno.ENOENT, SkipDocument),
        (errno.ENOTDIR, SkipDocument),
        (errno.EACCES, SkipDocument),
        (errno.EISDIR, SkipDocument),
        (errno.EIO, RetryError),
        (errno.EMFILE, RetryError),
        (errno.ESTALE, RetryError),
    ],
)
def test_errors_of_reading_are_told_by_remedy_without_the_path(folder, monkeypatch, code, error):
    connector = connect(folder)
    item = next(iter(connector.items()))

    def fail(path, *_):
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(error) as raised:
        connector.fetch(item)
    assert "a.txt" not in str(raised.value)


def test_without_permissions_the_default_groups_read(folder):
    connector = connect(folder, default_groups=("staff",))
    assert not connector.permissions_found
    assert connector.deciding_file is None
    assert {item.acl for item in connector.items()} == {Acl(groups=frozenset({"staff"}))}


def test_permissions_of_the_folder_hold(folder):
    (folder / "permissions.toml").write_text('[[rule]]\npath = "b/*"\ngroups = ["care"]\n')
    connector = connect(folder)
    assert connector.permissions_found
    assert connector.deciding_file == folder.resolve() / "permissions.toml"
    acls = {item.name: item.acl for item in connector.items()}
    assert acls == {
        "a.txt": Acl(),
        "c.txt": Acl(groups=frozenset({"care"})),
        "d.txt": Acl(),
    }


@pytest.mark.parametrize("part", ["b", "b/c.txt"])
def test_permissions_above_hold_for_a_part(folder, part):
    (folder / "permissions.toml").write_text('[[rule]]\npath = "b/c.txt"\npublic = true\n')
    connector = connect(folder / part)
    items = {item.name: item for item in connector.items()}
    assert items["c.txt"].acl == Acl(public=True)
    assert connector.deciding_file == folder.resolve() / "permissions.toml"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_rules_of_whose_documents_these_are_hold_and_those_of_others_do_not(folder):
    rules = folder / "permissions.toml"
    rules.write_text('[[rule]]\npath = "**"\npublic = true\n')
    os.chown(rules, 12345, -1)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        connect(folder / "b")
    os.chown(folder / "b", 12345, -1)
    assert {item.acl for item in connect(folder / "b").items()} == {Acl(public=True)}


def test_rules_that_are_no_plain_file_stop_the_listing(folder):
    (folder / "permissions.toml").write_text('[[rule]]\npath = "**"\npublic = true\n')
    (folder / "b" / "permissions.toml").symlink_to(folder / "gone")
    connector = connect(folder)
    with pytest.raises(ConfigurationError, match=r"b/permissions\.toml is no plain file"):
        list(connector.items())


def test_the_same_file_has_the_same_place_however_it_is_reached(folder):
    whole = {item.name: item for item in connect(folder).items()}
    (alone,) = connect(folder / "b" / "c.txt").items()
    assert alone == whole["c.txt"]


def test_a_file_has_its_day_and_the_tags_of_its_rule(folder):
    (folder / "permissions.toml").write_text(
        '[[rule]]\npath = "b/c.txt"\npublic = true\ntags = ["policy", "old"]\n'
    )
    os.utime(folder / "a.txt", (1_717_199_999, 1_717_199_999))
    os.utime(folder / "b" / "c.txt", (1_717_200_000, 1_717_200_000))
    first, second, _ = (dict(item.metadata) for item in connect(folder).items())
    assert first == {"modified": "2024-05-31"}
    assert second == {"modified": "2024-06-01", "tags": "old\npolicy"}
