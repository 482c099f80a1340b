"""The seam for a name model: persons, organisations and places, which no pattern can find."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.errors import RedactionError
from rag.ports import NameModel
from rag.records import Finding

_KIND = re.compile(r"[A-Z][A-Z0-9_]{0,39}")


class NoNames:
    """The name model of an installation that has none: it finds nothing and says so."""

    __slots__ = ()

    @property
    def fingerprint(self) -> str:
        """Always the same."""
        return "none"

    @property
    def kinds(self) -> frozenset[str]:
        """None: the redaction summary lists what is therefore left in place."""
        return frozenset()

    def find(
        self,
        text: str,  # noqa: ARG002 the port's signature
        near: Sequence[int] | None = None,  # noqa: ARG002 the port's signature
    ) -> Sequence[Finding]:
        """Find nothing."""
        return ()


def name_findings(
    model: NameModel, text: str, near: Sequence[int] | None = None, *, minimum_score: float
) -> list[Finding]:
    """Return what a name model finds, held to its own word: its kinds, inside the text."""
    found = []
    for finding in model.find(text, near):
        known = finding.kind in model.kinds and _KIND.fullmatch(finding.kind)
        if not known or not 0 <= finding.start < finding.end <= len(text):
            raise RedactionError("the name model returned a finding that cannot be")
        if finding.score >= minimum_score:
            found.append(finding)
    return found
