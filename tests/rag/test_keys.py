from __future__ import annotations

import base64
import stat

import pytest
from pydantic import SecretStr

from rag.errors import ConfigurationError
from rag.keys import KEY_BYTES, KeyRing, Keys, create_key, load_keys

SECRET = bytes(range(KEY_BYTES))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys" / "installation.key"


def test_only_the_owner_may_read_a_new_key(path):
    create_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(path.read_bytes()) == KEY_BYTES


def test_two_installations_have_two_keys(tmp_path):
    create_key(tmp_path / "a")
    create_key(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() != (tmp_path / "b").read_bytes()


def test_a_key_that_exists_is_kept(path):
    create_key(path)
    before = path.read_bytes()
    create_key(path)
    assert path.read_bytes() == before


def test_a_key_is_the_same_whenever_it_is_loaded(path):
    create_key(path)
    assert load_keys(path).derive("audit") == load_keys(path).derive("audit")


def test_every_purpose_and_every_secret_has_a_key_of_its_own():
    keys = [Keys(SECRET), Keys(SECRET[::-1])]
    derived = {key.derive(purpose) for key in keys for purpose in ("audit", "places", "")}
    assert len(derived) == 6
    assert all(len(key) == 32 for key in derived)
    assert SECRET not in derived


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o601, 0o644])
def test_a_key_that_is_open_to_others_is_refused(path, mode):
    create_key(path)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_keys(path)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_that_only_its_owner_may_read_is_taken(path, mode):
    create_key(path)
    path.chmod(mode)
    assert load_keys(path)


def test_a_missing_key_says_where_it_was_looked_for(path):
    with pytest.raises(ConfigurationError, match="cannot be read") as refused:
        load_keys(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("length", [0, 16, KEY_BYTES - 1, KEY_BYTES + 1])
def test_a_key_of_another_length_is_refused_without_showing_it(path, length):
    path.parent.mkdir()
    path.write_bytes(b"z" * length)
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match="32 bytes") as refused:
        load_keys(path)
    assert "zz" not in str(refused.value)
    assert str(path) in str(refused.value)


def test_nothing_shows_the_secret():
    keys = Keys(SECRET)
    assert repr(keys) == str(keys) == f"{keys}" == "Keys(...)"
    assert not hasattr(keys, "__dict__")


def test_a_key_may_be_given_instead_of_a_file(path):
    given = SecretStr(base64.b64encode(SECRET).decode())
    assert load_keys(path, given).derive("audit") == Keys(SECRET).derive("audit")


@pytest.mark.parametrize("given", ["not base64!", "é", base64.b64encode(b"z" * 31).decode(), "zz"])
def test_a_given_key_that_is_none_is_refused_without_showing_it(path, given):
    with pytest.raises(ConfigurationError) as refused:
        load_keys(path, SecretStr(given))
    assert given not in str(refused.value)
    assert refused.value.__cause__ is None


def test_the_name_of_a_key_tells_it_apart_and_nothing_of_it():
    other = Keys(SECRET[::-1])
    assert Keys(SECRET).id == Keys(SECRET).id != other.id
    assert Keys(SECRET).id not in Keys(SECRET).derive("vault").hex()


class TestRing:
    """One key after another, while somebody uses them."""

    def test_a_key_that_comes_later_is_found_by_its_name(self):
        keys = {"current": Keys(SECRET), "next": None}
        ring = KeyRing(lambda: keys["current"], lambda: keys["next"])
        later = Keys(SECRET[::-1])
        with pytest.raises(ConfigurationError, match="put its key back"):
            ring.named(later.id)
        keys["next"] = later
        assert ring.named(later.id) is later
        assert ring.current().id == Keys(SECRET).id

    def test_the_old_key_opens_until_it_is_gone_from_memory(self):
        keys = {"current": Keys(SECRET)}
        ring = KeyRing(lambda: keys["current"], lambda: None)
        old = ring.current()
        keys["current"] = Keys(SECRET[::-1])
        assert ring.current().id != old.id
        assert ring.named(old.id) is old
        assert "Keys" not in repr(ring)
