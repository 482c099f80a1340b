"""Nobody finds or fetches what he may not, and everybody all that he may: 10,000 cases and more.

A case is one principal with one query, or one fetch by id, against one index. What he ought to
get is worked out by `may_see`, `may_be_told_of` and `asked_for` below, which are written from
the rules as people tell them and share nothing with the filters that an index is asked by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipelines.answer import Answering
from pipelines.reading import Reading
from rag.access import rows
from rag.access.api_keys import ApiKeys
from rag.access.principals import Principals
from rag.api.app import create_app
from rag.chunk.facets import facets_of_document
from rag.errors import NotFoundError
from rag.ground.leaks import LeakScan
from rag.ground.support import SupportGrounder
from rag.records import (
    Acl,
    ElementKind,
    Embedded,
    Facets,
    Fact,
    Narrowing,
    Principal,
    RedactedDocument,
    Stage,
)
from rag.redact.mint import stored
from rag.retrieve.search import Retriever
from rag.settings import ApiSettings, RetrieveSettings
from rag.state.database import sqlite_url
from rag.state.register import Entry, Register
from rag.store.edge import EdgeStore
from rag.store.filters import AllOf, AtLeast, Filter
from rag.store.memory import MemoryStore
from rag.testing.layouts import Block, laid_out
from rag.testing.vectors import DIMENSIONS, embedded, passage, question

CASES = 10_000
EXAMPLES = 54  # of 6 principals with 16 queries each, on two indexes
CASES_BY_HTTP = 400
EXAMPLES_BY_HTTP = 4

# Who, what, and what is asked for: few of each, so that most of them meet.
TENANTS = ["main", "other"]
GROUPS = ["doctors", "nurses", "Nurses"]
PURPOSES = ["", "care", "research"]
DAYS = [0, 20231231, 20240101, 20240531, 20241231]
YEARS = [(0, 0), (20240531, 20240531), (20240101, 20241231), (20231231, 20231231)]


def some(names: list[str]) -> st.SearchStrategy[frozenset[str]]:
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
    return tenant == who.tenant and acl.discoverable and not may_see(who, tenant, acl)


def asked_for(facets: Facets, asked: Narrowing) -> bool:
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


# The index


def points(name: str, paper: Paper, version: str, acl: Acl) -> list[Embedded]:
    made = []
    for ordinal in range(paper.passages):
        chunk = passage(name, ordinal, version=version, tenant=paper.tenant, acl=acl)
        words = {1: 1.0} if ordinal == 0 else {2: 1.0}
        made.append(embedded(replace(chunk, facets=paper.facets), words=words))
    return made


def fill(store, papers: Iterable[tuple[str, Paper]]) -> None:
    """Put every document there, and let happen to it what its fate says."""
    for name, paper in papers:
        store.put(points(name, paper, "v1", paper.acl))
        if paper.fate != "coming":
            store.publish(name, "v1")
        if paper.fate in ("replacing", "renewed"):  # the coming version may be for anybody
            acl = Acl(public=True) if paper.fate == "replacing" else paper.acl
            store.put(points(name, paper, "v2", acl))
        if paper.fate == "renewed":
            store.publish(name, "v2")
        if paper.fate == "granted":
            store.grant(name, paper.later)
        if paper.fate == "removed":
            store.remove(name)


def check_searches(store, papers, principals, queries, counted: Counter[str]) -> None:
    for who in principals:
        for query in queries:
            allowed = may_be_told_of if query.told_of else may_see
            wanted = {
                (name, paper.seen, ordinal)
                for name, paper in papers
                for ordinal in range(paper.passages)
                if paper.seen
                and allowed(who, paper.tenant, paper.holds)
                and asked_for(paper.facets, query.narrowing)
            }
            within = rows.discoverable(who) if query.told_of else rows.readable(who)
            hits = store.search(
                question("anything", {1: 1.0} if query.words else {}),
                readable=rows.narrowed(within, query.narrowing),
                limit=query.limit,
            )
            found = {(hit.document_id, hit.document_version, hit.ordinal) for hit in hits}
            assert found <= wanted, "too many"
            assert len(hits) == len(found) == min(query.limit, len(wanted)), "too few"
            counted["search"] += 1


class Shelf:
    """The documents that are live, as the register has them."""

    def __init__(self, papers: Iterable[tuple[str, Paper]]) -> None:
        self._papers = {f"doc_{name}": paper for name, paper in papers if paper.seen}

    def document(self, document_id: str) -> RedactedDocument:
        if document_id not in self._papers:
            raise NotFoundError("none")
        return written(document_id, self._papers[document_id])


def check_fetches(papers, principals, counted: Counter[str]) -> None:
    reading = Reading(Shelf(papers), LeakScan(AsItIs(), Log()), Log())
    for who in principals:
        for name, paper in papers:
            fetched = [
                gets(lambda: reading.document(f"doc_{name}", who)),  # noqa: B023  called at once
                gets(lambda: reading.passage(f"doc_{name}", 0, 3, who)),  # noqa: B023  likewise
            ]
            allowed = bool(paper.seen) and may_see(who, paper.tenant, paper.holds)
            assert fetched == [allowed, allowed]
            counted["fetch"] += 1


def gets(fetch) -> bool:
    try:
        fetch()
    except NotFoundError:
        return False
    return True


def written(document_id: str, paper: Paper) -> RedactedDocument:
    """A document of as many sections as it has passages, each like no other."""
    blocks = []
    for n in range(paper.passages):
        blocks.append(Block(kind=ElementKind.TITLE, text=f"Part {n} of {document_id}"))
        blocks.append(Block(kind=ElementKind.TEXT, text=f"What {document_id} says of {n}."))
    first, last = paper.facets.first_day, paper.facets.last_day
    day = "" if not first else str(first)[:4] if first != last else _iso(first)
    return replace(
        laid_out(blocks, document_id=document_id, tenant=paper.tenant, acl=paper.holds),
        source=paper.facets.source,
        media_type=paper.facets.kind,
        metadata={
            Fact.TAGS.value: stored("\n".join(sorted(paper.facets.tags))),
            Fact.MODIFIED.value: stored(day),
        },
    )


def _iso(day: int) -> str:
    return f"{str(day)[:4]}-{str(day)[4:6]}-{str(day)[6:]}"


class AsItIs:
    """Takes every text for redacted."""

    def redact_text(self, text, *, tenant):  # noqa: ARG002  the port's signature
        return stored(text)

    def redact_outgoing(self, text, *, tenant, policies):  # noqa: ARG002  likewise
        return stored(text), ()


class Log:
    def append(self, event, facts):  # noqa: ARG002  likewise
        return "1"


# The property, and that it would notice

UNIVERSE = {
    "papers": st.lists(PAPERS, min_size=6, max_size=14),
    "principals": st.lists(PRINCIPALS, min_size=6, max_size=6),
    "queries": st.lists(QUERIES, min_size=16, max_size=16),
}
LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def checked(stores, *, examples: int) -> Counter[str]:
    """Check as many universes on these indexes, and count the cases."""
    counted: Counter[str] = Counter()

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=LARGE,
        phases=[Phase.generate],  # what it finds is small enough to be read as it is
    )
    @given(**UNIVERSE)
    def check(papers, principals, queries):
        named = [(f"{n:x}", paper) for n, paper in enumerate(papers)]
        for make in stores:
            store = make()
            fill(store, named)
            check_searches(store, named, principals, queries, counted)
        check_fetches(named, principals, counted)

    check()
    return counted


@pytest.fixture(scope="module")
def edge(tmp_path_factory) -> Iterator[EdgeStore]:
    with closing(EdgeStore(tmp_path_factory.mktemp("edge") / "index", DIMENSIONS)) as store:
        yield store


@pytest.mark.slow
def test_nobody_gets_too_much_and_nobody_too_little(edge):
    def emptied() -> EdgeStore:
        """One index for all of it: making one costs many syncs of the disk."""
        for name in edge.versions():
            edge.remove(name)
        return edge

    counted = checked([lambda: MemoryStore(DIMENSIONS), emptied], examples=EXAMPLES)
    assert counted.total() >= CASES


def _without(part: int):
    """`readable` without one of its rules."""
    whole = rows.readable

    def readable(principal: Principal) -> Filter:
        parts = whole(principal).parts
        return AllOf(parts=(*parts[:part], *parts[part + 1 :]))

    return {"readable": readable}


def _only_what_is_asked(_: Filter, asked: Narrowing) -> Filter:
    return _narrowed(AllOf(parts=()), asked)


def _whatever_is_asked(within: Filter, _: Narrowing) -> Filter:
    return within


def _also_without_a_day(within: Filter, asked: Narrowing) -> Filter:
    made = _narrowed(within, asked)
    known = AtLeast(field="first_day", value=1)
    return AllOf(parts=tuple(p for p in made.parts if p != known)) if made != within else made


_narrowed = rows.narrowed


@pytest.mark.parametrize(
    "mistake",
    [
        *(pytest.param(_without(n), id=f"rule {n} of readable is forgotten") for n in range(4)),
        pytest.param({"narrowed": _only_what_is_asked}, id="filters replace permissions"),
        pytest.param({"narrowed": _whatever_is_asked}, id="filters are forgotten"),
        pytest.param({"narrowed": _also_without_a_day}, id="unknown days are taken for old ones"),
        pytest.param({"may_read": lambda *_, **__: True}, id="a fetch asks nobody"),
        pytest.param({"discoverable": rows.readable}, id="what may be told of is read"),
        pytest.param({"rag.store.memory.visible": lambda within: within}, id="drafts are read"),
        pytest.param(
            {"rag.store.memory.MemoryStore.grant": lambda *_: None}, id="changes come to nothing"
        ),
    ],
)
def test_the_property_notices_a_mistake(mistake, monkeypatch):
    for name, wrong in mistake.items():
        monkeypatch.setattr(name if "." in name else f"rag.access.rows.{name}", wrong)
        if name == "may_read":
            monkeypatch.setattr("pipelines.reading.may_read", wrong)
    with pytest.raises(AssertionError):
        checked([lambda: MemoryStore(DIMENSIONS)], examples=20)


# The same through the service


class Near:
    """Finds every passage alike, so that all there is to read comes back."""

    def embed_question(self, text, *, words=None):  # noqa: ARG002  the port's signature
        return question("anything", {1: 1.0})


def passages_of(document: RedactedDocument) -> list[Embedded]:
    """A passage a section: its heading and what stands below."""
    made = []
    for n, element in enumerate(document.elements[1::2]):
        chunk = passage(document.id, n, version=document.version, tenant=document.tenant)
        start = element.headings[-1].start
        text = document.text.cut(start, element.end)
        chunk = replace(chunk, text=text, start=start, end=element.end, acl=document.acl)
        made.append(embedded(replace(chunk, facets=facets_of_document(document))))
    return made


def bring(store, register, document: RedactedDocument, *, before: str, live: bool) -> None:
    """Take a version of a document as far as ingest does, or until just before it is live."""
    entry = Entry(
        id=document.id,
        tenant=document.tenant,
        source=document.source,
        name=document.name,
        item_version="",
        fingerprint="",
        version=before,
        stage=Stage.STARTED,
        acl=document.acl,
        chunks=0,
        failure="",
        reason="",
    )
    made = passages_of(document)
    register.write(entry, document, places=[])
    store.put(made)
    if live:
        store.publish(document.id, document.version)
        register.finish(document.id, version=document.version, chunks=len(made))


def shelve(store, register, document_id: str, paper: Paper) -> None:
    """Let a document come to its fate in index and register."""
    first = replace(written(document_id, paper), acl=paper.acl)
    bring(store, register, first, before="", live=paper.fate != "coming")
    if paper.fate in ("replacing", "renewed"):
        second = replace(first, version="v2")
        bring(store, register, second, before="v1", live=paper.fate == "renewed")
    if paper.fate == "granted":
        store.grant(document_id, paper.later)
        register.grant(document_id, paper.later, stage=Stage.LIVE)
    if paper.fate == "removed":
        store.remove(document_id)
        register.forget(document_id)


@contextmanager
def service(papers: dict[str, Paper], principals: list[Principal]):
    """The service over these documents, with a key for everybody."""
    with TemporaryDirectory() as folder:
        keys = ApiKeys(Path(folder) / "keys.json")
        store, register = MemoryStore(DIMENSIONS), Register(sqlite_url(f"{folder}/state.sqlite"))
        for document_id, paper in papers.items():
            shelve(store, register, document_id, paper)
        log = Log()
        answering = Answering(
            redactor=AsItIs(),
            retriever=Retriever(Near(), store, register, WHOLE),
            generator=None,
            grounder=SupportGrounder(),
            audit=log,
            register=register,
            store=store,
            principals=Principals.of(principals, keys),
            leaks=LeakScan(AsItIs(), log),
        )
        opened = {who.id: keys.create(who) for who in principals}
        with closing(register), TestClient(create_app(answering, ApiSettings())) as client:
            yield client, opened


WHOLE = RetrieveSettings(
    passages=50,
    rewrite=False,
    rerank="none",
    exact=False,
    fold=False,
    diversity=0,
    merge=False,
    expand=False,
    evidence_tokens=0,
)


def filters_of(asked: Narrowing) -> dict[str, object]:
    body = {name: sorted(getattr(asked, name)) for name in ("sources", "kinds", "tags")}
    days = {name: _iso(getattr(asked, name)) for name in ("since", "until") if getattr(asked, name)}
    return {**body, **days}


def check_service(client, who: Principal, key: str, papers, queries, counted) -> None:
    headers = {"x-api-key": key}
    for query in queries:
        asked = query.narrowing
        body = {"question": "Where?", "filters": filters_of(asked), "limit": 50}
        response = client.post("/v1/search", json=body, headers=headers)
        if asked.until and asked.since > asked.until:
            assert response.status_code == 422
            continue
        found = Counter(one["document"] for one in response.json()["passages"])
        assert found == {
            name: paper.passages
            for name, paper in papers.items()
            if paper.seen
            and may_see(who, paper.tenant, paper.holds)
            and asked_for(paper.facets, asked)
        }
        counted["search"] += 1
    for name, paper in papers.items():
        allowed = bool(paper.seen) and may_see(who, paper.tenant, paper.holds)
        for path in (f"/v1/documents/{name}", f"/v1/documents/{name}/evidence?start=0&end=6"):
            response = client.get(path, headers=headers)
            assert response.status_code == (200 if allowed else 404), path
            if not allowed:  # nor does it say why
                assert response.json() == client.get("/v1/documents/x", headers=headers).json()
            counted["fetch"] += 1


@pytest.mark.slow
def test_nobody_gets_too_much_from_the_service_and_nobody_too_little():
    counted: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES_BY_HTTP,
        database=None,
        suppress_health_check=LARGE,
        phases=[Phase.generate],
    )
    @given(**{**UNIVERSE, "queries": st.lists(QUERIES, min_size=8, max_size=8)})
    def check(papers, principals, queries):
        named = {f"doc_{n:x}": paper for n, paper in enumerate(papers)}
        people = [replace(who, id=f"p{n}") for n, who in enumerate(principals)]
        with service(named, people) as (client, keys):
            for who in people:
                check_service(client, who, keys[who.id], named, queries, counted)

    check()
    assert counted["search"] >= CASES_BY_HTTP / 4
    assert counted.total() >= CASES_BY_HTTP
