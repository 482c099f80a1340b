"""An installation as parts of LlamaIndex."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.build import build_answering, build_redactor, open_installation

if TYPE_CHECKING:
    from rag.integrations.llama_index import RingfenceRedaction, RingfenceRetriever


def build_llama_retriever(home: Path, principal: str, *, limit: int = 5) -> RingfenceRetriever:
    """A LlamaIndex retriever over what a principal of an installation may read."""
    inst = open_installation(home)
    asker = inst.principals.named(principal)
    from rag.integrations.llama_index import RingfenceRetriever

    return RingfenceRetriever(build_answering(inst), asker, limit=limit)


def build_llama_redaction(home: Path, *, policy: str = "") -> RingfenceRedaction:
    """A LlamaIndex transform that redacts with the pseudonyms and policies of an installation."""
    inst = open_installation(home)
    from rag.integrations.llama_index import RingfenceRedaction

    return RingfenceRedaction(
        build_redactor(inst, [policy] if policy else []),
        tenant=inst.settings.tenant,
        key=inst.keys.derive("ids of nodes"),
        policy=policy,
    )
