"""Names for places that say nothing: paths may name patients, so none is stored in clear."""

from __future__ import annotations

import hashlib
import hmac


class Places:
    """Keyed hashes of where items lie, within one tenant."""

    def __init__(self, key: bytes, tenant: str) -> None:
        self._key = key
        self._tenant = tenant

    def document_id(self, place: tuple[str, ...]) -> str:
        """Return the id of the document that lies there, the same at every run."""
        return f"doc_{self.mark(place)}"

    def mark(self, place: tuple[str, ...]) -> str:
        """Return what stands for a place in the register."""
        content = "\0".join((self._tenant, *place)).encode("utf-8", "surrogateescape")
        return hmac.new(self._key, content, hashlib.sha256).hexdigest()[:20]

    def above(self, place: tuple[str, ...]) -> list[str]:
        """Return the marks of every folder that a place lies in, and of the place itself."""
        return [self.mark(place[:depth]) for depth in range(1, len(place) + 1)]
