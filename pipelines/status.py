"""What an operator wants to know of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import NotFoundError
from rag.records import RedactedDocument, Stage
from rag.state.register import Register

if TYPE_CHECKING:
    from pipelines.build import Installation


def overview(register: Register, inst: Installation) -> dict[str, object]:
    """Return the counts of documents by stage, passages and the main settings."""
    entries = register.entries(tenant=inst.settings.tenant)
    counts = {stage.value: 0 for stage in Stage}
    for entry in entries:
        counts[entry.stage.value] += 1
    return {
        "home": str(inst.home.path),
        "tenant": inst.settings.tenant,
        "store": inst.settings.store.kind,
        "generator": inst.settings.generate.kind,
        "documents": counts,
        "chunks": sum(entry.chunks for entry in entries if entry.stage is Stage.LIVE),
    }


def failures(register: Register, tenant: str) -> list[dict[str, str]]:
    """Return the documents that are not indexed with their reasons; names are redacted."""
    return [
        {
            "document": entry.id,
            "name": str(entry.name),
            "failure": entry.failure,
            "reason": entry.reason,
        }
        for entry in register.entries(tenant=tenant)
        if entry.stage is Stage.FAILED
    ]


def find_document(register: Register, tenant: str, wanted: str) -> RedactedDocument:
    """Return a live document by its id or by the end of its name."""
    if register.entry(wanted) is not None:
        return register.document(wanted)
    matches = [
        entry.id
        for entry in register.entries(tenant=tenant)
        if entry.stage is Stage.LIVE and f"/{entry.name}".endswith(f"/{wanted}")
    ]
    if len(matches) > 1:
        raise NotFoundError(f"{len(matches)} documents have that name: give an id")
    if not matches:
        raise NotFoundError(f"no document `{wanted}`")
    return register.document(matches[0])
