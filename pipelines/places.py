"""Places: names for them that say nothing, and what settings say of them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

from rag.errors import ConfigurationError


class Places:
    """Keyed hashes of where items lie, within one tenant.

    Paths may name patients, so none is stored in clear.
    """

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


class PlaceTable:
    """What a setting says of places: what it says of the longest path that one lies at or below."""

    def __init__(
        self, setting: str, said: Iterable[tuple[str, str]], *, on_disk: bool = True
    ) -> None:
        """Read the paths.

        Args:
            setting: The name of the setting, for what is wrong with it.
            said: Paths, and what is said of each.
            on_disk: Whether they are paths of this machine, which must be absolute: another one
                would never be found, and what is said of it would hold nowhere.
        """
        self._said: dict[tuple[str, ...], str] = {}
        for path, what in said:
            if on_disk and not Path(path).is_absolute():
                raise ConfigurationError(f"`{setting}`: {path} must be an absolute path")
            # As a connector sees it, through symbolic links, or as it stands if it sees it so.
            places = {Path(path).parts, Path(path).resolve().parts} if on_disk else {_parts(path)}
            for place in places:
                if self._said.setdefault(place, what) != what:
                    raise ConfigurationError(f"`{setting}` says two things of {path}")

    def of(self, place: tuple[str, ...]) -> str | None:
        """Return what is said of a place, if anything is."""
        for depth in range(len(place), 0, -1):
            what = self._said.get(place[:depth])
            if what is not None:
                return what
        return None


def name_below(root: tuple[str, ...], place: tuple[str, ...]) -> str:
    """Return the part of a place below the root; the item's own name if it is the root."""
    return "/".join(place[len(root) :] or place[-1:])


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)
