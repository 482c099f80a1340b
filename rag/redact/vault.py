"""The vault: what was replaced, encrypted, so that who may can have it back.

Every pseudonym has a random key of its own, wrapped by the vault's key; the spellings it stands
for, and how each document wrote it, are sealed with that key. Destroying the pseudonym's row
therefore makes all of them unreadable for good, and an empty row stays so that it is not filled
again. What else was replaced in a document (masked, generalised or shifted) is sealed with a key
of the document's, and goes when the document does. Rows are bound to their place: a row that was
changed, or put in another's place, does not open.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rag.errors import NotFoundError
from rag.keys import KeyRing, Keys
from rag.records import Acl, Original, RedactedDocument
from rag.redact.originals import Restored, restored
from rag.redact.personal import person_form, shorter_forms
from rag.redact.persons import PERSON
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.tokens import PSEUDONYM
from rag.sealing import new_key, seal, unseal
from rag.state.vault import DocumentRow, EntryRow, MentionRow, VaultRows, Wrapped

# Spellings of a pseudonym that are kept for showing it; a document's own are all kept with it.
MOST_SPELLINGS = 8

# Persons whom one short name in a question may mean; of more, the first.
MOST_CALLED = 6


class EncryptedVault:
    """The vault of an installation, in its state database."""

    def __init__(self, rows: VaultRows, ring: KeyRing, pseudonyms: Pseudonyms) -> None:
        self._rows = rows
        self._ring = ring
        self._pseudonyms = pseudonyms

    def __repr__(self) -> str:
        return "EncryptedVault(...)"

    def remember(self, document: RedactedDocument, originals: Sequence[Original]) -> None:
        """Keep all that was replaced in a version of a document, instead of what was kept of it.

        Nothing is kept of a pseudonym that was destroyed.
        """
        spelled: dict[str, list[Original]] = {}
        others = []
        for one in originals:
            if PSEUDONYM.fullmatch(one.token):
                spelled.setdefault(str(one.token), []).append(one)
            else:
                others.append(one)
        wrapping = self._ring.current()
        mentions: list[MentionRow] = []
        fresh: list[EntryRow] = []
        with self._rows.replacing(document.id, document.version) as replacing:
            known = replacing.entries(document.tenant, spelled)
            for token, ones in spelled.items():
                before = known.get(token)
                if before is not None and before.destroyed:
                    continue
                key = new_key() if before is None else self._key(before)
                entry = _entry(document.tenant, ones, key, before, wrapping)
                if before is None:
                    fresh.append(entry)
                elif entry is not before:
                    replacing.amend(entry)
                mentions.append(_mention(document, ones, key))
            listed = _listed(document, others, len(originals), wrapping)
            replacing.write(listed, mentions, fresh)
            replacing.link(document.tenant, self._links(document.tenant, spelled, mentions))

    def _links(
        self, tenant: str, spelled: Mapping[str, Sequence[Original]], kept: Sequence[MentionRow]
    ) -> dict[str, set[str]]:
        """Return the keyed hashes of the shorter names of the persons among what is kept."""
        links: dict[str, set[str]] = {}
        for token in (mention.token for mention in kept):
            names = {one.value for one in spelled[token] if one.kind == PERSON}
            forms = {form for name in names for form in shorter_forms(person_form(name))}
            links[token] = {self._pseudonyms.link(tenant=tenant, name=form) for form in forms}
        return links

    def called(self, tenant: str, name: str) -> list[str]:
        """Return the pseudonyms of those whom a shorter name may mean."""
        link = self._pseudonyms.link(tenant=tenant, name=person_form(name))
        return self._rows.linked(tenant, link, MOST_CALLED)

    def restore(self, document: RedactedDocument) -> Restored:
        """Return a document as it was, but for pseudonyms that were destroyed."""
        row = self._rows.document(document.id, document.version)
        if row is None or row.tenant != document.tenant:
            raise NotFoundError(f"the vault holds nothing of document {document.id}")
        kept = json.loads(unseal(self._key(row), row.sealed, *_about(row, "originals")))
        replaced = [_original(*fields) for fields in kept["originals"]]
        mentions = self._rows.mentions(document.id, document.version)
        entries = self._rows.entries(document.tenant, (one.token for one in mentions))
        for mention in mentions:
            entry = entries.get(mention.token)
            if entry is None or entry.destroyed:
                continue
            content = unseal(self._key(entry), mention.sealed, *_about_mention(mention))
            replaced += [_original(*fields) for fields in json.loads(content)]
        return restored(document, replaced, left=int(kept["count"]) - len(replaced))

    def values(self, tenant: str, tokens: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the spellings of those of the pseudonyms that can be read, first seen first."""
        return {
            token: _spellings(entry, self._key(entry))
            for token, entry in self._rows.entries(tenant, tokens).items()
            if not entry.destroyed
        }

    def holders(self, tenant: str, token: str) -> list[tuple[str, Acl]]:
        """Return the live documents in which a pseudonym stands, and who may read each."""
        return self._rows.holders(tenant, token)

    def destroy(self, tenant: str, token: str) -> bool:
        """Make a pseudonym meaningless for good; say whether no log of the database holds it.

        Raises:
            NotFoundError: if there is no such pseudonym, or it was destroyed before.
        """
        if not self._rows.destroy(tenant, token):
            raise NotFoundError("the vault holds no such pseudonym")
        return self._rows.scrub()

    def rewrap(self, following: Keys) -> int:
        """Put some rows under the key that comes next; 0 means that all are under it."""

        def wrapped(row: Wrapped) -> bytes:
            return _wrap(row, self._key(row), following)

        return self._rows.rewrap(following.id, wrapped)

    def check(self, tenant: str) -> dict[str, int]:
        """Return how many there are of what, or raise if a key is missing or does not fit."""
        for key_id in sorted(self._rows.key_ids()):
            self._ring.named(key_id)
        probe = self._rows.sample()
        if probe is not None:
            _spellings(probe, self._key(probe))
        return self.counts(tenant)

    def counts(self, tenant: str) -> dict[str, int]:
        """Return how many pseudonyms there are, how many were destroyed, and of how many texts."""
        return self._rows.counts(tenant)

    def _key(self, row: Wrapped) -> bytes:
        """Return a row's own key."""
        wrapping = self._ring.named(row.key_id).derive("vault")
        return unseal(wrapping, row.wrapped, *_about(row, "key"), row.key_id)


