"""Settings of who answers, and of how answers are checked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rag.settings.section import Section


class ModelSettings(Section):
    """A language model, and the server that runs it."""

    runtime: Literal["none", "llama.cpp", "llama-server", "ctransformers", "url"] = Field(
        default="none",
        description="What runs the model: a server started here, one at `url`, or none.",
    )
    name: str = Field(
        default="", description="The model's name in the register, or at the server of `url`."
    )
    url: str = Field(default="", description="Address of a model server that runs already.")
    key_file: str = Field(default="", description="File that holds that server's key.")
    ca_file: str = Field(default="", description="Certificate authority of that server.")
    program: str = Field(default="", description="The llama-server program, for that runtime.")
    lora: tuple[str, ...] = Field(
        default=(), description="Names of LoRA adapters in the register that requests may choose."
    )
    context: int = Field(
        default=4096, ge=256, le=1 << 20, description="Tokens of prompt and answer together."
    )
    slots: int = Field(default=2, ge=1, le=64, description="Questions answered at a time.")
    threads: int = Field(
        default=0, ge=0, description="Threads of the model; 0: as many as there are cores for us."
    )
    memory_mb: int = Field(
        default=8192,
        ge=0,
        description="Most memory of a server started here, without the mapped weights; 0: any.",
    )
    cache_mb: int = Field(
        default=256, ge=0, description="Memory for the prompts that such a server remembers."
    )
    timeout: float = Field(default=120, gt=0, description="Seconds to wait for an answer.")
    start_timeout: float = Field(
        default=300, gt=0, description="Seconds to wait for a server to load its model."
    )


class GenerateSettings(Section):
    """Who writes the answer."""

    kind: str = Field(default="extractive", description="Name of a registered generator.")
    sentences: int = Field(
        default=2, ge=1, description="Most sentences of an answer, a list's items aside."
    )
    minimum_support: float = Field(
        default=0.42, ge=0, le=1, description="Below this the extractive generator abstains."
    )
    template: str = Field(
        default="plain",
        description="What a model is told: plain, clinic, law, finance, reader, or a file.",
    )
    max_tokens: int = Field(
        default=200, ge=8, le=4096, description="Most tokens that a model writes for an answer."
    )
    lora: str = Field(default="", description="The LoRA adapter that answers, by its name.")
    lora_of: dict[str, str] = Field(
        default_factory=dict,
        description="Adapters by source: where the best evidence is of it, that one answers.",
    )


class TierRule(Section):
    """Who answers questions of a kind. Everything that is stated must hold."""

    words: tuple[str, ...] = Field(
        default=(), description="Words of the question: one entry must stand there whole."
    )
    sources: tuple[str, ...] = Field(
        default=(), description="Sources: evidence of one of them was found."
    )
    groups: tuple[str, ...] = Field(default=(), description="Groups: the asker is in one of them.")
    answer: Literal["extractive", "model", "larger", "nobody"] = Field(
        description="Who answers; nobody: an abstention."
    )
    why: str = Field(min_length=3, max_length=200, description="The reason, for the record.")


class TierSettings(Section):
    """Who answers what, where `generate.kind` is `tiers`."""

    rules: tuple[TierRule, ...] = Field(
        default=(), description="Rules by `words`, `sources` and `groups`; the first holds."
    )
    tokens_a_day: int = Field(
        default=0,
        ge=0,
        description="Tokens of models that each asker may use a day; 0: any number. Then "
        "sentences are chosen without a model.",
    )


class ModelsSettings(Section):
    """Which models may be registered."""

    allowed_licences: tuple[Literal["osi", "open-weights", "source-available"], ...] = Field(
        default=("osi",),
        description="Classes of licences that need no exception: osi, open-weights, "
        "source-available. Unknown terms always need one.",
    )


class GroundSettings(Section):
    """How answers are held against their evidence."""

    unsupported: Literal["remove", "mark"] = Field(
        default="remove",
        description="What is done with a sentence that its evidence does not support.",
    )
    contradictions: bool = Field(
        default=True, description="Cite evidence of other documents that contradicts an answer."
    )
    entailment_model: str = Field(
        default="",
        description="Folder of a model that says whether one sentence follows from another.",
    )
