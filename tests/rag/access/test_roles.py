from __future__ import annotations

import pytest

from rag.access.principals import read_principals
from rag.access.reasons import LONGEST_REASON, check_reason
from rag.access.roles import Role, has_role, require_role
from rag.errors import ConfigurationError, RefusedError
from rag.records import Principal


def principal(*roles: str) -> Principal:
    return Principal(tenant="main", id="ito", groups=frozenset(), roles=frozenset(roles))


def test_nobody_has_a_role_unless_it_is_given(tmp_path):
    path = tmp_path / "principals.toml"
    path.write_text(
        '[[principal]]\nid = "a"\n[[principal]]\nid = "b"\nroles = ["reidentify", "vault-admin"]\n'
    )
    plain, trusted = read_principals(path, tenant="main")
    assert plain.roles == frozenset()
    assert trusted.roles == {Role.REIDENTIFY, Role.VAULT_ADMIN}


def test_a_role_that_there_is_not_is_refused_by_its_place(tmp_path):
    path = tmp_path / "principals.toml"
    path.write_text('[[principal]]\nid = "a"\nroles = ["reidentify", "emperor"]\n')
    with pytest.raises(ConfigurationError, match=r"principal\.0\.roles\.1") as refused:
        read_principals(path, tenant="main")
    assert "privacy-officer" in str(refused.value)


def test_any_of_the_roles_is_enough():
    require_role(principal("vault-admin"), Role.PRIVACY_OFFICER, Role.VAULT_ADMIN)
    assert has_role(principal("vault-admin"), Role.VAULT_ADMIN)
    with pytest.raises(RefusedError, match="`privacy-officer` or `reidentify`"):
        require_role(principal("vault-admin"), Role.PRIVACY_OFFICER, Role.REIDENTIFY)


@pytest.mark.parametrize("reason", ["", "  \n", "a\x00b", "\ud800", "x" * (LONGEST_REASON + 1)])
def test_a_reason_that_says_nothing_is_refused(reason):
    with pytest.raises(RefusedError, match="a reason is needed"):
        check_reason(reason)


@pytest.mark.parametrize(
    "reason", ["x", "Zwei\nZeilen", "x" * LONGEST_REASON, "患者の依頼", "a\u00a0b"]
)
def test_any_other_reason_will_do(reason):
    check_reason(reason)
