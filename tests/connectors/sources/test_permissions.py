"""Rules of permissions.toml: which files they match, and what is wrong with bad ones."""

import os

import pytest

from connectors.sources.permissions import PermissionsTree, permissions_for
from rag.errors import ConfigurationError
from rag.records import Acl


@pytest.fixture
def permissions(tmp_path):
    def read(text: str):
        (tmp_path / "permissions.toml").write_text(text, encoding="utf-8")
        return permissions_for(tmp_path, default_groups=("operators",))

    return read


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("wards/*", "wards/a.pdf", True),
        ("wards/*", "wards/deep/a.pdf", False),
        ("wards/*", "awards/a.pdf", False),
        ("wards/**", "wards/a.pdf", True),
        ("wards/**", "wards/deep/er/a.pdf", True),
        ("wards/**", "wards", False),
        ("**/*.pdf", "a.pdf", True),
        ("**/*.pdf", "x/y/a.pdf", True),
        ("**/*.pdf", "x/y/a.pdf.txt", False),
        ("**", "x/y", True),
        ("*", "a.txt", True),
        ("*", "x/a.txt", False),
        ("a?.txt", "ab.txt", True),
        ("a?.txt", "a/.txt", False),
        ("rota-*.csv", "rota-2025-06.csv", True),
        ("a.txt", "abtxt", False),
        ("[ab].txt", "a.txt", True),
        ("[ab].txt", "c.txt", False),
        ("[!ab].txt", "c.txt", True),
        ("[a-c]x", "bx", True),
        ("x[!a]y", "x/y", False),
        ("odd(1)+$^.txt", "odd(1)+$^.txt", True),
        ("x/**/z.txt", "x/z.txt", True),
        ("x/**/z.txt", "x/a/b/z.txt", True),
        ("x/**/z.txt", "xz.txt", False),
        ("Wards/*", "wards/a.pdf", False),
        ("[", "[", True),
        ("line\\nbreak*", "line\nbreak.txt", True),
    ],
)
def test_globs(permissions, tmp_path, glob, path, matches):
    rules = permissions(f'[[rule]]\npath = "{glob}"\npublic = true\n')
    assert rules.acl(tmp_path / path) == (Acl(public=True) if matches else Acl())


def test_the_first_rule_that_matches_wins(permissions, tmp_path):
    rules = permissions(
        '[[rule]]\npath = "a/*"\ngroups = ["one"]\nclearance = 2\n'
        '[[rule]]\npath = "a/b.txt"\npublic = true\ndiscoverable = true\n'
    )
    assert rules.acl(tmp_path / "a/b.txt") == Acl(groups=frozenset({"one"}), clearance=2)


def test_a_rule_may_name_purposes_and_tags(permissions, tmp_path):
    rules = permissions(
        '[[rule]]\npath = "a/*"\npublic = true\npurposes = ["care"]\ntags = ["policy", "ward 3"]\n'
    )
    rule = rules.rule(tmp_path / "a/b.txt")
    assert rule.acl == Acl(public=True, purposes=frozenset({"care"}))
    assert rule.tags == {"policy", "ward 3"}
    assert rules.rule(tmp_path / "c.txt").tags == frozenset()


def test_no_rules_at_all_means_nobody(permissions, tmp_path):
    rules = permissions("")
    assert rules.file == tmp_path / "permissions.toml"
    assert rules.acl(tmp_path / "a.txt") == Acl()


def test_the_nearest_file_above_holds(tmp_path):
    (tmp_path / "permissions.toml").write_text('[[rule]]\npath = "**"\npublic = true\n')
    inner = tmp_path / "in" / "ner"
    inner.mkdir(parents=True)
    (tmp_path / "in" / "permissions.toml").write_text(
        '[[rule]]\npath = "ner/*"\ngroups = ["near"]\n'
    )
    rules = permissions_for(inner, default_groups=())
    assert rules.acl(inner / "a.txt") == Acl(groups=frozenset({"near"}))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("not toml", "not valid TOML"),
        ('[[rule]]\npath = "a"\ngruops = ["x"]', "rule 1: unknown key `gruops`"),
        ('[[rule]]\npath = "a"\n[[rule]]\ngroups = ["x"]', "rule 2: `path` is missing"),
        ('[[rule]]\npath = ""', "rule 1: `path` is missing"),
        ("[[rule]]\npath = 1", "rule 1: `path` must be a text"),
        ('[[rule]]\npath = "a"\ngroups = "x"', "rule 1: `groups` must be a list of names"),
        ('[[rule]]\npath = "a"\ngroups = [1]', "rule 1: `groups` must be a list of names"),
        ('[[rule]]\npath = "a"\npublic = "yes"', "rule 1: `public` must be true or false"),
        ('[[rule]]\npath = "a"\npublic = 1', "rule 1: `public` must be true or false"),
        ('[[rule]]\npath = "a"\nclearance = true', "rule 1: `clearance` must be a whole number"),
        ('[[rule]]\npath = "a"\nclearance = -1', "rule 1: `clearance` must not be negative"),
        ('[[rule]]\npath = "a"\npurposes = "x"', "rule 1: `purposes` must be a list of names"),
        ('[[rule]]\npath = "a"\npurposes = [" "]', "rule 1: `purposes` must be a list of names"),
        ('[[rule]]\npath = "a"\npurposes = []', "rule 1: `purposes` names none"),
        ('[[rule]]\npath = "a"\ntags = [3]', "rule 1: `tags` must be a list of names"),
        ('[[rule]]\npath = "a"\ntags = ["x\\ny"]', "rule 1: a tag has letters"),
        ('[[rule]]\npath = "/a"', "rule 1: `path` must be relative"),
        ('[[rule]]\npath = "../a"', "rule 1: `path` must be relative"),
        ("[[rule]]\npath = 'a\\b'", "rule 1: `path` must be relative"),
        ('[rule]\npath = "a"', "write \\[\\[rule\\]\\] with two brackets"),
        ("rule = [1]", "rule 1: write \\[\\[rule\\]\\] with two brackets"),
        ('[[rules]]\npath = "a"', "unknown key `rules`"),
    ],
)
def test_a_wrong_file_is_refused_with_where_and_why(permissions, text, problem):
    with pytest.raises(ConfigurationError, match=f"permissions.toml.*{problem}"):
        permissions(text)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "permissions.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        permissions_for(tmp_path, default_groups=())


