"""What is done with the vault as a whole: sealing it anew, and destroying what it holds."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.build import Installation, build_audit, build_redactor, build_register, build_vault
from pipelines.exclusive import exclusive
from pipelines.report import Progress, Silent
from rag.access.reasons import check_reason, without_values
from rag.access.roles import Role, require_role
from rag.errors import ConfigurationError, NotFoundError, RefusedError
from rag.keys import Keys, create_key
from rag.records import Principal
from rag.redact.tokens import PSEUDONYM
from rag.redact.vault import EncryptedVault
from rag.settings import NEXT_VAULT_KEY, VAULT_KEY, given_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What a rotation did; `given` says that the operator has to change the environment."""

    rewrapped: int
    given: bool


def rotate(inst: Installation, principal: Principal, progress: Progress | None = None) -> Rotation:
    """Seal the vault with a new key and drop the old one. Killed at any point, it is run again.

    Until the last row is sealed anew, both keys are there; no ingest runs meanwhile, so that no
    row is sealed with the old one behind its back.
    """
    _require(inst, principal, "vault-rotate", Role.VAULT_ADMIN)
    audit = build_audit(inst)
    register = build_register(inst)
    vault = build_vault(inst, register)
    given = given_key(VAULT_KEY) is not None
    with exclusive(inst.home.ingest_lock):
        try:
            following = _following(inst, given=given)
            facts = {"principal": principal.id, "tenant": principal.tenant, "key": following.id}
            audit.append("vault-rotate", {**facts, "before": inst.vault_ring.current().id})
            rewrapped = _rewrap(vault, following, progress or Silent())
            if not given:
                _take_over(inst.home.next_vault_key, inst.home.vault_key)
            audit.append("vault-rotated", {**facts, "rewrapped": rewrapped})
        finally:
            register.close()
    return Rotation(rewrapped=rewrapped, given=given)


def destroy(inst: Installation, tokens: Sequence[str], principal: Principal, reason: str) -> bool:
    """Make pseudonyms meaningless for good; say whether no log of the database holds them.

    The first one that there is not ends it; those before it are destroyed.
    """
    check_reason(reason)
    shaped = [token if PSEUDONYM.fullmatch(token) else "malformed" for token in tokens]
    _require(inst, principal, "vault-destroy", Role.VAULT_ADMIN, Role.PRIVACY_OFFICER)
    audit = build_audit(inst)
    register = build_register(inst)
    vault = build_vault(inst, register)
    clean = True
    try:
        # The record outlives what is destroyed: it must not say whom that was about.
        said = without_values(reason, _spellings(vault, principal.tenant, shaped))
        said = str(build_redactor(inst).redact_text(said, tenant=principal.tenant))
        facts = {"principal": principal.id, "tenant": principal.tenant, "reason": said}
        for token in shaped:
            if token == "malformed":  # noqa: S105 it is none
                raise NotFoundError("a pseudonym looks like [PERSON:k3f2mnop]")
            # Before it is done: what cannot be undone must not be missing from the record.
            audit.append("vault-destroy", {**facts, "token": token})
            clean = vault.destroy(principal.tenant, token) and clean
            audit.append("vault-destroyed", {**facts, "token": token})
    finally:
        register.close()
    return clean


def _spellings(
    vault: EncryptedVault, tenant: str, tokens: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """Return what pseudonyms stand for; nothing if the key is lost, since they can go without."""
    try:
        return vault.values(tenant, tokens)
    except ConfigurationError:
        return {}


def _require(inst: Installation, principal: Principal, event: str, *roles: Role) -> None:
    """Refuse who has no such role, on the record."""
    try:
        require_role(principal, *roles)
    except RefusedError:
        facts = {"principal": principal.id, "tenant": principal.tenant}
        build_audit(inst).append(f"{event}-refused", facts)
        raise


def _following(inst: Installation, *, given: bool) -> Keys:
    """Return the key that comes next, making one where the operator keeps keys in files."""
    if given and given_key(NEXT_VAULT_KEY) is None:
        raise ConfigurationError(
            f"{VAULT_KEY} is set: set {NEXT_VAULT_KEY} to the new key, and run this again"
        )
    if not given:
        create_key(inst.home.next_vault_key)
    following = inst.vault_ring.following()
    if following is None or following.id == inst.vault_ring.current().id:
        raise ConfigurationError("the next key of the vault is the one it has")
    return following


def _rewrap(vault: EncryptedVault, following: Keys, progress: Progress) -> int:
    rewrapped = 0
    while some := vault.rewrap(following):
        rewrapped += some
        for _ in range(some):
            progress.step()
    return rewrapped


def _take_over(following: Path, current: Path) -> None:
    """Put the next key in the place of the old one, durably."""
    following.replace(current)
    folder = os.open(current.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