def _entry(
    tenant: str, ones: Sequence[Original], key: bytes, before: EntryRow | None, wrapping: Keys
) -> EntryRow:
    """Return a pseudonym's row with the spellings of one more document."""
    known = () if before is None else _spellings(before, key)
    wanted = dict.fromkeys([*known, *(one.value for one in ones)])
    spellings = tuple(wanted)[:MOST_SPELLINGS]
    if before is not None and spellings == known:
        return before
    if before is None:
        row = EntryRow(
            tenant=tenant,
            token=str(ones[0].token),
            kind=ones[0].kind,
            key_id=wrapping.id,
            wrapped=b"",
            sealed=b"",
        )
        before = replace(row, wrapped=_wrap(row, key, wrapping))
    sealed = seal(key, json.dumps(spellings).encode(), *_about(before, "spellings"))
    return replace(before, sealed=sealed)


def _spellings(entry: EntryRow, key: bytes) -> tuple[str, ...]:
    return tuple(json.loads(unseal(key, entry.sealed, *_about(entry, "spellings"))))


def _mention(document: RedactedDocument, ones: Sequence[Original], key: bytes) -> MentionRow:
    row = MentionRow(
        document_id=document.id,
        version=document.version,
        token=str(ones[0].token),
        tenant=document.tenant,
        sealed=b"",
    )
    content = json.dumps([_fields(one) for one in ones]).encode()
    return replace(row, sealed=seal(key, content, *_about_mention(row)))


def _listed(
    document: RedactedDocument, others: Sequence[Original], count: int, wrapping: Keys
) -> DocumentRow:
    """Return the row of what was replaced by other tokens, and of how much was replaced at all."""
    row = DocumentRow(
        document_id=document.id,
        version=document.version,
        tenant=document.tenant,
        key_id=wrapping.id,
        wrapped=b"",
        sealed=b"",
    )
    key = new_key()
    content = {"count": count, "originals": [_fields(one) for one in others]}
    return replace(
        row,
        wrapped=_wrap(row, key, wrapping),
        sealed=seal(key, json.dumps(content).encode(), *_about(row, "originals")),
    )


def _wrap(row: Wrapped, key: bytes, wrapping: Keys) -> bytes:
    return seal(wrapping.derive("vault"), key, *_about(row, "key"), wrapping.id)


def _about(row: Wrapped, what: str) -> tuple[str, ...]:
    """Return what a box in a row belongs to."""
    if isinstance(row, EntryRow):
        return ("entry", what, row.tenant, row.token, row.kind)
    return ("document", what, row.tenant, row.document_id, row.version)


def _about_mention(row: MentionRow) -> tuple[str, ...]:
    return ("mention", row.tenant, row.document_id, row.version, row.token)


def _fields(one: Original) -> tuple[str, int, int, str, str, str]:
    return (one.part, one.start, one.end, one.kind, str(one.token), one.value)


def _original(part: str, start: int, end: int, kind: str, token: str, value: str) -> Original:
    return Original(part=part, start=start, end=end, kind=kind, token=token, value=value)
