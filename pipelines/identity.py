"""What answers, by its hashes: so that a run can be told from one with another model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import rag.generate
from pipelines.build import build_encoder
from pipelines.build_answers import TIERS
from pipelines.models import build_models
from rag.errors import RingfenceError
from rag.generate.tiers import LARGER, MODEL
from rag.settings import ModelSettings

if TYPE_CHECKING:
    from pipelines.build import Installation

_NOT_KNOWN = "not known: its server does not answer"


def model_hashes(inst: Installation, generator: str) -> Mapping[str, str]:
    """Return the hashes of all models and weights that a generator answers with.

    Of a model at a server that somebody else runs, what the server says that it serves.
    """
    weights = (Path(rag.generate.__file__).parent / "ranking.json").read_bytes()
    found = {
        "encoder": build_encoder(inst).fingerprint,
        "extractive": hashlib.sha256(weights).hexdigest(),
    }
    known = {entry.name: entry.sha256 for entry in build_models(inst).entries()}
    for model in _asked(inst, generator):
        if model.runtime == "url":
            found[model.name or "model"] = _told(model)
            continue
        for name in (model.name, *model.lora):
            found[name or "model"] = known.get(name, "not registered")
    return found


def served_elsewhere(inst: Installation, generator: str) -> bool:
    """Whether a server that is not started here answers for a generator."""
    return any(model.runtime == "url" for model in _asked(inst, generator))


def refuse_silent(inst: Installation, generator: str) -> None:
    """Raise unless every server that somebody else runs answers, and has the model."""
    for model in _asked(inst, generator):
        if model.runtime == "url":
            served_as(model)


def served_as(model: ModelSettings) -> str:
    """Return what a server says that it serves, and where it is.

    Raises:
        RetryError: It does not answer.
        ConfigurationError: It is none that is known, or has no such model.
    """
    from rag.generate.servers.open import open_model

    with closing(open_model(model)) as client:
        name = re.split(r"[\\/]", client.model_name())[-1]
        kind = client.facts().kind
    host = urlsplit(model.url).netloc.rpartition("@")[2]
    return f"{name}, as {kind} at {host} says"


def _told(model: ModelSettings) -> str:
    try:
        return served_as(model)
    except RingfenceError:
        return _NOT_KNOWN


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
