"""The index itself: what it is, making it fast, taking it elsewhere."""

from __future__ import annotations

import hashlib
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace

from pipelines.build import (
    Installation,
    build_audit,
    build_encoder,
    build_ingest,
    build_register,
    build_store,
)
from pipelines.clock import Clock
from pipelines.exclusive import exclusive
from pipelines.report import Progress, Silent
from rag.errors import ConfigurationError, NotFoundError, RetryError
from rag.ports import Store
from rag.records import Embedded, IndexFacts, IndexRow, RedactedDocument, Stage
from rag.state.register import Entry, Register


@dataclass(kw_only=True)
class Migration:
    """What taking an index elsewhere did; `unfit` are documents that must be ingested again."""

    to: str
    documents: int = 0
    passages: int = 0
    there_already: int = 0
    unfit: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def body(self) -> dict[str, object]:
        """Return it as JSON."""
        return asdict(self)


def index_facts(inst: Installation) -> IndexFacts:
    """Say what the index is and holds, also while another process has it."""
    with closing(_store(inst)) as store:
        return store.facts()


def optimize_index(inst: Installation) -> tuple[IndexFacts, float]:
    """Write the embedded index anew as it is searched fastest; killed at any point, it is whole.

    Returns:
        What the index is then, and how many seconds it took.
    """
    from rag.store.edge import EdgeStore

    clock = Clock()
    with exclusive(inst.home.ingest_lock), closing(_store(inst)) as store:
        if not isinstance(store, EdgeStore):
            raise ConfigurationError(
                f'`store.kind` is "{inst.settings.store.kind}": only the embedded index is '
                "optimized by hand, a server does it on its own"
            )
        store.warm()
        with clock.stage("optimize"), _stoppable():
            store.optimize()
        return store.facts(), clock.rounded()["optimize"]


def migrate_index(inst: Installation, to: str, progress: Progress | None = None) -> Migration:
    """Copy every live document to an index of another kind, and compare; run again, it goes on.

    The index that settings name is read and left as it is. Nothing is embedded again.

    Raises:
        ConfigurationError: It is that kind already.
        RetryError: What arrived is not what was sent.
    """
    if inst.settings.store.kind == to:
        raise ConfigurationError(f'`store.kind` is "{to}" already: there is nothing to migrate')
    there = _of_kind(inst, to)
    progress, clock = progress or Silent(), Clock()
    migration = Migration(to=to)
    with (
        exclusive(inst.home.ingest_lock),
        closing(build_register(inst)) as register,
        closing(_store(inst)) as source,
        closing(_store(there)) as target,
    ):
        entries = [entry for entry in register.entries() if entry.stage is Stage.LIVE]
        with clock.stage("copy"):
            _copy(entries, register, source, target, migration, progress)
        with clock.stage("verify"):
            _verify(source, target, {entry.id for entry in entries} - {*migration.unfit})
        _adopt(inst, there, register)
    migration.seconds = clock.rounded()
    facts = {"to": to, "documents": migration.documents, "passages": migration.passages}
    build_audit(inst).append("index migrated", facts)
    return migration


def _copy(
    entries: Iterable[Entry],
    register: Register,
    source: Store,
    target: Store,
    migration: Migration,
    progress: Progress,
) -> None:
    """Bring over what is not there yet, a document at a time."""
    entries = list(entries)
    progress.total(len(entries))
    arrived = target.versions()
    for entry in entries:
        if arrived.get(entry.id) == {entry.version: entry.chunks}:
            migration.there_already += 1
            target.grant(entry.id, entry.acl)
            target.publish(entry.id, entry.version)
        elif not _bring(entry, register, source, target):
            migration.unfit.append(entry.id)
            progress.step()
            continue
        migration.documents += 1
        migration.passages += entry.chunks
        progress.step()


def _bring(entry: Entry, register: Register, source: Store, target: Store) -> bool:
    """Copy one document with its text's hashes; False if the index has not all of it."""
    points = source.read(entry.id)
    if len(points) != entry.chunks:
        return False
    try:
        document = register.document(entry.id)
    except NotFoundError:
        return False
    target.write([_with_text(point, document) for point in points])
    return True


def _with_text(point: Embedded, document: RedactedDocument) -> Embedded:
    text = document.text.cut(point.chunk.start, point.chunk.end)
    return replace(point, chunk=replace(point.chunk, text=text))


def _verify(source: Store, target: Store, documents: set[str]) -> None:
    """Raise if the live passages of some documents differ between two indexes."""
    sent, arrived = (_sums(store.rows(), documents) for store in (source, target))
    differing = sum(sent[name] != arrived[name] for name in sent.keys() | arrived.keys())
    if differing:
        raise RetryError(
            f"{differing} documents are not the same in both indexes: run again, and "
            "`ringfence ingest` first if that does not help"
        )


def _sums(rows: Iterable[IndexRow], documents: set[str]) -> Counter[str]:
    """Return for every document the sum of its live passages' hashes, in any order."""
    sums: Counter[str] = Counter()
    for row in rows:
        if row.live and row.document_id in documents:
            said = (
                row.chunk_id,
                row.version,
                row.ordinal,
                row.start,
                row.end,
                row.digest,
                *(sorted(row.acl.groups), sorted(row.acl.purposes)),
                *(row.acl.public, row.acl.discoverable, row.acl.clearance),
            )
            digest = hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=8)
            sums[row.document_id] += int.from_bytes(digest.digest(), "big")
    return sums


def _adopt(inst: Installation, there: Installation, register: Register) -> None:
    """Let the next ingest take what was copied for its own."""
    before, after = (build_ingest(one) for one in (inst, there))
    try:
        for policy in {"", *inst.settings.redact.sources.values()}:
            register.rename_fingerprint(before.fingerprint(policy), after.fingerprint(policy))
    finally:
        before.close()
        after.close()


def _of_kind(inst: Installation, kind: str) -> Installation:
    store = inst.settings.store.model_copy(update={"kind": kind})
    return replace(inst, settings=inst.settings.model_copy(update={"store": store}))


def _store(inst: Installation) -> Store:
    return build_store(inst, build_encoder(inst).dimensions)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let Ctrl-C end the process at once: the engine would not let it through for minutes."""
    before: Callable[..., object] | int | None
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
