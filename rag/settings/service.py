"""Settings of what runs around it: the service, the state, comparisons."""

from __future__ import annotations

from pydantic import Field

from rag.settings.section import Section


class EvaluateSettings(Section):
    """What is compared."""

    generators: tuple[str, ...] = Field(
        default=("extractive", "passage"),
        min_length=1,
        description="Generators that `ringfence eval compare` asks; the first is the reference.",
    )
    margin: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="How much less often right than the reference is no worse, as a share.",
    )
    seconds_a_case: float = Field(
        default=600,
        gt=0,
        description="Seconds that the search and the answer of a case may take, each; then it has "
        "failed, and the model's server is started again.",
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
