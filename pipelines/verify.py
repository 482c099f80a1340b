"""Holds source, state and index against each other, and mends what can be mended."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.exclusive import exclusive
from pipelines.places import Places
from rag.errors import NotFoundError
from rag.ports import Connector, Store
from rag.records import IndexRow, ListingGap, Stage
from rag.state.leftovers import Leftovers
from rag.state.register import Entry, Register
from rag.store.filters import Equals
from rag.store.payload import digest_of

if TYPE_CHECKING:
    from pipelines.build import Installation

# What is found, and what it means.
FINDINGS = {
    "orphan": "in the index, unknown to the register",
    "missing": "passages that the register says and the index lacks",
    "duplicate": "passages that the index has twice",
    "leftover": "passages of another version than the live one, or not live",
    "mismatch": "passages whose hash is not that of the document's text",
    "permissions": "other permissions in the index than in the register",
    "tokens": "passages without their token vectors",
    "text": "live documents without text",
    "unfinished": "begun and not ended: the next ingest does them",
    "stray": "texts, token vectors or originals of no document",
    "source-new": "listed by the source, unknown here: the next ingest brings them",
    "source-gone": "known here, not listed by the source: the next ingest removes them",
}
# What is mended by doing the document again at the next ingest; until then it is not found at
# all where something is there that should not be.
_DONE_AGAIN = ("missing", "duplicate", "mismatch", "tokens", "text")
_TAKEN_OUT = ("duplicate", "mismatch")
_PACKED = struct.Struct("<III8s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What does not agree: kinds of findings, and the documents of each."""

    documents: int
    passages: int
    found: Mapping[str, tuple[str, ...]]
    mended: Mapping[str, int] = field(default_factory=dict)

    def body(self) -> dict[str, object]:
        """Return it as JSON."""
        return {
            "documents": self.documents,
            "passages": self.passages,
            "found": {kind: list(ids) for kind, ids in self.found.items()},
            "mended": dict(self.mended),
        }

    def lines(self) -> list[str]:
        """Return it for people."""
        mended = [f"mended: {count} {FINDINGS[kind]}" for kind, count in self.mended.items()]
        found = [f"{len(ids)} {FINDINGS[kind]}" for kind, ids in self.found.items()]
        whole = f"{self.documents} documents, {self.passages} passages in the index"
        return [*mended, *found, whole]


@dataclass(slots=True)
class _Seen:
    """What the index has of one version of a document, packed: there may be millions."""

    rows: bytearray = field(default_factory=bytearray)
    live: int = 0

    def add(self, row: IndexRow) -> None:
        digest = bytes.fromhex(row.digest)
        self.rows += _PACKED.pack(row.ordinal, row.start, row.end, digest)
        self.live += row.live

    def passages(self) -> Iterator[tuple[int, int, int, str]]:
        for ordinal, start, end, digest in _PACKED.iter_unpack(self.rows):
            yield ordinal, start, end, digest.hex()


class Verifier:
    """Verifies an index and a register."""

    def __init__(self, store: Store, register: Register, *, tokens: bool) -> None:
        """Take what is compared.

        Args:
            store: The index.
            register: The register.
            tokens: Whether every passage has token vectors, if any has.
        """
        self._store = store
        self._register = register
        self._strays = Leftovers(register.database)
        self._tokens = tokens and self._strays.any_tokens()

    def verify(self, *, texts: bool = True) -> Verification:
        """Compare; without `texts` only what the index and the register say of each other."""
        entries = {entry.id: entry for entry in self._register.entries()}
        found: dict[str, set[str]] = {kind: set() for kind in FINDINGS}
        seen: dict[str, dict[str, _Seen]] = {}
        count = 0
        for row in self._store.rows():
            count += 1
            versions = seen.setdefault(row.document_id, {})
            versions.setdefault(row.version, _Seen()).add(row)
            entry = entries.get(row.document_id)
            if entry is not None and row.acl != entry.acl:
                found["permissions"].add(row.document_id)
        found["orphan"] |= seen.keys() - entries.keys()
        for entry in entries.values():
            if entry.stage in (Stage.STARTED, Stage.REMOVING):
                found["unfinished"].add(entry.id)
            elif entry.stage is Stage.LIVE:
                for kind in self._wrong(entry, seen.get(entry.id, {}), texts=texts):
                    found[kind].add(entry.id)
            elif entry.id in seen:
                found["leftover"].add(entry.id)
        if texts:
            found["stray"] |= self._strays.documents()
        return Verification(
            documents=len(seen),
            passages=count,
            found={kind: tuple(sorted(ids)) for kind, ids in found.items() if ids},
        )

    def repair(self, before: Verification, *, foreign: bool) -> dict[str, int]:
        """Mend what was found, and return how much of what.

        Args:
            before: What was found.
            foreign: Whether documents that the register does not know may be removed.
        """
        mended: Counter[str] = Counter()
        found = before.found
        for document_id in found.get("orphan", ()) if foreign else ():
            self._store.remove(document_id)
            mended["orphan"] += 1
        again = {one for kind in _DONE_AGAIN for one in found.get(kind, ())}
        for kind in ("leftover", "permissions"):
            for document_id in set(found.get(kind, ())) - again:
                entry = self._register.entry(document_id)
                if entry is not None and entry.stage not in (Stage.STARTED, Stage.REMOVING):
                    self._mend(kind, entry)
                    mended[kind] += 1
        for kind in _DONE_AGAIN:
            mended[kind] += len(found.get(kind, ()))
        for document_id in sorted(again):
            self._register.mark(document_id, Stage.STARTED)
            if any(document_id in found.get(kind, ()) for kind in _TAKEN_OUT):
                self._store.remove(document_id)
        mended["stray"] += self._strays.drop() if "stray" in found else 0
        return {kind: count for kind, count in mended.items() if count}

    def _mend(self, kind: str, entry: Entry) -> None:
        if kind == "permissions":
            self._store.grant(entry.id, entry.acl)
        elif entry.stage is Stage.LIVE:
            self._store.publish(entry.id, entry.version)
        else:  # it failed: nothing of it may be found
            self._store.remove(entry.id)

    def _wrong(self, entry: Entry, versions: Mapping[str, _Seen], *, texts: bool) -> list[str]:
        """Return what is wrong with a live document."""
        live = versions.get(entry.version, _Seen())
        passages = list(live.passages())
        ordinals = {ordinal for ordinal, *_ in passages}
        wrong = {
            "missing": ordinals != set(range(entry.chunks)),
            "duplicate": len(passages) > len(ordinals)
            or sum(seen.live > 0 for seen in versions.values()) > 1,
            "leftover": len(versions) > 1 or live.live < len(passages),
        }
        if texts:
            wrong |= self._wrong_text(entry, passages)
        return [kind for kind, is_so in wrong.items() if is_so]

    def _wrong_text(
        self, entry: Entry, passages: Iterable[tuple[int, int, int, str]]
    ) -> dict[str, bool]:
        """Hold passages against the text that they are of."""
        try:
            text = self._register.document(entry.id).text
        except NotFoundError:
            return {"text": True}
        packed = self._strays.token_ordinals(entry.id, entry.version) if self._tokens else set()
        return {
            "mismatch": any(
                digest_of(text.cut(start, end)) != digest for _, start, end, digest in passages
            ),
            "tokens": self._tokens and packed != set(range(entry.chunks)),
        }


