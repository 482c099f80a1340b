from __future__ import annotations

import os

import pytest

from rag.access.api_keys import ApiKeys, key_hash
from rag.access.principals import Principals, load_principals, read_principals
from rag.errors import ConfigurationError, UnauthenticatedError
from rag.records import Principal

TWO = """
[[principal]]
id = "ito"
name = "Dr Ito"
groups = ["doctors", "nurses", "doctors"]
clearance = 2
purpose = "care"

[[principal]]
id = "abel"
tenant = "bank"
"""
ITO = Principal(
    tenant="main",
    id="ito",
    name="Dr Ito",
    groups=frozenset({"doctors", "nurses"}),
    clearance=2,
    purpose="care",
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "principals.toml"
    path.write_text(TWO, encoding="utf-8")
    return path


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "api-keys.json"


def test_principals_are_read_with_their_groups_and_tenant(file):
    abel = Principal(tenant="bank", id="abel", groups=frozenset())
    assert read_principals(file, tenant="main") == [ITO, abel]


def test_principals_are_listed_by_id(file, keys):
    assert [p.id for p in load_principals(file, keys, tenant="main")] == ["abel", "ito"]


def test_an_empty_file_knows_nobody(tmp_path):
    path = tmp_path / "principals.toml"
    path.write_text("# nobody yet\n", encoding="utf-8")
    assert read_principals(path, tenant="main") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[[principal]]\nid = "a"\n[[principal]]\nid = "a"\n', "`a` stands there twice"),
        ("[[principal]]\nname = 'no id'\n", "principal.0.id"),
        ("[[principal]]\nid = ''\n", "principal.0.id"),
        ("[[principal]]\nid = 'a'\nclearance = -1\n", "principal.0.clearance"),
        ("[[principal]]\nid = 'a'\ngroup = ['x']\n", "principal.0.group"),
        ("[[principal]]\nid = 'a'\ngroups = 'doctors'\n", "principal.0.groups"),
        ("[principal]\nid = 'a'\n", "`principal`"),
        ("principal = 3\n", "`principal`"),
        ("[[principals]]\nid = 'a'\n", "`principals`"),
        ("[[principal\n", "not valid TOML"),
        (b"\xff\xfe", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_what_is_wrong(tmp_path, content, says):
    path = tmp_path / "principals.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigurationError) as refused:
        read_principals(path, tenant="main")
    assert says in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_principals(tmp_path / "none.toml", tenant="main")


def test_a_known_principal_is_found_and_an_unknown_one_is_refused(keys):
    known = Principals.of([ITO], ApiKeys(keys))
    assert known.named("ito") == ITO
    for name in ("Ito", "ito ", ""):
        with pytest.raises(UnauthenticatedError, match="unknown principal"):
            known.named(name)


def test_a_key_opens_for_its_owner_and_no_other_does(file, keys):
    key = ApiKeys(keys).create(ITO)
    people = load_principals(file, keys, tenant="main")
    assert people.authenticate(key) == ITO
    for wrong in ("", key[:-1], key.lower() + "x", key_hash(key), "\udcff"):
        with pytest.raises(UnauthenticatedError) as refused:
            people.authenticate(wrong)
        assert key not in str(refused.value)


def test_a_second_key_leaves_the_first_valid(file, keys):
    first, second = ApiKeys(keys).create(ITO), ApiKeys(keys).create(ITO)
    people = load_principals(file, keys, tenant="main")
    assert first != second
    assert people.authenticate(first) == people.authenticate(second) == ITO


def test_the_key_of_somebody_who_was_removed_opens_nothing(tmp_path, keys):
    key = ApiKeys(keys).create(ITO)
    path = tmp_path / "principals.toml"
    path.write_text("[[principal]]\nid = 'abel'\n", encoding="utf-8")
    with pytest.raises(UnauthenticatedError):
        load_principals(path, keys, tenant="main").authenticate(key)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b""])
def test_a_damaged_file_of_keys_is_refused(file, keys, content):
    keys.write_bytes(content)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_principals(file, keys, tenant="main")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        ApiKeys(keys).create(ITO)
    assert keys.read_bytes() == content


def test_a_key_made_while_a_service_runs_opens_at_once(file, keys):
    people = load_principals(file, keys, tenant="main")
    key = ApiKeys(keys).create(ITO)
    assert people.authenticate(key) == ITO
    keys.unlink()
    with pytest.raises(UnauthenticatedError):
        people.authenticate(key)


def test_a_group_that_is_taken_away_is_gone_at_once(file, keys):
    key = ApiKeys(keys).create(ITO)
    people = load_principals(file, keys, tenant="main")
    assert people.authenticate(key).groups == {"doctors", "nurses"}
    file.write_text(TWO.replace('"doctors", "nurses", "doctors"', '"nurses"'), encoding="utf-8")
    assert people.authenticate(key).groups == {"nurses"}
    assert people.named("ito").groups == {"nurses"}
    assert [person.groups for person in people] == [frozenset(), {"nurses"}]


def test_a_change_that_keeps_size_and_time_is_seen(file, keys):
    people = load_principals(file, keys, tenant="main")
    facts = file.stat()
    assert "doctors" in people.named("ito").groups
    aside = file.with_name("aside.toml")
    aside.write_text(TWO.replace("doctors", "porters"), encoding="utf-8")
    os.utime(aside, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    aside.replace(file)
    assert people.named("ito").groups == {"porters", "nurses"}


def test_somebody_who_is_removed_while_a_service_runs_is_let_in_no_more(file, keys):
    key = ApiKeys(keys).create(ITO)
    people = load_principals(file, keys, tenant="main")
    assert people.authenticate(key) == ITO
    file.write_text("[[principal]]\nid = 'abel'\n", encoding="utf-8")
    for refused in (lambda: people.authenticate(key), lambda: people.named("ito")):
        with pytest.raises(UnauthenticatedError):
            refused()
    file.write_text(TWO, encoding="utf-8")
    assert people.authenticate(key) == ITO


@pytest.mark.parametrize("content", ["[[principal", "[[principal]]\nid = ''\n", None])
def test_a_file_that_became_wrong_lets_nobody_in_until_it_is_mended(file, keys, content):
    key = ApiKeys(keys).create(ITO)
    people = load_principals(file, keys, tenant="main")
    assert people.authenticate(key) == ITO
    if content is None:
        file.unlink()
    else:
        file.write_text(content, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ConfigurationError):
            people.authenticate(key)
        with pytest.raises(ConfigurationError):
            people.named("ito")
    file.write_text(TWO, encoding="utf-8")
    assert people.authenticate(key) == ITO
