from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.access import api_keys
from rag.access.api_keys import ApiKeys, key_hash
from rag.errors import ConfigurationError
from rag.records import Principal

ITO = Principal(tenant="main", id="ito", groups=frozenset({"doctors"}))
ABEL = Principal(tenant="bank", id="abel", groups=frozenset())


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "api-keys.json"


def test_only_the_hash_of_a_key_is_kept_and_only_its_owner_may_read_the_file(keys):
    key = ApiKeys(keys).create(ITO)
    assert key.startswith("rf_")
    assert key not in keys.read_text()
    assert json.loads(keys.read_text()) == {key_hash(key): "ito"}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert [path.name for path in keys.parent.iterdir()] == [keys.name]


def test_keys_made_at_the_same_time_are_all_kept(keys):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ApiKeys(keys).create(ITO), range(24)))
    assert set(json.loads(keys.read_text())) == {key_hash(key) for key in made}


def test_every_key_of_a_principal_is_revoked_and_no_other(keys):
    made = ApiKeys(keys)
    mine, other = [made.create(ITO), made.create(ITO)], made.create(ABEL)
    assert made.revoke("ito") == 2
    assert [made.owner(key) for key in mine] == [None, None]
    assert made.owner(other) == "abel"
    assert json.loads(keys.read_text()) == {key_hash(other): "abel"}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert [path.name for path in keys.parent.iterdir()] == [keys.name]


def test_a_key_revoked_while_a_service_runs_opens_nothing_more(keys):
    running, key = ApiKeys(keys), ApiKeys(keys).create(ITO)
    assert running.owner(key) == "ito"
    assert ApiKeys(keys).revoke("ito") == 1
    assert running.owner(key) is None


@pytest.mark.parametrize("name", ["abel", "it", "ITO", "ito ", ""])
def test_revoking_who_has_no_key_changes_nothing(keys, name):
    ApiKeys(keys).create(ITO)
    before = (keys.stat().st_ino, keys.read_bytes())
    assert ApiKeys(keys).revoke(name) == 0
    assert (keys.stat().st_ino, keys.read_bytes()) == before


def test_revoking_where_there_are_no_keys_makes_no_file(keys):
    assert ApiKeys(keys).revoke("ito") == 0
    assert not keys.exists()


def test_of_a_damaged_file_nothing_is_revoked(keys):
    keys.write_bytes(b"{")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        ApiKeys(keys).revoke("ito")
    assert keys.read_bytes() == b"{"


def test_keys_made_while_others_are_revoked_are_kept(keys):
    def change(number):
        if number % 2:
            return ApiKeys(keys).revoke("ito")
        ApiKeys(keys).create(ITO)
        return ApiKeys(keys).create(ABEL)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(change, range(24)))
    left = ApiKeys(keys)
    assert {left.owner(key) for key in made[::2]} == {"abel"}


def test_a_change_that_fails_leaves_the_file_as_it_was(keys, monkeypatch):
    key = ApiKeys(keys).create(ITO)

    def fail(path, content):
        path.write_bytes(content[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(api_keys, "write_private", fail)
    with pytest.raises(OSError, match="No space"):
        ApiKeys(keys).revoke("ito")
    assert ApiKeys(keys).owner(key) == "ito"
    assert [path.name for path in keys.parent.iterdir()] == [keys.name]