def looks_whole(store: Store, register: Register, *, own: bool) -> bool:
    """Whether the index has as many passages as the register says: a count, and cheap.

    A served index may hold those of others besides.
    """
    expected: Counter[str] = Counter()
    for entry in register.entries():
        if entry.stage is Stage.LIVE:
            expected[entry.tenant] += entry.chunks
    if own:
        return store.count() == expected.total()
    return all(
        store.count(Equals(field="tenant", value=tenant)) >= count
        for tenant, count in expected.items()
    )


def against_source(
    connector: Connector, register: Register, places: Places, tenant: str, kept_out: set[str]
) -> dict[str, tuple[str, ...]]:
    """Compare what a source lists with what is known of it."""
    listed, sheltered = set(), set()
    for item in connector.items():
        if isinstance(item, ListingGap):
            below = register.entries(tenant=tenant, below=places.mark(item.place))
            sheltered |= {entry.id for entry in below}
        else:
            listed.add(places.document_id(item.place))
    root = places.mark(connector.root)
    known = {entry.id for entry in register.entries(tenant=tenant, below=root)}
    found = {
        "source-new": listed - known - kept_out,
        "source-gone": known - listed - sheltered,
    }
    return {kind: tuple(sorted(ids)) for kind, ids in found.items() if ids}


def run_verification(
    inst: Installation, *, repair: bool, source_path: Path | None, foreign: bool = False
) -> Verification:
    """Verify an installation while nothing changes it, and mend it if asked to."""
    with _verifier(inst) as (verifier, register), exclusive(inst.home.ingest_lock):
        found = verifier.verify()
        mended: dict[str, int] = {}
        if repair and found.found:
            from pipelines.build import build_audit

            inst.home.unfinished.touch()
            mended = verifier.repair(found, foreign=foreign or inst.settings.store.kind == "edge")
            build_audit(inst).append("index-repaired", mended)
            found = verifier.verify()
        listed = _listed(inst, register, source_path) if source_path else {}
    return Verification(
        documents=found.documents,
        passages=found.passages,
        found={**found.found, **listed},
        mended=mended,
    )


def run_check(inst: Installation) -> Verification:
    """Compare index and register of an installation, without reading any text."""
    with _verifier(inst) as (verifier, _):
        return verifier.verify(texts=False)


@contextmanager
def _verifier(inst: Installation) -> Iterator[tuple[Verifier, Register]]:
    from pipelines.build import build_encoder, build_register, build_store

    register = build_register(inst)
    store = build_store(inst, build_encoder(inst).dimensions)
    try:
        yield Verifier(store, register, tokens=inst.settings.retrieve.rerank == "tokens"), register
    finally:
        store.close()
        register.close()


def _listed(inst: Installation, register: Register, path: Path) -> dict[str, tuple[str, ...]]:
    from pipelines.build import build_connector, build_places
    from rag.state.erasures import Erasures

    kept_out = Erasures(register.database).withheld(inst.settings.tenant)
    return against_source(
        build_connector(inst, path),
        register,
        build_places(inst),
        inst.settings.tenant,
        {one.document_id for one in kept_out},
    )
