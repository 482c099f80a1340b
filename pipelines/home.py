"""What lies where in the folder of one installation."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ConfigurationError
from rag.keys import KeyRing, Keys, create_key, load_keys
from rag.settings import (
    INSTALLATION_KEY,
    NEXT_VAULT_KEY,
    SETTINGS_FILE,
    VAULT_KEY,
    given_key,
)

_SETTINGS = """\
# Settings of this installation. The README lists every key with its default; an unknown key is
# refused. RINGFENCE_SECTION__KEY in the environment overrides a key of a section.

tenant = "main"

[store]
kind = "edge"
"""
_OPERATOR = """\
# Who may ask. Documents say which groups may read them; a principal without groups sees only
# what is public. `roles` let somebody do more than ask: "reidentify" (of documents he may read),
# "privacy-officer" (of all documents), "vault-admin", "redaction-review".

[[principal]]
id = "operator"
name = "Operator of this installation"
groups = ["operators"]
"""


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of an installation."""

    path: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.path / SETTINGS_FILE

    @property
    def principals(self) -> Path:
        """Who may ask."""
        return self.path / "principals.toml"

    @property
    def api_keys(self) -> Path:
        """Hashes of the API keys, and whose they are."""
        return self.path / "keys" / "api-keys.json"

    @property
    def key(self) -> Path:
        """The secret from which every key is derived."""
        return self.path / "keys" / "installation.key"

    @property
    def vault_key(self) -> Path:
        """The secret that seals the vault, kept apart from the one that makes pseudonyms."""
        return self.path / "keys" / "vault.key"

    @property
    def next_vault_key(self) -> Path:
        """The one that takes its place, while the vault is being sealed anew."""
        return self.path / "keys" / "vault.key.next"

    @property
    def database(self) -> Path:
        """The state database, unless settings name another."""
        return self.path / "state.db"

    @property
    def index(self) -> Path:
        """The embedded index."""
        return self.path / "index"

    @property
    def index_identity(self) -> Path:
        """A random word that dies with the index: documents of a lost index are not `done`."""
        return self.index / "identity"

    @property
    def audit(self) -> Path:
        """The audit log."""
        return self.path / "audit.jsonl"

    @property
    def models(self) -> Path:
        """The models that were admitted."""
        return self.path / "models.toml"

    @property
    def model_hashes(self) -> Path:
        """Hashes of model files that have not changed since they were computed."""
        return self.path / "models.hashes.json"

    @property
    def native(self) -> Path:
        """The model server that was built for this machine's processor."""
        return self.path / "native"

    @property
    def runs(self) -> Path:
        """Evaluation runs."""
        return self.path / "runs"

    @property
    def unfinished(self) -> Path:
        """There while index and register may differ: a killed run leaves it behind."""
        return self.path / "ingest.unfinished"

    @property
    def unscrubbed(self) -> Path:
        """There while the index's files may hold what was erased: see `ringfence erase`."""
        return self.path / "index.unscrubbed"

    @property
    def ingest_lock(self) -> Path:
        """Held by the one process that ingests."""
        return self.path / "ingest.lock"


def create_home(path: Path, *, principals: str = "") -> bool:
    """Make an installation, or complete one; what exists is left alone.

    Args:
        path: The folder of the installation.
        principals: Further `[[principal]]` tables for a new `principals.toml`.

    Returns:
        Whether there was none before.
    """
    home = Home(path)
    new = not home.settings.exists()
    try:
        os.umask(0o077)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file, variable in ((home.key, INSTALLATION_KEY), (home.vault_key, VAULT_KEY)):
            if given_key(variable) is None:
                create_key(file)
        for file, text in (
            (home.settings, _SETTINGS),
            (home.principals, _OPERATOR + principals),
        ):
            if not file.exists():
                file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    return new


def installation_keys(home: Home) -> Keys:
    """Return the installation's keys, from the environment or their file."""
    return load_keys(home.key, given_key(INSTALLATION_KEY))


def vault_ring(home: Home) -> KeyRing:
    """Return the vault's keys, from the environment or their files; refuse files open to others.

    An installation from before there was a vault has none; that is said when one is needed.
    """

    def current() -> Keys:
        try:
            return load_keys(home.vault_key, given_key(VAULT_KEY))
        except ConfigurationError as error:
            if home.vault_key.exists() or given_key(VAULT_KEY) is not None:
                raise
            raise ConfigurationError(f"{error}: `ringfence init` makes a missing one") from None

    def following() -> Keys | None:
        given = given_key(NEXT_VAULT_KEY)
        present = given is not None or home.next_vault_key.exists()
        return load_keys(home.next_vault_key, given) if present else None

    ring = KeyRing(current, following)
    if home.vault_key.exists() or given_key(VAULT_KEY) is not None:
        ring.current()
    ring.following()
    return ring


def index_identity(home: Home) -> str:
    """Return the identity of the embedded index, making one where there is none."""
    if not home.index_identity.exists() or not any(home.index.glob("shard*")):
        home.index.mkdir(mode=0o700, exist_ok=True)
        home.index_identity.write_text(secrets.token_hex(8), encoding="utf-8")
    return home.index_identity.read_text(encoding="utf-8")
