"""Human checks of what is indexed: drawn, shown, judged and summed up."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from rag.access.principals import Principals
from rag.access.roles import Role, has_role, require_role
from rag.access.rows import may_read
from rag.errors import ConfigurationError, NotFoundError, RefusedError
from rag.ports import AuditLog, Redactor
from rag.records import Acl, Principal, RedactedDocument, RedactedText, Stage
from rag.redact.kinds import KINDS
from rag.review.estimate import Estimate, estimates
from rag.review.records import Drawn, Facts, Found, History, Review
from rag.review.risk import facts_of
from rag.review.sampling import chance, draw
from rag.state.register import Entry, Register
from rag.state.reviews import Reviews

ROLES = (Role.REDACTION_REVIEW, Role.PRIVACY_OFFICER)
MOST_LOOKED_AT = 5_000
LONGEST_NOTE = 2_000
_MOST_FOLDERS = 20
_ID_SHAPE = re.compile(r"rev_[0-9a-f]{12}")
_UNKNOWN = "there is no review {} that you may decide"


class Bar(Protocol):
    """Shows how far it is."""

    def total(self, count: int) -> None:
        """Say how many documents are looked at."""

    def step(self) -> None:
        """Say that one more is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was drawn, and what could not be: documents that no reviewer may read."""

    reviews: tuple[Review, ...]
    seed: int
    unreadable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Every check and what they tell.

    What is `outdated` waits for nobody: its document has changed or gone since.
    """

    reviews: tuple[Review, ...]
    outdated: frozenset[str]
    estimates: tuple[Estimate, ...]
    names: Mapping[str, RedactedText] = field(repr=False)


