"""The way of a question several times over, each with settings of its own for who answers.

They share the index, the encoder, the redaction and the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.answer import Answering
from pipelines.build import (
    Installation,
    build_audit,
    build_encoder,
    build_question_redactor,
    build_register,
    build_retriever,
    build_store,
)
from pipelines.build_answers import build_answerer
from rag.ground.leaks import LeakScan
from rag.ports import Redactor, Store
from rag.settings import Settings
from rag.state.register import Register


def build_variants(
    inst: Installation,
    variants: Sequence[Settings],
    redactor: Redactor | None = None,
    *,
    store: Store | None = None,
    register: Register | None = None,
) -> list[Answering]:
    """One way of a question for each; close only one of them.

    Of the settings those that say who answers and what evidence he gets may differ, no others.
    """
    encoder = build_encoder(inst)
    register = register or build_register(inst)
    store = store or build_store(inst, encoder.dimensions)
    redactor = redactor or build_question_redactor(inst)
    audit = build_audit(inst)
    leaks = LeakScan(redactor, audit)
    made = []
    for settings in variants:
        own = replace(inst, settings=settings)
        answerer = build_answerer(own, encoder, register, settings.generate.kind)
        made.append(
            Answering(
                redactor=redactor,
                retriever=build_retriever(own, encoder, store, register),
                answerer=answerer,
                audit=audit,
                register=register,
                store=store,
                principals=inst.principals,
                leaks=leaks,
            )
        )
    return made


def answered_by(settings: Settings, generator: str) -> Settings:
    """Return settings under which another generator answers."""
    generate = settings.generate.model_copy(update={"kind": generator})
    return settings.model_copy(update={"generate": generate})


def with_evidence(settings: Settings, tokens: int) -> Settings:
    """Return settings under which evidence has other tokens."""
    retrieve = settings.retrieve.model_copy(update={"evidence_tokens": tokens})
    return settings.model_copy(update={"retrieve": retrieve})
