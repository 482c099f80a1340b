"""Which model is measured, on which documents, and with which questions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from eval.cases import Case, load_cases
from pipelines.build import Installation, open_installation
from pipelines.corpora import cases_file
from pipelines.models import build_gate
from pipelines.suites import sample_installation
from rag.errors import ConfigurationError
from rag.settings import ModelSettings, home_folder

if TYPE_CHECKING:
    from rag.settings import Settings

READER = "ringfence-test-reader-1m"
_UNFIT = re.compile(r"[^a-z0-9._-]+")
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A model by its name, and the register it stands in; empty for the operator's own."""

    name: str
    register: str


def measured_model(inst: Installation, model: str, room: Path) -> Measured:
    """Return the model of that name in the register, or admit a file into one of its own.

    A file passes the same gate as one that is registered: form, header, terms.
    """
    path = _file(model)
    if path is None:
        build_gate(inst).model(model)
        return Measured(name=model, register="")
    register = room / "models.toml"
    name = _UNFIT.sub("-", path.stem.lower()).strip("-._")[:_LONGEST] or "measured"
    build_gate(replace(inst, register=register)).add(name, path, source="a benchmark")
    return Measured(name=name, register=str(register))


def measured_installation(measured: Measured, corpora: Sequence[str]) -> Installation:
    """Return the installation of the evaluations, in which this model answers."""
    inst = open_installation(home_folder())
    sample = sample_installation(inst, corpora)
    own = Path(measured.register) if measured.register else None
    return replace(sample, register=own, settings=_settings(sample.settings, measured))


def chosen_cases(corpora: Sequence[str], count: int) -> list[Case]:
    """Return questions of the sample corpora, the first by a hash of their ids."""
    cases = [case for name in corpora for case in load_cases(cases_file(name), corpus=name)]
    cases.sort(key=lambda case: hashlib.sha256(case.id.encode()).digest())
    return cases[:count]


def _settings(settings: Settings, measured: Measured) -> Settings:
    """Return the operator's settings, with this model; of a file of its own, without adapters."""
    from rag.generate.servers.open import LAUNCHES

    model, generate = settings.model, settings.generate
    if model.runtime not in LAUNCHES:
        model = ModelSettings(runtime="llama.cpp")
    change: dict[str, object] = {"name": measured.name}
    if measured.register:
        change["lora"] = ()
        told = {"lora": "", "lora_of": {}}
        if measured.name == READER:
            change["context"] = min(model.context, 1024)
            told["template"] = "reader"
        generate = generate.model_copy(update=told)
    return settings.model_copy(
        update={"model": model.model_copy(update=change), "generate": generate}
    )


def _file(model: str) -> Path | None:
    """Return the file that is meant; None for the name of a registered model."""
    if not model:
        import rag.generate

        return Path(rag.generate.__file__).parent / "weights" / f"{READER}.gguf"
    path = Path(model).expanduser()
    if path.exists():
        return path
    if "/" in model or path.suffix == ".gguf":
        raise ConfigurationError(f"there is no model at {path}")
    return None
