"""Documents, askers and questions of every kind of permission, and what each ought to get.

What they ought to get is worked out by `may_see`, `may_be_told_of` and `asked_for`, which are
written from the rules as people tell them and share nothing with the filters that an index is
asked by.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from hypothesis import HealthCheck
from hypothesis import strategies as st

from rag.records import (
    Acl,
    Document,
    ElementKind,
    Facets,
    Fact,
    Narrowing,
    Principal,
    RedactedDocument,
    RedactedText,
    Redaction,
)
from rag.redact.mint import stored
from rag.testing.layouts import Block, laid_out

# Who, what, and what is asked for: few of each, so that most of them meet.
TENANTS = ["main", "other"]
GROUPS = ["doctors", "nurses", "Nurses"]
PURPOSES = ["", "care", "research"]
DAYS = [0, 20231231, 20240101, 20240531, 20241231]
YEARS = [(0, 0), (20240531, 20240531), (20240101, 20241231), (20231231, 20231231)]


def some(names: list[str]) -> st.SearchStrategy[frozenset[str]]:
    """Return at most two of these names."""
    return st.sets(st.sampled_from(names), max_size=2).map(frozenset)


ACLS = st.builds(
    Acl,
    groups=some(GROUPS),
    public=st.booleans(),
    discoverable=st.booleans(),
    clearance=st.integers(0, 2),
    purposes=some(PURPOSES[1:]) | st.just(frozenset()),
)
FACETS = st.builds(
    lambda source, kind, tags, days: Facets(
        source=source, kind=kind, tags=tags, first_day=days[0], last_day=days[1]
    ),
    st.sampled_from(["wards", "bank"]),
    st.sampled_from(["text/plain", "application/pdf"]),
    some(["policy", "old"]),
    st.sampled_from(YEARS),
)
PRINCIPALS = st.builds(
    Principal,
    tenant=st.sampled_from(TENANTS),
    id=st.just("asker"),
    groups=some(GROUPS),
    clearance=st.integers(0, 2),
    purpose=st.sampled_from(PURPOSES),
)
NOTHING: st.SearchStrategy[frozenset[str]] = st.just(frozenset())
NARROWINGS = st.builds(
    Narrowing,
    sources=NOTHING | some(["wards", "bank", "nowhere"]),
    kinds=NOTHING | some(["text/plain", "application/pdf"]),
    tags=NOTHING | some(["policy", "old", "new"]),
    since=st.sampled_from([0, *DAYS]),
    until=st.sampled_from([0, *DAYS]),
)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document, and what became of it in the index."""

    tenant: str
    acl: Acl
    facets: Facets
    passages: int
    fate: str
    later: Acl  # of a change of permissions

    @property
    def seen(self) -> str | None:
        """The version that readers see."""
        return {"removed": None, "coming": None, "renewed": "v2"}.get(self.fate, "v1")

    @property
    def holds(self) -> Acl:
        """Who may read it now."""
        return self.later if self.fate == "granted" else self.acl


PAPERS = st.builds(
    Paper,
    tenant=st.sampled_from(["main", *TENANTS]),
    acl=ACLS,
    facets=FACETS,
    passages=st.integers(1, 2),
    fate=st.sampled_from(["live", "live", "coming", "replacing", "renewed", "granted", "removed"]),
    later=ACLS,
)


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is asked: with words or by meaning alone, how much, and for what may be told of too."""

    narrowing: Narrowing
    words: bool
    limit: int
    told_of: bool


QUERIES = st.builds(
    Query,
    narrowing=NARROWINGS,
    words=st.booleans(),
    limit=st.sampled_from([1, 3, 60]),
    told_of=st.sampled_from([False, False, True]),
)


# The oracle: loops and sentences, no filter.


def may_see(who: Principal, tenant: str, acl: Acl) -> bool:
    """Whether somebody may read what has these permissions."""
    if tenant != who.tenant or acl.clearance > who.clearance:
        return False
    if len(acl.purposes) > 0 and who.purpose not in acl.purposes:
        return False
    if acl.public:
        return True
    for group in who.groups:
        for allowed in acl.groups:
            if group == allowed:
                return True
    return False


def may_be_told_of(who: Principal, tenant: str, acl: Acl) -> bool:
    """Whether he may only know that it exists."""
    return tenant == who.tenant and acl.discoverable and not may_see(who, tenant, acl)


def asked_for(facets: Facets, asked: Narrowing) -> bool:
    """Whether a document is among what was asked for."""
    if asked.sources and facets.source not in asked.sources:
        return False
    if asked.kinds and facets.kind not in asked.kinds:
        return False
    if asked.tags and not any(tag in asked.tags for tag in facets.tags):
        return False
    if asked.since == 0 and asked.until == 0:
        return True
    if facets.first_day == 0:
        return False  # nobody knows its day
    too_old = asked.since != 0 and facets.last_day < asked.since
    too_new = asked.until != 0 and facets.first_day > asked.until
    return not too_old and not too_new


def written(document_id: str, paper: Paper) -> RedactedDocument:
    """A document of as many sections as it has passages, each like no other."""
    blocks = []
    for n in range(paper.passages):
        blocks.append(Block(kind=ElementKind.TITLE, text=f"Part {n} of {document_id}"))
        blocks.append(Block(kind=ElementKind.TEXT, text=f"What {document_id} says of {n}."))
    first, last = paper.facets.first_day, paper.facets.last_day
    day = "" if not first else str(first)[:4] if first != last else iso(first)
    return replace(
        laid_out(blocks, document_id=document_id, tenant=paper.tenant, acl=paper.holds),
        source=paper.facets.source,
        media_type=paper.facets.kind,
        metadata={
            Fact.TAGS.value: stored("\n".join(sorted(paper.facets.tags))),
            Fact.MODIFIED.value: stored(day),
        },
    )


def iso(day: int) -> str:
    """Return a day such as 20240531 as people write it."""
    return f"{str(day)[:4]}-{str(day)[4:6]}-{str(day)[6:]}"


class AsItIs:
    """Takes every text for redacted."""

    def fingerprint_under(self, policy: str) -> str:
        """Return the same for every policy."""
        del policy
        return "as it is"

    def redact(self, document: Document) -> RedactedDocument:
        """Nothing here redacts documents."""
        raise NotImplementedError

    def redact_text(self, text: str, *, tenant: str) -> RedactedText:
        """Return the text."""
        del tenant
        return stored(text)

    def redact_outgoing(
        self, text: str, *, tenant: str, policies: Collection[str]
    ) -> tuple[RedactedText, tuple[Redaction, ...]]:
        """Return the text, in which nothing was found."""
        del tenant, policies
        return stored(text), ()


class Log:
    """An audit log that keeps nothing."""

    def append(self, event: str, facts: Mapping[str, object]) -> str:
        """Take note of nothing."""
        del event, facts
        return "1"

    def verify(self) -> int:
        """Find no entries."""
        return 0


UNIVERSE = {
    "papers": st.lists(PAPERS, min_size=6, max_size=14),
    "principals": st.lists(PRINCIPALS, min_size=6, max_size=6),
    "queries": st.lists(QUERIES, min_size=16, max_size=16),
}
LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
