"""Erasing: out of the index, the register, the vault, the queues and the copies, with proof.

What is to be erased is written down before anything is touched, so that a kill at any point is
repaired by the same command, by the next `ringfence erase`, or by the service that holds the
index. A document that went cannot come back while its source still has it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines import leftovers
from pipelines.certificate import digest, signed
from pipelines.erasing import Plan, Planner, Selection
from pipelines.exclusive import exclusive
from pipelines.home import Home
from rag.errors import ConfigurationError, NotFoundError
from rag.keys import Keys
from rag.ports import AuditLog, Store
from rag.records import Stage
from rag.state.erasures import ErasureRow, Erasures, Progress, Why, Withheld, moment
from rag.state.register import Entry, Register
from rag.state.vault import VaultRows
from rag.store.payload import of_document

POINTS = "points in the index"
TEXTS = "files that hold text of the documents"
INDEX_FILES = "files of the index that hold an id of the documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What was there before, and after."""

    before: Mapping[str, int]
    after: Mapping[str, int]

    def rows(self) -> list[dict[str, object]]:
        """Return what was looked at, as the certificate lists it."""
        return [
            {"what": what, "before": self.before.get(what), "after": count}
            for what, count in self.after.items()
        ]


class Erasure:
    """Erases in one installation. Whoever holds the index may do what others asked for."""

    def __init__(
        self,
        *,
        tenant: str,
        store: Store,
        own_index: bool,
        register: Register,
        planner: Planner,
        audit: AuditLog,
        home: Home,
        keys: Keys,
    ) -> None:
        self._tenant = tenant
        self._store = store
        self._own_index = own_index
        self._register = register
        self._planner = planner
        self._audit = audit
        self._home = home
        self._keys = keys
        self._erasures = Erasures(register.database)
        self._vault = VaultRows(register.database)

    @property
    def erasures(self) -> Erasures:
        """What was asked for and done."""
        return self._erasures

    @property
    def register(self) -> Register:
        """What it erases from, for what else is looked up there."""
        return self._register

    def lift(self, document_id: str) -> bool:
        """Let a document come back, on the record; say whether it was kept out."""
        lifted = self._erasures.lift(self._tenant, document_id)
        if lifted:
            self._audit.append("erase-lifted", {"document": document_id})
        return lifted

    def close(self) -> None:
        """Let go of the index and the database."""
        self._store.close()
        self._register.close()

    def plan(self, selection: Selection) -> Plan:
        """Return what would go, and refuse a document or source that never was here."""
        plan = self._planner.plan(selection)
        earlier = self._erasures.marked(self._tenant, selection.mark())
        self._planner.check_known(plan, earlier=bool(earlier))
        return plan

    def ask(self, plan: Plan, *, by: str = "", reason: str = "") -> str:
        """Write down durably what shall go, and return the id under which it is done.

        What a killed command began is taken up; of what was done before, and has left nothing to
        do, it is the same certificate.
        """
        earlier = self._erasures.marked(self._tenant, plan.selection.mark())
        for row in earlier:
            if row.state is not Progress.DONE:
                self._erasures.again(row.id)
                return row.id
        if plan.is_empty and earlier:
            return earlier[-1].id
        row = self._row(plan, by)
        facts = {"erasure": row.id, **plan.selection.body(), "by": by, "reason": reason}
        self._audit.append("erase", {**facts, "documents": len(plan.documents)})
        why = Why.EXPIRED if plan.selection.kind == "expired" else Why.ERASED
        self._erasures.ask(row, [_withheld(entry, row.id, why) for entry in plan.documents])
        return row.id

    def work(self, erasure_id: str, *, scrub: bool = True) -> dict[str, Any]:
        """Do one and return its certificate; the one there is, if it is done.

        Args:
            erasure_id: Which.
            scrub: Whether the index's files may be written anew, while which nobody can search.
        """
        with exclusive(self._home.ingest_lock):
            return self.work_locked(erasure_id, scrub=scrub)

    def work_locked(self, erasure_id: str, *, scrub: bool = True) -> dict[str, Any]:
        """Do the same for who holds the lock of the ingest."""
        row = self._erasures.row(erasure_id)
        if row.state is Progress.DONE:
            return dict(row.certificate)
        self._store.count()  # whoever holds the index is named before anything is changed
        documents = [str(one["id"]) for one in row.request["documents"]]
        tokens = [str(one) for one in row.request["tokens"]]
        texts = self._pieces(documents)
        self._remove(documents, tokens)
        found = leftovers.holding(leftovers.text_files(self._home), texts)
        copies = leftovers.remove_copies(self._home, found)
        scrubbed = {"database": self._register.database.scrub(), "index": self.scrub(may=scrub)}
        after = self._left(documents, tokens)
        after[TEXTS] = self._still_held(texts)
        if scrubbed["index"]:
            some = documents[: leftovers.MOST_DOCUMENTS]
            after[INDEX_FILES] = len(leftovers.holding(leftovers.index_files(self._home), some))
        if any(after.values()):
            raise ConfigurationError(
                "something of what was to be erased is still there: run the same command again, "
                "and `ringfence index verify`"
            )
        checked = _Found(before={**row.request["found"], TEXTS: copies}, after=after)
        return self._certified(row, checked, scrubbed, searched=len(texts))

    def scrub(self, *, may: bool = True) -> bool:
        """Take what was removed out of the index's files; if it may not be now, remember to."""
        done = may and self._store.scrub()
        if self._own_index and not done:
            self._home.unscrubbed.touch()
        elif self._home.unscrubbed.exists():
            self._audit.append("index-scrubbed", {})
            self._home.unscrubbed.unlink()
        return done

    def _remove(self, documents: Sequence[str], tokens: Sequence[str]) -> None:
        """Remove; what is gone already costs nothing."""
        marked = self._home.unfinished.exists()
        self._home.unfinished.touch()
        for token in tokens:
            self._vault.destroy(self._tenant, token)
        for document_id in documents:
            self._register.mark(document_id, Stage.REMOVING)
            self._store.remove(document_id)
            self._register.forget(document_id)
        if not marked:
            self._home.unfinished.unlink(missing_ok=True)

    def _pieces(self, documents: Sequence[str]) -> list[str]:
        """Return pieces of the texts that are still there, by which files are searched."""
        found: list[str] = []
        for document_id in documents[: leftovers.MOST_DOCUMENTS]:
            try:
                found += leftovers.pieces(self._register.document(document_id))
            except NotFoundError:
                continue
        return found

    def _still_held(self, texts: Sequence[str]) -> int:
        """Count the files that hold pieces of text which no document has that is still there."""
        found = leftovers.holding(leftovers.text_files(self._home), texts)
        gone = {text for held in found.values() for text in held if not self._erasures.holds(text)}
        return sum(bool(held & gone) for held in found.values())

    def _left(self, documents: Sequence[str], tokens: Sequence[str]) -> dict[str, int]:
        """Ask everything that could hold it for what there is."""
        points = sum(self._store.count(of_document(document_id)) for document_id in documents)
        return {
            POINTS: points,
            **self._erasures.of_documents(documents),
            **self._erasures.of_pseudonyms(self._tenant, tokens),
        }

    def _row(self, plan: Plan, by: str) -> ErasureRow:
        ids = [entry.id for entry in plan.documents]
        found = {
            POINTS: sum(entry.chunks for entry in plan.documents),
            **self._erasures.of_documents(ids),
            **self._erasures.of_pseudonyms(self._tenant, plan.tokens),
        }
        return ErasureRow(
            id=f"era_{secrets.token_hex(6)}",
            tenant=self._tenant,
            mark=plan.selection.mark(),
            asked=moment(),
            request={
                "selection": plan.selection.body(),
                "by": by,
                "documents": [self._described(entry) for entry in plan.documents],
                "tokens": list(plan.tokens),
                "mentioning": len(plan.mentioning),
                "found": found,
            },
            state=Progress.WAITING,
            failure="",
            certificate={},
        )

    def _described(self, entry: Entry) -> dict[str, object]:
        """Return a document by its id, and a keyed hash of the text it had."""
        try:
            text = self._register.document(entry.id).text
        except NotFoundError:  # it failed, and had none
            return {"id": entry.id, "passages": entry.chunks, "digest": ""}
        key = self._keys.derive("digests of erased texts")
        mac = hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
        return {"id": entry.id, "passages": entry.chunks, "digest": mac}

    def _certified(
        self, row: ErasureRow, checked: _Found, scrubbed: Mapping[str, bool], *, searched: int
    ) -> dict[str, Any]:
        request = row.request
        certificate = signed(
            {
                "id": row.id,
                "tenant": row.tenant,
                "asked": row.asked,
                "by": request["by"],
                "done": moment(),
                "selection": request["selection"],
                "documents": request["documents"],
                "pseudonyms": request["tokens"],
                "checked": checked.rows(),
                "pieces_of_text_searched_for": searched,
                "scrubbed": dict(scrubbed),
                "kept_out": len(request["documents"]),
                "remains": self._remains(request, scrubbed),
            },
            self._keys,
        )
        facts = {"erasure": row.id, "certificate": digest(certificate), "by": request["by"]}
        self._audit.append("erased", {**facts, "documents": len(request["documents"])})
        self._erasures.finish(row.id, certificate)
        return certificate

    def _remains(self, request: Mapping[str, Any], scrubbed: Mapping[str, bool]) -> list[str]:
        """Say what this did not reach."""
        remains = [
            "What the sources hold, and what was copied elsewhere, was not touched.",
            "Backups made before still hold it, and so may freed blocks of the disk.",
            "The audit log and the kept-out list hold ids, which are keyed hashes.",
            "Verdicts of checks are kept without their notes.",
        ]
        if not scrubbed["database"]:
            remains.append("The database's own files may hold it until it is vacuumed.")
        if not scrubbed["index"] and self._own_index:
            remains.append(
                "The index's files hold the removed vectors until `ringfence erase --scrub`, with"
                " the service stopped."
            )
        elif not scrubbed["index"]:
            remains.append("The Qdrant server removes it from its files by its own rules.")
        if request["mentioning"]:
            remains.append(
                f"{request['mentioning']} documents still hold the pseudonym. Nobody can look up"
                " whom it means; whoever has the installation's key can test a guess."
            )
        return remains


def _withheld(entry: Entry, erasure_id: str, why: Why) -> Withheld:
    return Withheld(
        document_id=entry.id,
        tenant=entry.tenant,
        erasure=erasure_id,
        why=why,
        source=entry.source,
        item_version=entry.item_version,
        day=entry.day,
        at=moment(),
    )
