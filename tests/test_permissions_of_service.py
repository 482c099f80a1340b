"""The service gives nobody too much and nobody too little: the cases of the index, over HTTP."""

from __future__ import annotations

from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipelines.answer import Answering
from rag.access.api_keys import ApiKeys
from rag.access.principals import Principals
from rag.api.app import create_app
from rag.chunk.facets import facets_of_document
from rag.generate.tiers import Single
from rag.ground.leaks import LeakScan
from rag.ground.support import SupportGrounder
from rag.records import Embedded, Narrowing, Principal, RedactedDocument, Stage
from rag.retrieve.search import Retriever
from rag.settings import ApiSettings, RetrieveSettings
from rag.state.database import sqlite_url
from rag.state.register import Entry, Register
from rag.store.memory import MemoryStore
from rag.testing.permission_cases import (
    LARGE,
    QUERIES,
    UNIVERSE,
    AsItIs,
    Log,
    Paper,
    asked_for,
    iso,
    may_see,
    written,
)
from rag.testing.vectors import DIMENSIONS, embedded, passage, question

CASES_BY_HTTP = 400
EXAMPLES_BY_HTTP = 4


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
            answerer=Single(None, SupportGrounder()),
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
    days = {name: iso(getattr(asked, name)) for name in ("since", "until") if getattr(asked, name)}
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
