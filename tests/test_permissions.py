"""Nobody finds or fetches what he may not, and everybody all that he may: 10,000 cases and more.

A case is one principal with one query, or one fetch by id, against one index. What he ought to
get is worked out by the oracle of `rag.testing.permission_cases`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings

from pipelines.reading import Reading
from rag.access import rows
from rag.errors import NotFoundError
from rag.ground.leaks import LeakScan
from rag.records import (
    Acl,
    Embedded,
    Narrowing,
    Principal,
    RedactedDocument,
)
from rag.store.edge import EdgeStore
from rag.store.filters import AllOf, AtLeast, Filter
from rag.store.memory import MemoryStore
from rag.testing.permission_cases import (
    LARGE,
    UNIVERSE,
    AsItIs,
    Log,
    Paper,
    asked_for,
    may_be_told_of,
    may_see,
    written,
)
from rag.testing.vectors import DIMENSIONS, embedded, passage, question

CASES = 10_000
EXAMPLES = 54  # of 6 principals with 16 queries each, on two indexes

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


# The property, and that it would notice


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
