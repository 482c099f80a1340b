"""What a principal may do besides reading what his groups let him read."""

from __future__ import annotations

from enum import StrEnum

from rag.errors import RefusedError
from rag.records import Principal


class Role(StrEnum):
    """The roles that `principals.toml` may give; without any, a principal only asks."""

    REIDENTIFY = "reidentify"
    PRIVACY_OFFICER = "privacy-officer"
    VAULT_ADMIN = "vault-admin"
    REDACTION_REVIEW = "redaction-review"


def has_role(principal: Principal, *roles: Role) -> bool:
    """Whether a principal has any of these roles."""
    return not principal.roles.isdisjoint(roles)


def require_role(principal: Principal, *roles: Role) -> None:
    """Refuse a principal who has none of these roles."""
    if not has_role(principal, *roles):
        names = " or ".join(f"`{role}`" for role in roles)
        raise RefusedError(f"this needs the role {names}, which `{principal.id}` has not")
