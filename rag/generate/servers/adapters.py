"""LoRA adapters: small files that turn a model to a domain, loaded with it, chosen by a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ConfigurationError
from rag.models.gguf import read_header
from rag.models.records import GgufHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """An adapter by the name that requests give, and its admitted file."""

    name: str
    path: Path


def check_adapters(adapters: Sequence[Adapter], model: GgufHeader) -> None:
    """Refuse what is not an adapter for this model: native code would end for it."""
    for adapter in adapters:
        header = read_header(adapter.path)
        if not header.adapter:
            raise ConfigurationError(
                f"the LoRA adapter `{adapter.name}` is a model, not an adapter"
            )
        if header.architecture != model.architecture:
            raise ConfigurationError(
                f"the LoRA adapter `{adapter.name}` is for {header.architecture}, "
                f"the model is {model.architecture}"
            )
