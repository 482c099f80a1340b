"""Which policy a document is redacted under, and what its place in the index depends on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipelines.stages import Stages
from rag.errors import ConfigurationError


class PolicyTable:
    """The policies of places: that of the longest path that an item lies at or below."""

    def __init__(self, sources: Mapping[str, str], *, on_disk: bool = True) -> None:
        """Read the paths.

        Args:
            sources: Paths and their policies, as the setting `redact.sources` gives them.
            on_disk: Whether they are paths of this machine, which must be absolute: another one
                would never be found, and its documents would fall under the default policy.
        """
        self._policies: dict[tuple[str, ...], str] = {}
        for path, policy in sources.items():
            if on_disk and not Path(path).is_absolute():
                raise ConfigurationError(f"`redact.sources`: {path} must be an absolute path")
            # As a connector sees it, through symbolic links, or as it stands if it sees it so.
            places = {Path(path).parts, Path(path).resolve().parts} if on_disk else {_parts(path)}
            for place in places:
                if self._policies.setdefault(place, policy) != policy:
                    raise ConfigurationError(f"`redact.sources` gives {path} two policies")

    def of(self, place: tuple[str, ...]) -> str:
        """Return the policy of what lies at a place; empty means the default one."""
        for depth in range(len(place), 0, -1):
            policy = self._policies.get(place[:depth])
            if policy is not None:
                return policy
        return ""


class Fingerprints:
    """What the index entry of an item depends on: its own policy, and no other."""

    def __init__(self, stages: Stages, index_identity: str, policies: PolicyTable) -> None:
        self._stages = stages
        self._index_identity = index_identity
        self._policies = policies
        self._made: dict[str, str] = {}

    def of(self, place: tuple[str, ...]) -> str:
        """Return the fingerprint of what lies at a place."""
        policy = self._policies.of(place)
        if policy not in self._made:
            self._made[policy] = self._stages.fingerprint(self._index_identity, policy)
        return self._made[policy]


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)
