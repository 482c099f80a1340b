"""Settings in, objects out: the one composition root.

Everything built here is cheap; what loads models or opens the index does so on first use, so
that a command that changes nothing loads nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pipelines.answer import Answering
from pipelines.home import Home, index_identity
from pipelines.ingest import Ingest
from pipelines.places import Places
from pipelines.stages import Stages
from rag.access.principals import Principals, load_principals
from rag.audit.log import ChainedLog
from rag.chunk.sections import SectionChunker
from rag.embed.encoder import SentenceEncoder
from rag.errors import ConfigurationError
from rag.ground.support import SupportGrounder
from rag.keys import Keys, load_keys
from rag.offline import switch_off_telemetry
from rag.plugins import load
from rag.ports import Connector, Generator, Store
from rag.redact.engine import PresidioRedactor
from rag.redact.names import NoNames
from rag.redact.pseudonyms import Pseudonyms
from rag.retrieve.search import FrozenRetriever, Retriever
from rag.settings import Settings, load_settings
from rag.state.register import Register, sqlite_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One installation, opened: its folder, settings, keys and principals."""

    home: Home
    settings: Settings
    keys: Keys
    principals: Principals


def open_installation(path: Path) -> Installation:
    """Read an installation's settings, key and principals."""
    switch_off_telemetry()
    os.umask(0o077)  # whatever is written from here on is for this user alone
    settings = load_settings(path)
    home = Home(path)
    return Installation(
        home=home,
        settings=settings,
        keys=load_keys(home.key),
        principals=load_principals(home.principals, home.api_keys, tenant=settings.tenant),
    )


def build_register(inst: Installation) -> Register:
    """The register of documents, in SQLite unless settings name another database."""
    return Register(inst.settings.state.url or sqlite_url(str(inst.home.database)))


def build_audit(inst: Installation) -> ChainedLog:
    """The audit log."""
    return ChainedLog(inst.home.audit, inst.keys.derive("audit"))


def build_places(inst: Installation) -> Places:
    """The names of places."""
    return Places(inst.keys.derive("places"), inst.settings.tenant)


def build_redactor(inst: Installation) -> PresidioRedactor:
    """The redactor with this installation's pseudonyms."""
    pseudonyms = Pseudonyms(inst.keys.derive("pseudonyms"))
    return PresidioRedactor(inst.settings.redact, pseudonyms, NoNames(), inst.settings.plugins)


def build_encoder(inst: Installation) -> SentenceEncoder:
    """The encoder of passages, questions and sentences."""
    return SentenceEncoder(inst.settings.embed)


def build_store(inst: Installation, dimensions: int) -> Store:
    """The index that the settings name."""
    store, retrieve = inst.settings.store, inst.settings.retrieve
    if store.kind == "server":
        from rag.store.server import ServerStore

        return ServerStore(
            store,
            dimensions,
            candidates=retrieve.candidates,
            bm25_weight=retrieve.bm25_weight,
        )
    if store.kind == "memory":
        from rag.store.memory import MemoryStore

        return MemoryStore(
            dimensions, candidates=retrieve.candidates, bm25_weight=retrieve.bm25_weight
        )
    from rag.store.edge import EdgeStore

    return EdgeStore(
        inst.home.index,
        dimensions,
        candidates=retrieve.candidates,
        bm25_weight=retrieve.bm25_weight,
    )


def build_generator(inst: Installation, encoder: SentenceEncoder, name: str) -> Generator:
    """A registered generator."""
    make = load("ringfence.generators", name, allowed=inst.settings.plugins)
    if not callable(make):
        raise ConfigurationError(f"the generator `{name}` cannot be made")
    return cast("Generator", make(inst.settings.generate, encoder))


def build_connector(inst: Installation, path: Path) -> Connector:
    """The connector that settings name, to what is at `path`."""
    kind = inst.settings.sources.kind
    make = load("ringfence.connectors", kind, allowed=inst.settings.plugins)
    if not callable(make):
        raise ConfigurationError(f"the connector `{kind}` cannot be made")
    return cast("Connector", make(path, inst.settings.sources))


def build_ingest(inst: Installation) -> Ingest:
    """The way of a document."""
    from connectors.formats.registry import default_formats

    encoder = build_encoder(inst)
    return Ingest(
        stages=Stages(
            formats=default_formats(),
            redactor=build_redactor(inst),
            chunker=SectionChunker(inst.settings.chunk),
            embedder=encoder,
            store=build_store(inst, encoder.dimensions),
        ),
        register=build_register(inst),
        audit=build_audit(inst),
        home=inst.home,
        settings=inst.settings,
        places=build_places(inst),
        index_identity=_index_identity(inst),
    )


def build_answering(inst: Installation) -> Answering:
    """The way of a question, with the generator that settings name."""
    [answering] = build_answerings(inst, [inst.settings.generate.kind])
    return answering


def build_answerings(inst: Installation, generators: Sequence[str]) -> list[Answering]:
    """The way of a question once a generator; they share everything else, so close only one.

    Several see the same evidence, found once.
    """
    encoder = build_encoder(inst)
    register = build_register(inst)
    store = build_store(inst, encoder.dimensions)
    redactor = build_redactor(inst)
    found = Retriever(encoder, store, register, inst.settings.retrieve)
    retriever = FrozenRetriever(found) if len(generators) > 1 else found
    return [
        Answering(
            redactor=redactor,
            retriever=retriever,
            generator=build_generator(inst, encoder, name),
            grounder=SupportGrounder(),
            audit=build_audit(inst),
            register=register,
            store=store,
            principals=inst.principals,
        )
        for name in generators
    ]


def settings_hash(settings: Settings) -> str:
    """Return a hash of everything configured, for runs and reports."""
    return hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:16]


def _index_identity(inst: Installation) -> str:
    if inst.settings.store.kind == "edge":
        return index_identity(inst.home)
    return f"{inst.settings.store.kind}:{inst.settings.store.url}:{inst.settings.store.collection}"
