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
from typing import TYPE_CHECKING, cast

from pipelines.answer import Answering
from pipelines.erase import Erasure
from pipelines.erasing import Planner
from pipelines.home import Home, index_identity, installation_keys, vault_ring
from pipelines.ingest import Ingest
from pipelines.places import Places
from pipelines.policies import PolicyTable
from pipelines.reidentify import Reidentifier
from pipelines.retention import Retention
from pipelines.review import Checks
from pipelines.sources import SourceTable
from pipelines.stages import Stages
from pipelines.subjects import Subjects
from rag.access.principals import Principals, load_principals
from rag.audit.log import ChainedLog
from rag.chunk.sections import SectionChunker
from rag.embed.encoder import SentenceEncoder
from rag.errors import ConfigurationError
from rag.keys import KeyRing, Keys
from rag.offline import switch_off_telemetry
from rag.plugins import load
from rag.ports import Connector, Embedder, NameModel, People, Redactor, Store, Vault
from rag.redact.engine import PresidioRedactor
from rag.redact.kinds import KINDS
from rag.redact.names import NoNames
from rag.redact.policy import Policies
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.tagger.model import TaggerNames
from rag.redact.vault import EncryptedVault
from rag.settings import Settings, load_settings
from rag.state.database import sqlite_url
from rag.state.erasures import Erasures
from rag.state.register import Register
from rag.state.reviews import Reviews
from rag.state.vault import VaultRows

if TYPE_CHECKING:
    from rag.retrieve.ranked import Texts
    from rag.retrieve.search import Index, Retriever


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One installation, opened: its folder, settings, keys and principals.

    `files` is where what its settings name lies, such as models, if that is another folder: an
    evaluation has documents of its own and the models of the operator. `register` is the file of
    models, if it is another one than there: a benchmark may run one that is not registered.
    """

    home: Home
    settings: Settings
    keys: Keys
    vault_ring: KeyRing
    principals: Principals
    files: Home | None = None
    register: Path | None = None

    @property
    def named(self) -> Home:
        """Where what settings name lies."""
        return self.files or self.home


def open_installation(path: Path) -> Installation:
    """Read an installation's settings, keys and principals."""
    switch_off_telemetry()
    os.umask(0o077)  # whatever is written from here on is for this user alone
    settings = load_settings(path)
    home = Home(path)
    return Installation(
        home=home,
        settings=settings,
        keys=installation_keys(home),
        vault_ring=vault_ring(home),
        principals=load_principals(home.principals, home.api_keys, tenant=settings.tenant),
    )


def build_register(inst: Installation) -> Register:
    """The register of documents, in SQLite unless settings name another database."""
    return Register(inst.settings.state.url or sqlite_url(str(inst.home.database)))


def build_vault(inst: Installation, register: Register) -> EncryptedVault:
    """The vault of the documents' originals, in the register's database."""
    return EncryptedVault(VaultRows(register.database), inst.vault_ring, build_pseudonyms(inst))


def build_reidentifier(inst: Installation, redactor: Redactor | None = None) -> Reidentifier:
    """What gives originals back to who may have them."""
    register = build_register(inst)
    return Reidentifier(
        vault=build_vault(inst, register),
        redactor=redactor or build_redactor(inst),
        audit=build_audit(inst),
        register=register,
    )


def build_audit(inst: Installation) -> ChainedLog:
    """The audit log."""
    return ChainedLog(inst.home.audit, inst.keys.derive("audit"))


def build_places(inst: Installation) -> Places:
    """The names of places."""
    return Places(inst.keys.derive("places"), inst.settings.tenant)


def build_policies(inst: Installation, more: Sequence[str] = ()) -> Policies:
    """The policies that settings name, and more; a path starts from the installation's folder."""
    from rag.redact.policy_file import load_policies

    redact = inst.settings.redact
    return load_policies(
        (*redact.sources.values(), *more),
        default=redact.policy,
        base=inst.named.path,
        known_kinds=None if inst.settings.plugins else KINDS,  # a plugin may find others
    )


def build_policy_table(inst: Installation) -> PolicyTable:
    """Which of them a place has."""
    on_disk = inst.settings.sources.kind == "folder"
    return PolicyTable(inst.settings.redact.sources, on_disk=on_disk)


def build_source_table(inst: Installation) -> SourceTable:
    """Which source a place belongs to."""
    return SourceTable(inst.settings.sources)


def build_pseudonyms(inst: Installation) -> Pseudonyms:
    """The pseudonyms of the generation that settings name."""
    generation = inst.settings.redact.pseudonym_generation
    purpose = "pseudonyms" if generation == 1 else f"pseudonyms/{generation}"
    return Pseudonyms(inst.keys.derive(purpose))


def build_names(inst: Installation) -> NameModel:
    """The name model that settings name: the packaged one, that of a folder, or none."""
    name = inst.settings.redact.names
    if name == "none":
        return NoNames()
    return TaggerNames() if name == "packaged" else TaggerNames(Path(name))


