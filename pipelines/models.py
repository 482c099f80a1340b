"""The models of an installation: the gate, and what the commands print of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pipelines.build import build_audit
from rag.models.admission import AdmissionGate, Verification
from rag.models.hashes import RememberedHashes
from rag.models.register import Entry, ModelRegister

if TYPE_CHECKING:
    from pipelines.build import Installation
    from rag.models.hashes import Advance
    from rag.models.records import AdmittedModel


def build_models(inst: Installation) -> ModelRegister:
    """The register of an installation."""
    return ModelRegister(inst.register or inst.named.models)


def build_gate(inst: Installation) -> AdmissionGate:
    """The gate that models pass to be registered and to be run."""
    return AdmissionGate(
        build_models(inst),
        RememberedHashes(inst.named.model_hashes),
        inst.settings.models.allowed_licences,
        build_audit(inst),
    )


def verify_all(inst: Installation, names: list[str], advance: Advance) -> tuple[Verification, ...]:
    """Verify registered models, all of them if none is named."""
    gate = build_gate(inst)
    wanted = names or [entry.name for entry in build_models(inst).entries()]
    return tuple(gate.verify(name, advance) for name in wanted)


def bytes_of(inst: Installation, names: list[str]) -> int:
    """Return how many bytes verifying will read."""
    entries = build_models(inst).entries()
    return sum(entry.size for entry in entries if not names or entry.name in names)


def entry_body(entry: Entry) -> dict[str, object]:
    """Return a registered model as JSON."""
    return {**asdict(entry), "doubts": list(entry.doubts)}


def admitted_body(model: AdmittedModel) -> dict[str, object]:
    """Return what was admitted as JSON, without the text of its chat template."""
    return {
        **asdict(model),
        "path": str(model.path),
        "chat_template": bool(model.chat_template),
        "licence": {**asdict(model.licence), "doubts": list(model.licence.doubts)},
    }
