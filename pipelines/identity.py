"""What answers, by its hashes: so that a run can be told from one with another model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import rag.generate
from pipelines.build import build_encoder
from pipelines.build_answers import TIERS
from pipelines.models import build_models
from rag.generate.tiers import LARGER, MODEL
from rag.settings import ModelSettings

if TYPE_CHECKING:
    from pipelines.build import Installation

_NOT_KNOWN = "not known: it is served elsewhere"


def model_hashes(inst: Installation, generator: str) -> Mapping[str, str]:
    """Return the hashes of all models and weights that a generator answers with."""
    weights = (Path(rag.generate.__file__).parent / "ranking.json").read_bytes()
    found = {
        "encoder": build_encoder(inst).fingerprint,
        "extractive": hashlib.sha256(weights).hexdigest(),
    }
    known = {entry.name: entry.sha256 for entry in build_models(inst).entries()}
    for model in _asked(inst, generator):
        served = model.runtime == "url"
        for name in (model.name, *model.lora):
            found[name or "model"] = _NOT_KNOWN if served else known.get(name, "not registered")
    return found


def prompt_version(inst: Installation, generator: str) -> str:
    """Return the version of what models are told; empty where none is asked."""
    from rag.generate.prompts.template import load_template

    if not [*_asked(inst, generator)]:
        return ""
    return load_template(inst.settings.generate.template, base=inst.named.path).fingerprint


def _asked(inst: Installation, generator: str) -> Iterator[ModelSettings]:
    """Yield the models of the settings that a generator asks."""
    if generator in (TIERS, MODEL):
        yield inst.settings.model
    if generator == LARGER or (generator == TIERS and inst.settings.larger_model.runtime != "none"):
        yield inst.settings.larger_model
