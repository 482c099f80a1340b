"""One Settings for the whole installation: `ringfence.toml`, then the environment.

The only place that reads the environment. Every stage's constructor gets its own section.
An unknown key is refused, so that a misspelt setting cannot silently do nothing.
"""

from __future__ import annotations

from rag.settings.answers import (
    GenerateSettings,
    GroundSettings,
    ModelSettings,
    ModelsSettings,
    TierRule,
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
from rag.settings.loading import (
    HOME_VARIABLE,
    INSTALLATION_KEY,
    KEY_VARIABLES,
    NEXT_VAULT_KEY,
    PREFIX,
    SETTINGS_FILE,
    TEST_DATA_VARIABLE,
    TEST_SERVER_VARIABLE,
    TEST_VARIABLES,
    VAULT_KEY,
    Settings,
    environment,
    given_key,
    home_folder,
    load_settings,
    read_secret,
    test_data,
    test_qdrant_url,
)
from rag.settings.section import Section
from rag.settings.service import (
    ApiSettings,
    EvaluateSettings,
    StateSettings,
)
from rag.settings.told import explained, read_toml

__all__ = [
    "HOME_VARIABLE",
    "INSTALLATION_KEY",
    "KEY_VARIABLES",
    "NEXT_VAULT_KEY",
    "PREFIX",
    "SETTINGS_FILE",
    "TEST_DATA_VARIABLE",
    "TEST_SERVER_VARIABLE",
    "TEST_VARIABLES",
    "VAULT_KEY",
    "ApiSettings",
    "ChunkSettings",
    "EmbedSettings",
    "EvaluateSettings",
    "GenerateSettings",
    "GroundSettings",
    "ModelSettings",
    "ModelsSettings",
    "RedactSettings",
    "RetrieveSettings",
    "Section",
    "Settings",
    "SourceSettings",
    "StateSettings",
    "StoreSettings",
    "TierRule",
    "TierSettings",
    "environment",
    "explained",
    "given_key",
    "home_folder",
    "load_settings",
    "read_secret",
    "read_toml",
    "test_data",
    "test_qdrant_url",
]
