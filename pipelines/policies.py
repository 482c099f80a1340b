"""Which policy a document is redacted under, and what its place in the index depends on."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.places import PlaceTable
from pipelines.stages import Stages


class PolicyTable:
    """The policies of places: that of the longest path that an item lies at or below."""

    def __init__(self, sources: Mapping[str, str], *, on_disk: bool = True) -> None:
        """Read the paths.

        Args:
            sources: Paths and their policies, as the setting `redact.sources` gives them.
            on_disk: Whether they are paths of this machine: see `PlaceTable`.
        """
        self._table = PlaceTable("redact.sources", sources.items(), on_disk=on_disk)

    def of(self, place: tuple[str, ...]) -> str:
        """Return the policy of what lies at a place; empty means the default one."""
        return self._table.of(place) or ""


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
