"""A register, an index and a vault with a few documents, made without any model."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rag.keys import KeyRing, Keys
from rag.records import (
    Acl,
    Chunk,
    Element,
    ElementKind,
    Embedded,
    Original,
    RedactedDocument,
    RedactedText,
    Stage,
)
from rag.redact.mint import stored
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.tokens import PSEUDONYM
from rag.redact.vault import EncryptedVault
from rag.state.database import sqlite_url
from rag.state.register import Entry, Register
from rag.state.vault import VaultRows
from rag.store.memory import MemoryStore
from rag.testing.vectors import DIMENSIONS, embedded

TENANT = "main"
_NAMESPACE = uuid.UUID("0d8f1a52-3a47-4d27-9f1e-0c6a8a4f0b11")
_KEYS = Keys(b"v" * 32)


class Archive:
    """Documents whose passages are their lines; persons in them are given by name."""

    def __init__(self, database: Path) -> None:
        self.pseudonyms = Pseudonyms(b"k" * 32)
        self.register = Register(sqlite_url(str(database)))
        self.vault = EncryptedVault(
            VaultRows(self.register.database),
            KeyRing(lambda: _KEYS, lambda: None),
            self.pseudonyms,
        )
        self.store = MemoryStore(DIMENSIONS)

    def token(self, name: str) -> str:
        """Return the pseudonym of a person."""
        return self.pseudonyms.token(tenant=TENANT, kind="PERSON", value=name)

    def add(
        self,
        document_id: str,
        text: str,
        *,
        source: str = "folder",
        dated: str = "",
        people: Mapping[str, str] | None = None,
        acl: Acl | None = None,
    ) -> RedactedDocument:
        """Index a text; `{x}` in it is the person that `people` names so."""
        named = {key: self.token(name) for key, name in (people or {}).items()}
        document = _document(document_id, text.format(**named), source, acl or Acl(public=True))
        values = {self.token(name): name for name in (people or {}).values()}
        self.vault.remember(document, _originals(document, values))
        points = self.points(document)
        tokens = {point.chunk.ordinal: b"packed" for point in points}
        entry = self.entry(document, dated=dated)
        self.register.write(entry, document, places=[f"mark-{document_id}"], tokens=tokens)
        self.store.put(points)
        self.store.publish(document.id, document.version)
        self.register.finish(document.id, version=document.version, chunks=len(points))
        return document

    def entry(self, document: RedactedDocument, *, dated: str = "") -> Entry:
        """Return the register's entry of a document that is on its way."""
        return Entry(
            id=document.id,
            tenant=document.tenant,
            source=document.source,
            name=document.name,
            item_version="item-1",
            fingerprint="f",
            version="",
            stage=Stage.STARTED,
            acl=document.acl,
            chunks=0,
            failure="",
            reason="",
            dated=dated,
        )

    def points(self, document: RedactedDocument, *, version: str = "") -> list[Embedded]:
        """Return the points of a document, or of another version of it."""
        found, start = [], 0
        for ordinal, line in enumerate(document.text.split("\n")):
            end = start + len(line)
            chunk = _chunk(document, ordinal, start, end)
            if version:
                chunk_id = str(uuid.uuid5(_NAMESPACE, f"{chunk.id}/{version}"))
                chunk = replace(chunk, document_version=version, id=chunk_id)
            found.append(embedded(chunk))
            start = end + 1
        return found


def _document(document_id: str, text: str, source: str, acl: Acl) -> RedactedDocument:
    return RedactedDocument(
        id=document_id,
        tenant=TENANT,
        source=source,
        version=hashlib.sha256(text.encode()).hexdigest()[:16],
        name=stored(f"{document_id}.txt"),
        title=stored(""),
        text=stored(text),
        media_type="text/plain",
        elements=(Element(kind=ElementKind.TEXT, start=0, end=len(text)),),
        redactions=(),
        acl=acl,
    )


def _originals(document: RedactedDocument, values: Mapping[str, str]) -> list[Original]:
    return [
        Original(
            part="text",
            start=match.start(),
            end=match.end(),
            kind="PERSON",
            token=match[0],
            value=values[match[0]],
        )
        for match in PSEUDONYM.finditer(document.text)
        if match[0] in values
    ]


def _chunk(document: RedactedDocument, ordinal: int, start: int, end: int) -> Chunk:
    return Chunk(
        id=str(uuid.uuid5(_NAMESPACE, f"{document.id}/{document.version}/{ordinal}")),
        document_id=document.id,
        document_version=document.version,
        tenant=document.tenant,
        ordinal=ordinal,
        start=start,
        end=end,
        text=document.text.cut(start, end),
        context=RedactedText.joined("", ()),
        page=None,
        acl=document.acl,
    )
