"""One Settings for the whole installation: `ringfence.toml`, then the environment.

The only place that reads the environment. Every stage's constructor gets its own section.
An unknown key is refused, so that a misspelt setting cannot silently do nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError

from rag.errors import ConfigurationError
from rag.settings.answers import (
    GenerateSettings,
    GroundSettings,
    ModelSettings,
    ModelsSettings,
    TierSettings,
)
from rag.settings.documents import (
    ChunkSettings,
    EmbedSettings,
    RedactSettings,
    RetrieveSettings,
    SourceSettings,
    StoreSettings,
)
from rag.settings.section import Section
from rag.settings.service import ApiSettings, EvaluateSettings, StateSettings
from rag.settings.told import explained, read_toml

SETTINGS_FILE = "ringfence.toml"
PREFIX = "RINGFENCE_"

# Settings of the process rather than of the installation: read here, not part of the file.
HOME_VARIABLE = "RINGFENCE_HOME"
TEST_SERVER_VARIABLE = "RINGFENCE_TEST_QDRANT_URL"
TEST_DATA_VARIABLE = "RINGFENCE_TEST_DATA"
TEST_VARIABLES = frozenset({HOME_VARIABLE, TEST_SERVER_VARIABLE, TEST_DATA_VARIABLE})
# Keys in base64, where no key shall lie in a file.
INSTALLATION_KEY = "RINGFENCE_INSTALLATION_KEY"
VAULT_KEY = "RINGFENCE_VAULT_KEY"
NEXT_VAULT_KEY = "RINGFENCE_VAULT_KEY_NEXT"
KEY_VARIABLES = frozenset({INSTALLATION_KEY, VAULT_KEY, NEXT_VAULT_KEY})


class Settings(Section):
    """Everything that can be configured."""

    tenant: str = Field(default="main", description="Tenant of documents and principals.")
    sources: SourceSettings = Field(default_factory=SourceSettings)
    redact: RedactSettings = Field(default_factory=RedactSettings)
    chunk: ChunkSettings = Field(default_factory=ChunkSettings)
    embed: EmbedSettings = Field(default_factory=EmbedSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    retrieve: RetrieveSettings = Field(default_factory=RetrieveSettings)
    generate: GenerateSettings = Field(default_factory=GenerateSettings)
    model: ModelSettings = Field(default_factory=ModelSettings)
    larger_model: ModelSettings = Field(default_factory=ModelSettings)
    models: ModelsSettings = Field(default_factory=ModelsSettings)
    tiers: TierSettings = Field(default_factory=TierSettings)
    ground: GroundSettings = Field(default_factory=GroundSettings)
    evaluate: EvaluateSettings = Field(default_factory=EvaluateSettings)
    api: ApiSettings = Field(default_factory=ApiSettings)
    state: StateSettings = Field(default_factory=StateSettings)
    plugins: tuple[str, ...] = Field(
        default=(), description="Installed plugins that may be loaded; no other is."
    )


def home_folder() -> Path:
    """Return the folder of this installation: RINGFENCE_HOME, else `.ringfence` here."""
    return Path(os.environ.get(HOME_VARIABLE) or ".ringfence").absolute()


def test_qdrant_url() -> str:
    """Return the address of a Qdrant server for the contract tests; empty means there is none."""
    return os.environ.get(TEST_SERVER_VARIABLE, "")


def test_data() -> Path | None:
    """Return the folder of further texts for tests to read; None means there is none."""
    named = os.environ.get(TEST_DATA_VARIABLE, "")
    return Path(named) if named else None


def given_key(variable: str) -> SecretStr | None:
    """Return a key that the environment holds, if it does."""
    value = os.environ.get(variable, "").strip()
    return SecretStr(value) if value else None


def environment() -> dict[str, str]:
    """Return a copy of the environment, for those who start or prepare processes."""
    return dict(os.environ)


def load_settings(home: Path) -> Settings:
    """Read the installation's settings, or raise `ConfigurationError` naming what is wrong."""
    path = home / SETTINGS_FILE
    if not path.is_file():
        raise ConfigurationError(f"no installation in {home}: run `ringfence init` first")
    values = read_toml(path)
    _overlay(values, os.environ)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(f"{path} or the environment: {explained(error)}") from error


def _overlay(values: dict[str, object], variables: Mapping[str, str]) -> None:
    """Lay `RINGFENCE_SECTION__KEY=value` over what the file says."""
    for name, value in sorted(variables.items()):
        if not name.startswith(PREFIX) or name in TEST_VARIABLES | KEY_VARIABLES:
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        if not key:
            values[section] = value
            continue
        group = values.setdefault(section, {})
        if not isinstance(group, dict):
            raise ConfigurationError(f"{name}: `{section}` is not a section")
        group[key] = value


def read_secret(path: str, *, setting: str) -> SecretStr | None:
    """Read a secret from the file a setting names; an empty name means there is none."""
    if not path:
        return None
    try:
        return SecretStr(Path(path).read_text(encoding="utf-8").strip())
    except OSError as error:
        raise ConfigurationError(
            f"`{setting}` names {path}, which cannot be read: {error.strerror}"
        ) from error
    except UnicodeDecodeError:
        raise ConfigurationError(f"`{setting}` names {path}, which is not text") from None