class Checks:
    """The queue of checks of one installation."""

    def __init__(
        self,
        *,
        tenant: str,
        reviews: Reviews,
        register: Register,
        audit: AuditLog,
        principals: Principals,
        redactor: Redactor,
        kinds: Callable[[], Collection[str]] = KINDS.keys,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._tenant = tenant
        self._reviews = reviews
        self._register = register
        self._audit = audit
        self._principals = principals
        self._redactor = redactor
        self._kinds = kinds
        self._now = now

    def close(self) -> None:
        """Close the database."""
        self._register.close()

    def sample(self, *, count: int, seed: int, reviewers: Sequence[str], bar: Bar) -> Sample:
        """Draw documents that nobody was asked about yet, and ask somebody who may read each.

        Args:
            count: How many.
            seed: Decides which.
            reviewers: Ids of those who shall look; all who have a role for it, if empty.
            bar: Shows how far it is.
        """
        readers = self._readers(reviewers)
        earlier = self._reviews.reviews(tenant=self._tenant)
        asked = {(one.document_id, one.version, one.fingerprint) for one in earlier}
        live = [e for e in self._register.entries(tenant=self._tenant) if e.stage is Stage.LIVE]
        acls = {entry.id: entry.acl for entry in live}
        every = self._facts(live, seed, bar)
        new = [one for one in every if (one.document_id, one.version, one.fingerprint) not in asked]
        open_ones = [one for one in new if _who(readers, acls[one.document_id], self._tenant)]
        drawn = draw(open_ones, every=every, history=_history(earlier), count=count, seed=seed)
        waiting = Counter(one.reviewer for one in earlier if one.verdict is None)
        moment = self._moment()
        made = tuple(
            self._asked(
                one, _who(readers, acls[one.facts.document_id], self._tenant), waiting, seed, moment
            )
            for one in drawn
        )
        unreadable = len(new) - len(open_ones)
        self._reviews.add(made)
        self._audit.append(
            "redaction-sample",
            {"seed": seed, "reviews": [one.id for one in made], "unreadable": unreadable},
        )
        return Sample(reviews=made, seed=seed, unreadable=unreadable)

    def open(self, review_id: str, principal_id: str) -> tuple[Review, RedactedDocument]:
        """Return a check, by default the next that waits for somebody, and what is to be read."""
        with self._on_record("open", review_id, principal_id) as principal:
            review = self._mine(review_id, principal) if review_id else self._next(principal)
            document = self._readable(review, principal)
        self._audit.append(
            "redaction-review-opened", {"principal": principal.id, "review": review.id}
        )
        return review, document

    def decide(
        self, review_id: str, principal_id: str, *, verdict: Found, kinds: Sequence[str], note: str
    ) -> Review:
        """Write the verdict of whoever was asked, or of a privacy officer."""
        _check(verdict, kinds, note, self._kinds())
        with self._on_record("decide", review_id, principal_id) as principal:
            review = self._mine(review_id, principal)
            self._readable(review, principal)
        decided = replace(
            review,
            verdict=verdict,
            kinds=tuple(sorted(set(kinds))),
            note=self._redactor.redact_text(note, tenant=self._tenant) if note.strip() else None,
            decided=self._moment(),
            decided_by=principal.id,
        )
        self._reviews.decide(decided)
        self._audit.append(
            "redaction-review",
            {
                "principal": principal.id,
                "review": review.id,
                "document": review.document_id,
                "verdict": verdict.value,
                "kinds": list(decided.kinds),
            },
        )
        return decided

    def overview(self) -> Overview:
        """Return every check, and what they tell."""
        reviews = self._reviews.reviews(tenant=self._tenant)
        entries = {one.id: one for one in self._register.entries(tenant=self._tenant)}
        outdated = frozenset(
            one.id
            for one in reviews
            if one.verdict is None and not _stands(one, entries.get(one.document_id))
        )
        return Overview(
            reviews=tuple(reviews),
            outdated=outdated,
            estimates=tuple(estimates(one for one in reviews if one.id not in outdated)),
            names={one.id: one.name for one in entries.values()},
        )

    def names(self) -> Mapping[str, RedactedText]:
        """Return the redacted names of the documents that are there, by id."""
        return {one.id: one.name for one in self._register.entries(tenant=self._tenant)}

    def _readers(self, wanted: Sequence[str]) -> list[Principal]:
        """Return who shall look: those named, else everybody of the tenant who has a role."""
        if wanted:
            named = [self._principals.named(one) for one in dict.fromkeys(wanted)]
            for one in named:
                require_role(one, *ROLES)
        else:
            named = [one for one in self._principals if has_role(one, *ROLES)]
        readers = [one for one in named if one.tenant == self._tenant]
        if not readers:
            raise ConfigurationError(
                f"nobody may review: give a principal the role `{Role.REDACTION_REVIEW}`"
                " in principals.toml"
            )
        return readers

    def _facts(self, live: Sequence[Entry], seed: int, bar: Bar) -> list[Facts]:
        """Count in every document, or in as many of a large archive as chance names."""
        chosen = sorted(live, key=lambda entry: chance(seed, "pool", entry.id))[:MOST_LOOKED_AT]
        sources = source_names(live)
        bar.total(len(chosen))
        found = []
        for entry in chosen:
            document = self._register.document(entry.id)
            found.append(
                facts_of(document, fingerprint=entry.fingerprint, source=sources[entry.id])
            )
            bar.step()
        return found

    def _asked(
        self,
        one: Drawn,
        readers: Sequence[Principal],
        waiting: Counter[str],
        seed: int,
        moment: str,
    ) -> Review:
        """Ask whoever has least to do of those who may read it."""
        chosen = min(readers, key=lambda reader: (waiting[reader.id], reader.id))
        waiting[chosen.id] += 1
        return Review(
            id=f"rev_{secrets.token_hex(6)}",
            tenant=self._tenant,
            document_id=one.facts.document_id,
            version=one.facts.version,
            fingerprint=one.facts.fingerprint,
            source=one.facts.source,
            reviewer=chosen.id,
            how=one.how,
            risk=one.risk,
            signs=one.signs,
            seed=seed,
            drawn=moment,
        )

    def _next(self, principal: Principal) -> Review:
        for one in self._reviews.reviews(tenant=self._tenant):
            if (
                one.reviewer == principal.id
                and one.verdict is None
                and _stands(one, self._register.entry(one.document_id))
            ):
                return one
        raise NotFoundError(f"no review waits for `{principal.id}`")

    def _mine(self, review_id: str, principal: Principal) -> Review:
        """Return a check that this principal was asked for, or any for a privacy officer."""
        review = self._reviews.review(review_id)
        mine = review is not None and (
            review.reviewer == principal.id or has_role(principal, Role.PRIVACY_OFFICER)
        )
        if review is None or not mine or review.tenant != principal.tenant:
            raise NotFoundError(_UNKNOWN.format(_shown(review_id)))
        return review

    def _readable(self, review: Review, principal: Principal) -> RedactedDocument:
        """Return what is to be judged, to who may read it."""
        if not _stands(review, self._register.entry(review.document_id)):
            raise ConfigurationError(
                f"the document of {review.id} has changed since it was drawn: draw again"
            )
        document = self._register.document(review.document_id)
        if not may_read(principal, tenant=document.tenant, acl=document.acl):
            raise NotFoundError(_UNKNOWN.format(_shown(review.id)))
        return document

    @contextmanager
    def _on_record(self, what: str, review_id: str, principal_id: str) -> Iterator[Principal]:
        """Let in who has a role; what is refused is put on record."""
        principal = self._principals.named(principal_id)
        try:
            require_role(principal, *ROLES)
            yield principal
        except (RefusedError, NotFoundError):
            facts = {"principal": principal.id, "review": _shown(review_id), "what": what}
            self._audit.append("redaction-review-refused", facts)
            raise

    def _moment(self) -> str:
        return self._now().isoformat(timespec="seconds")


def _stands(review: Review, entry: Entry | None) -> bool:
    """Whether the document is still as it was when it was drawn."""
    return entry is not None and entry.stage is Stage.LIVE and entry.version == review.version


def source_names(entries: Sequence[Entry]) -> dict[str, str]:
    """Return what each document counts for: the first folder of its name, where there is one.

    Where there are more folders than anybody can look into, such as one a patient, all documents
    of a source are one.
    """
    folders: dict[str, set[str]] = {}
    for entry in entries:
        folders.setdefault(entry.source, set()).add(_folder(entry))
    named = {}
    for entry in entries:
        first = _folder(entry)
        single = not first or len(folders[entry.source]) > _MOST_FOLDERS
        named[entry.id] = entry.source if single else f"{entry.source}/{first}"
    return named


def _folder(entry: Entry) -> str:
    first, slash, _ = entry.name.partition("/")
    return first if slash else ""


def _who(readers: Sequence[Principal], acl: Acl, tenant: str) -> list[Principal]:
    return [one for one in readers if may_read(one, tenant=tenant, acl=acl)]


def _history(reviews: Sequence[Review]) -> Mapping[str, History]:
    """Return, of each source that was checked, under which fingerprints."""
    seen: dict[str, set[str]] = {}
    for one in reviews:
        if one.verdict is not None:
            seen.setdefault(one.source, set()).add(one.fingerprint)
    return {source: History(fingerprints=frozenset(found)) for source, found in seen.items()}


def _check(verdict: Found, kinds: Sequence[str], note: str, known: Collection[str]) -> None:
    """Refuse a verdict that says too little or what cannot be."""
    if verdict is Found.OK and kinds:
        raise ConfigurationError(
            "`ok` names no kind: nothing was missed, nothing taken out in vain"
        )
    if verdict is not Found.OK and not kinds:
        raise ConfigurationError(f"`{verdict}` needs a --kind: what was it?")
    if not all(kind in known for kind in kinds):
        raise ConfigurationError(
            "a --kind is one that there is, such as PERSON or US_SSN: the page of"
            " `ringfence redact --report` lists them"
        )
    if len(note) > LONGEST_NOTE:
        raise ConfigurationError(f"a note has at most {LONGEST_NOTE} characters")


def _shown(review_id: str) -> str:
    """Return an id as it may be shown and kept: what has not its shape may be anything."""
    return review_id if _ID_SHAPE.fullmatch(review_id) else "of that id"
