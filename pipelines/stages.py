"""The stages a document passes on its way into the index."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from rag.ports import Chunker, Embedder, Redactor, Store
from rag.records import Parsed

# Bump it when the order of the stages changes what comes out.
_VERSION = "1"


class Parsing(Protocol):
    """Chooses a parser by name and parses; `Formats`, or a sandbox around it."""

    @property
    def fingerprint(self) -> str:
        """Changes when what is parsed may."""

    def parse(self, data: bytes, name: str) -> Parsed:
        """Parse, or raise `SkipDocument`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The stages a document passes, built from settings."""

    formats: Parsing
    redactor: Redactor
    chunker: Chunker
    embedder: Embedder
    store: Store

    def fingerprint(self, index_identity: str, policy: str) -> str:
        """Return what the output depends on under a policy: when it changes, it is done again."""
        parts = (
            _VERSION,
            self.formats.fingerprint,
            self.redactor.fingerprint_under(policy),
            self.chunker.fingerprint,
            self.embedder.fingerprint,
            index_identity,
        )
        return hashlib.sha256("/".join(parts).encode()).hexdigest()[:32]
