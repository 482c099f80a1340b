"""What somebody wants erased, and what that means for an installation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.certificate import canonical
from pipelines.retention import Retention
from rag.errors import ConfigurationError, NotFoundError
from rag.state.erasures import Erasures
from rag.state.register import Entry, Register

Kind = Literal["subject", "document", "source", "before", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is to be erased: `of` are pseudonyms, ids of documents, names of sources, or a day.

    Of a subject it is what it is known by, and with `with_documents` the documents too.
    """

    kind: Kind
    of: tuple[str, ...] = ()
    with_documents: bool = False

    def body(self) -> dict[str, object]:
        """Return it as JSON."""
        return {"kind": self.kind, "of": sorted(self.of), "with_documents": self.with_documents}

    def mark(self) -> str:
        """Return what the same selection has in common, whenever it is made."""
        return hashlib.sha256(canonical(self.body())).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would go, and the documents that would go on mentioning a subject."""

    selection: Selection
    documents: tuple[Entry, ...] = ()
    tokens: tuple[str, ...] = ()
    mentioning: tuple[Entry, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.documents and not self.tokens


class Planner:
    """Finds what a selection means now."""

    def __init__(
        self, *, tenant: str, register: Register, erasures: Erasures, retention: Retention
    ) -> None:
        self._tenant = tenant
        self._register = register
        self._erasures = erasures
        self._retention = retention

    def plan(self, selection: Selection) -> Plan:
        """Return what would go."""
        if selection.kind == "subject":
            return self._of_subject(selection)
        entries = self._register.entries(tenant=self._tenant)
        if selection.kind == "expired":
            chosen = self._retention.expired(entries)
        elif selection.kind == "source":
            chosen = [one for one in entries if one.source in selection.of]
        elif selection.kind == "before":
            day = _day(selection.of)
            chosen = [one for one in entries if one.day and one.day < day]
        else:
            chosen = [one for one in entries if one.id in selection.of]
        return Plan(selection=selection, documents=tuple(chosen))

    def check_known(self, plan: Plan, *, earlier: bool) -> None:
        """Refuse a document or a source that is not known and was not erased before."""
        if plan.selection.kind in ("document", "source") and plan.is_empty and not earlier:
            raise NotFoundError(f"there is no such {plan.selection.kind}")

    def _of_subject(self, selection: Selection) -> Plan:
        ids = self._erasures.mentioning(self._tenant, selection.of)
        entries = tuple(one for one in map(self._register.entry, ids) if one is not None)
        kept = self._erasures.of_pseudonyms(self._tenant, selection.of)
        tokens = selection.of if any(kept.values()) else ()
        whole = selection.with_documents
        return Plan(
            selection=selection,
            documents=entries if whole else (),
            tokens=tokens,
            mentioning=() if whole else entries,
        )


def _day(of: Sequence[str]) -> str:
    """Return a day as documents have it."""
    try:
        return date.fromisoformat("".join(of)).isoformat()
    except ValueError:
        raise ConfigurationError("a day is written 2024-05-31") from None
