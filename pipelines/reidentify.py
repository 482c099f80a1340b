"""The way back: whoever has the role and a reason learns what a pseudonym stands for.

Every attempt is recorded before anything is told. A refusal reads the same whether the pseudonym
is unknown, was destroyed, or stands in documents that the asker may not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.access.reasons import MOST_TOKENS, check_reason, without_values
from rag.access.roles import Role, has_role
from rag.access.rows import may_read
from rag.errors import NotFoundError, RefusedError
from rag.ports import AuditLog, Redactor
from rag.records import Answer, Principal, RedactedDocument
from rag.redact.originals import Restored
from rag.redact.tokens import PSEUDONYM
from rag.redact.vault import EncryptedVault
from rag.state.register import Register

REFUSED = "you may not re-identify this, or there is nothing to re-identify"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What an asker may learn: pseudonyms with their spellings, and the documents that let him."""

    spellings: Mapping[str, tuple[str, ...]]
    documents: frozenset[str]

    def shown(self, token: str) -> str:
        """Return the fullest spelling: a name may have been written by its last part first."""
        return max(self.spellings[token], key=len)


class Reidentifier:
    """Gives originals back to who may have them."""

    def __init__(
        self, *, vault: EncryptedVault, redactor: Redactor, audit: AuditLog, register: Register
    ) -> None:
        self._vault = vault
        self._redactor = redactor
        self._audit = audit
        self._register = register

    def close(self) -> None:
        """Close every connection to the database."""
        self._register.close()

    def reidentify(
        self, tokens: Sequence[str], principal: Principal, reason: str
    ) -> dict[str, str]:
        """Return what pseudonyms stand for; all of them, or refuse."""
        wanted = list(dict.fromkeys(tokens))
        known = self._known(wanted, principal, reason)
        granted = bool(wanted) and known.spellings.keys() == set(wanted)
        self._record("reidentify", principal, reason, known, wanted, granted=granted)
        if not granted:
            raise RefusedError(REFUSED)
        return {token: known.shown(token) for token in wanted}

    def resolve(self, text: str, principal: Principal, reason: str) -> str:
        """Return a text with what its pseudonyms stand for; those that may not be told stay."""
        return self._resolved([text], principal, reason)[0]

    def resolve_answer(self, answer: Answer, principal: Principal, reason: str) -> Answer:
        """Return an answer whose sentences name who is meant; quotes stay as they are indexed."""
        texts = [answer.answer, *(sentence.text for sentence in answer.sentences)]
        whole, *parts = self._resolved(texts, principal, reason)
        sentences = zip(answer.sentences, parts, strict=True)
        return replace(
            answer,
            answer=whole,
            sentences=tuple(replace(sentence, text=text) for sentence, text in sentences),
        )

    def restore(self, document_id: str, principal: Principal, reason: str) -> Restored:
        """Return a document as it was before redaction, or refuse."""
        document = self._document(document_id, principal, reason)
        restored = None
        if document is not None:
            try:
                restored = self._vault.restore(document)
            except NotFoundError:
                restored = None
        self._audit.append(
            "restore",
            {
                "principal": principal.id,
                "tenant": principal.tenant,
                "document": document.id if document is not None else "unknown",
                "granted": restored is not None,
                "reason": self._redacted(reason, principal, {}),
            },
        )
        if restored is None:
            raise RefusedError(REFUSED)
        return restored

    def _resolved(self, texts: Sequence[str], principal: Principal, reason: str) -> list[str]:
        found = [match[0] for text in texts for match in PSEUDONYM.finditer(text)]
        wanted = list(dict.fromkeys(found))
        known = self._known(wanted, principal, reason)
        permitted = has_role(principal, Role.REIDENTIFY, Role.PRIVACY_OFFICER)
        self._record("reidentify", principal, reason, known, wanted, granted=permitted)
        if not permitted:
            raise RefusedError(REFUSED)

        def shown(match: re.Match[str]) -> str:
            return known.shown(match[0]) if match[0] in known.spellings else match[0]

        return [PSEUDONYM.sub(shown, text) for text in texts]

    def _known(self, tokens: Sequence[str], principal: Principal, reason: str) -> _Known:
        """Return what the asker may learn of these pseudonyms: nothing without a role."""
        check_reason(reason)
        if len(tokens) > MOST_TOKENS:
            raise RefusedError(f"at most {MOST_TOKENS} pseudonyms at a time")
        officer = has_role(principal, Role.PRIVACY_OFFICER)
        if not officer and not has_role(principal, Role.REIDENTIFY):
            return _Known(spellings={}, documents=frozenset())
        allowed, documents = [], set[str]()
        for token in (token for token in tokens if PSEUDONYM.fullmatch(token)):
            readable = {
                document_id
                for document_id, acl in self._vault.holders(principal.tenant, token)
                if officer or may_read(principal, tenant=principal.tenant, acl=acl)
            }
            documents |= readable
            allowed += [token] if officer or readable else []
        spellings = self._vault.values(principal.tenant, allowed)
        return _Known(spellings=spellings, documents=frozenset(documents))

    def _document(
        self, document_id: str, principal: Principal, reason: str
    ) -> RedactedDocument | None:
        """Return a document whose originals the asker may see."""
        check_reason(reason)
        try:
            document = self._register.document(document_id)
        except NotFoundError:
            return None
        if has_role(principal, Role.PRIVACY_OFFICER):
            return document if document.tenant == principal.tenant else None
        readable = may_read(principal, tenant=document.tenant, acl=document.acl)
        return document if readable and has_role(principal, Role.REIDENTIFY) else None

    def _record(
        self,
        event: str,
        principal: Principal,
        reason: str,
        known: _Known,
        wanted: Sequence[str],
        *,
        granted: bool,
    ) -> None:
        """Record an attempt; what has not the shape of a pseudonym may be anything."""
        shaped = [token if PSEUDONYM.fullmatch(token) else "malformed" for token in wanted]
        self._audit.append(
            event,
            {
                "principal": principal.id,
                "tenant": principal.tenant,
                "tokens": shaped,
                "granted": granted,
                "told": sorted(known.spellings) if granted else [],
                "documents": sorted(known.documents) if granted else [],
                "reason": self._redacted(reason, principal, known.spellings),
            },
        )

    def _redacted(
        self, reason: str, principal: Principal, spellings: Mapping[str, Iterable[str]]
    ) -> str:
        """Return a reason without the values that it is about, and without any identifier."""
        said = without_values(reason, spellings)
        return str(self._redactor.redact_text(said, tenant=principal.tenant))