def build_redactor(
    inst: Installation,
    more: Sequence[str] = (),
    *,
    vault: Vault | None = None,
    people: People | None = None,
) -> PresidioRedactor:
    """The redactor with this installation's pseudonyms and policies, and more of these."""
    return PresidioRedactor(
        inst.settings.redact,
        build_pseudonyms(inst),
        build_names(inst),
        inst.settings.plugins,
        policies=build_policies(inst, more),
        vault=vault,
        people=people,
    )


def build_question_redactor(inst: Installation) -> PresidioRedactor:
    """The redactor of questions, which knows whom a family name may mean."""
    return build_redactor(inst, people=build_vault(inst, build_register(inst)))


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
        quantise_above=store.quantise_above,
    )


def build_retriever(inst: Installation, encoder: Embedder, store: Index, texts: Texts) -> Retriever:
    """What finds evidence, with the glossary and the model that settings name."""
    from rag.embed.cross_encoder import PairReader
    from rag.retrieve.enough import FILE, judge
    from rag.retrieve.rewrite import Rewriter
    from rag.retrieve.search import Retriever

    settings = inst.settings.retrieve
    if (settings.rerank == "model") != bool(settings.rerank_model):
        raise ConfigurationError(
            "`retrieve.rerank_model` names the model where `retrieve.rerank` is `model`, and "
            "nothing else"
        )
    home = inst.named.path
    return Retriever(
        encoder,
        store,
        texts,
        settings,
        rewriter=Rewriter(home / settings.glossary if settings.glossary else None),
        reranker=PairReader(home / settings.rerank_model) if settings.rerank_model else None,
        judge=judge(home / FILE),
    )


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
    register = build_register(inst)
    vault = build_vault(inst, register) if inst.settings.redact.keep_originals else None
    store = build_store(inst, encoder.dimensions)
    return Ingest(
        stages=Stages(
            formats=default_formats(),
            redactor=build_redactor(inst, vault=vault),
            chunker=SectionChunker(inst.settings.chunk),
            embedder=encoder,
            store=store,
        ),
        register=register,
        audit=build_audit(inst),
        home=inst.home,
        settings=inst.settings,
        places=build_places(inst),
        policies=build_policy_table(inst),
        sources=build_source_table(inst),
        index_identity=_index_identity(inst),
        erasure=build_erasure(inst, store, register),
    )


def build_erasure(
    inst: Installation, store: Store | None = None, register: Register | None = None
) -> Erasure:
    """What erases, with proof; a service gives its own index and register."""
    register = register or build_register(inst)
    erasures = Erasures(register.database)
    return Erasure(
        tenant=inst.settings.tenant,
        store=store or build_store(inst, build_encoder(inst).dimensions),
        own_index=inst.settings.store.kind == "edge",
        register=register,
        planner=Planner(
            tenant=inst.settings.tenant,
            register=register,
            erasures=erasures,
            retention=build_retention(inst),
        ),
        audit=build_audit(inst),
        home=inst.home,
        keys=inst.keys,
    )


def build_subjects(inst: Installation, erasures: Erasures, register: Register) -> Subjects:
    """What finds the pseudonyms of a person."""
    return Subjects(
        tenant=inst.settings.tenant,
        pseudonyms=build_pseudonyms(inst),
        kinds=KINDS.keys(),
        people=build_vault(inst, register),
        erasures=erasures,
    )


def build_retention(inst: Installation) -> Retention:
    """How long documents are kept."""
    return Retention(inst.settings.sources.keep_days)


def build_checks(inst: Installation) -> Checks:
    """The queue of human checks, in the register's database."""
    register = build_register(inst)
    redactor = build_redactor(inst)
    return Checks(
        tenant=inst.settings.tenant,
        reviews=Reviews(register.database),
        register=register,
        audit=build_audit(inst),
        principals=inst.principals,
        redactor=redactor,
        kinds=(lambda: redactor.kinds | KINDS.keys()) if inst.settings.plugins else KINDS.keys,
    )


def build_answering(
    inst: Installation,
    redactor: Redactor | None = None,
    *,
    store: Store | None = None,
    register: Register | None = None,
) -> Answering:
    """The way of a question, with the generator that settings name."""
    name = inst.settings.generate.kind
    [answering] = build_answerings(inst, [name], redactor, store=store, register=register)
    return answering


def build_answerings(
    inst: Installation,
    generators: Sequence[str],
    redactor: Redactor | None = None,
    *,
    store: Store | None = None,
    register: Register | None = None,
) -> list[Answering]:
    """The way of a question once a generator; they share everything else, so close only one."""
    from pipelines.variants import answered_by, build_variants

    variants = [answered_by(inst.settings, name) for name in generators]
    return build_variants(inst, variants, redactor, store=store, register=register)


def settings_hash(settings: Settings) -> str:
    """Return a hash of everything configured, for runs and reports."""
    return hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:16]


def _index_identity(inst: Installation) -> str:
    if inst.settings.store.kind == "edge":
        return index_identity(inst.home)
    return f"{inst.settings.store.kind}:{inst.settings.store.url}:{inst.settings.store.collection}"