def test_a_nearer_file_replaces_one_farther_up(tmp_path):
    (tmp_path / "permissions.toml").write_text('[[rule]]\npath = "**"\ngroups = ["all"]\n')
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "permissions.toml").write_text('[[rule]]\npath = "b/*"\ngroups = ["few"]\n')
    tree = PermissionsTree(default_groups=["operators"])
    assert tree.acl(tmp_path / "x.txt") == Acl(groups=frozenset({"all"}))
    assert tree.acl(tmp_path / "a" / "b" / "x.txt") == Acl(groups=frozenset({"few"}))
    assert tree.acl(tmp_path / "a" / "x.txt") == Acl()


def placed_folder(file):
    file.mkdir()


def placed_pipe(file):
    os.mkfifo(file)


def placed_link_to_nothing(file):
    file.symlink_to(file.parent / "gone.toml")


def placed_link_to_itself(file):
    file.symlink_to(file)


def placed_link_to_rules(file):
    (file.parent / "rules.toml").write_text('[[rule]]\npath = "**"\npublic = true\n')
    file.symlink_to(file.parent / "rules.toml")


@pytest.mark.parametrize(
    "place",
    [
        placed_folder,
        placed_pipe,
        placed_link_to_nothing,
        placed_link_to_itself,
        placed_link_to_rules,
    ],
)
def test_what_is_no_plain_file_is_refused_and_not_passed_over(tmp_path, place):
    (tmp_path / "permissions.toml").write_text('[[rule]]\npath = "**"\npublic = true\n')
    inner = tmp_path / "inner"
    inner.mkdir()
    place(inner / "permissions.toml")
    with pytest.raises(ConfigurationError, match=r"inner/permissions\.toml is no plain file"):
        permissions_for(inner, default_groups=("operators",))


def test_a_file_that_turns_into_a_link_when_it_is_opened_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "permissions.toml"
    file.write_text('[[rule]]\npath = "**"\npublic = true\n')
    plain = file.lstat()
    file.rename(tmp_path / "elsewhere.toml")
    file.symlink_to(tmp_path / "elsewhere.toml")
    monkeypatch.setattr(type(file), "lstat", lambda _: plain)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        permissions_for(tmp_path, default_groups=())


def test_a_file_that_anybody_may_change_is_refused(tmp_path):
    file = tmp_path / "permissions.toml"
    file.write_text('[[rule]]\npath = "**"\npublic = true\n')
    file.chmod(0o646)
    with pytest.raises(ConfigurationError, match="can be changed by anybody.*chmod o-w"):
        permissions_for(tmp_path, default_groups=())


def test_a_file_that_its_group_may_change_holds(tmp_path):
    file = tmp_path / "permissions.toml"
    file.write_text('[[rule]]\npath = "**"\npublic = true\n')
    file.chmod(0o664)
    rules = permissions_for(tmp_path, default_groups=())
    assert rules.acl(tmp_path / "a.txt") == Acl(public=True)


@pytest.fixture
def foreign(tmp_path, monkeypatch):
    """A permissions.toml of another user than the one who runs this."""
    file = tmp_path / "permissions.toml"
    file.write_text('[[rule]]\npath = "**"\npublic = true\n')
    if os.geteuid() == 0:
        os.chown(file, 12345, -1)
    else:
        other = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: other)
    return file


def test_a_file_of_another_user_is_refused_also_above(foreign):
    inner = foreign.parent / "in" / "ner"
    inner.mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="belongs to another user.*chown") as refused:
        permissions_for(inner, default_groups=())
    assert str(foreign) in str(refused.value)


def test_a_file_of_whose_documents_these_are_holds(foreign):
    tree = PermissionsTree(default_groups=(), owner=foreign.stat().st_uid)
    assert tree.acl(foreign.parent / "a.txt") == Acl(public=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_of_root_holds_for_everybody(tmp_path, monkeypatch):
    (tmp_path / "permissions.toml").write_text('[[rule]]\npath = "**"\npublic = true\n')
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    rules = permissions_for(tmp_path, default_groups=())
    assert rules.acl(tmp_path / "a.txt") == Acl(public=True)


def test_a_path_of_very_many_folders_has_permissions(tmp_path):
    tree = PermissionsTree(default_groups=["operators"])
    deep = tmp_path.joinpath(*["d"] * 1500)
    assert tree.acl(deep / "a.txt") == Acl(groups=frozenset({"operators"}))
