"""`ServerStore` against a recording stub; against the client's own local engine; and, if
RINGFENCE_TEST_QDRANT_URL names one, against a server."""

from __future__ import annotations

import json
import uuid
from contextlib import closing
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from rag import settings as process
from rag.access.rows import readable
from rag.errors import ConfigurationError, NotFoundError
from rag.records import Acl
from rag.settings import StoreSettings
from rag.store.payload import digest_of
from rag.store.server import ServerStore
from rag.store.server_collection import _create
from rag.testing.qdrant_stub import Trouble, collection_info
from rag.testing.store_contract import StoreContract, add, document, principal
from rag.testing.vectors import DIMENSIONS, embedded, passage, question

SERVER_URL = process.test_qdrant_url()


@pytest.fixture
def store(served):
    return served


@pytest.mark.server
@pytest.mark.skipif(not SERVER_URL, reason="RINGFENCE_TEST_QDRANT_URL names no Qdrant server")
class TestServerStoreOnAServer(StoreContract):
    @pytest.fixture
    def store(self):
        collection = f"ringfence-test-{uuid.uuid4().hex}"
        settings = StoreSettings(kind="server", url=SERVER_URL, collection=collection)
        with closing(ServerStore(settings, DIMENSIONS)) as store:
            yield store
            store._client().delete_collection(collection)


class LocalStore(ServerStore):
    """Speaks to the engine in Python that the client brings for trials."""

    def _connect(self):
        from qdrant_client import QdrantClient

        client = QdrantClient(":memory:")
        _create(client, self._collection, self._dimensions, 50_000)
        return client


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")
@pytest.mark.filterwarnings("ignore:Local mode performs exact")
class TestServerStoreOnTheClientsLocalEngine(StoreContract):
    """Not a server, but an independent reading of every filter, operation and formula."""

    @pytest.fixture
    def store(self):
        settings = StoreSettings(kind="server", url="http://localhost:6333")
        with closing(LocalStore(settings, DIMENSIONS)) as store:
            yield store

    def test_a_reader_never_sees_neither_version_nor_both(self):
        pytest.skip("this engine is not made for a reader and a writer at once")


def parsed(kind, body):
    """Return a request's body as the client's own models read it: they refuse unknown fields."""
    return TypeAdapter(kind).validate_python(body)


def test_the_collection_is_made_and_indexed_once(stub, store):
    from qdrant_client import models

    store.warm()
    (made,) = stub.requests("PUT", "/collections/ringfence")
    request = parsed(models.CreateCollection, made.body)
    assert request.vectors["dense"].size == DIMENSIONS
    assert request.vectors["dense"].distance is models.Distance.DOT
    assert request.sparse_vectors["bm25"].modifier is models.Modifier.IDF
    assert request.on_disk_payload is True
    assert request.quantization_config.scalar.type is models.ScalarType.INT8
    assert request.optimizers_config.indexing_threshold == 50_000 * DIMENSIONS * 4 // 1024
    indexed = {
        index.field_name: index.field_schema
        for index in (
            parsed(models.CreateFieldIndex, asked.body) for asked in stub.requests("PUT", "/index")
        )
    }
    assert indexed.pop("tenant").is_tenant is True
    assert {name: schema.value for name, schema in indexed.items()} == {
        "document": "keyword",
        "version": "keyword",
        "groups": "keyword",
        "purposes": "keyword",
        "source": "keyword",
        "kind": "keyword",
        "tags": "keyword",
        "public": "bool",
        "discoverable": "bool",
        "live": "bool",
        "for_purposes": "bool",
        "clearance": "integer",
        "first_day": "integer",
        "last_day": "integer",
    }
    before = len(stub.asked)
    store.warm()
    assert len(stub.asked) == before
    store.close()
    store.warm()
    assert [(a.method, a.path) for a in stub.asked[before:]] == [("GET", "/collections/ringfence")]


def test_nothing_is_sent_before_the_first_use_and_the_key_with_every_request(stub, store):
    assert stub.asked == []
    store.put(document("a"))
    assert stub.asked
    assert {asked.headers["api-key"] for asked in stub.asked} == {"s3cret"}


def test_every_search_carries_the_filter_and_the_live_flag(stub, store):
    from qdrant_client import models

    asker = replace(principal("nurses", "doctors", clearance=2), purpose="care")
    store.search(question("x", {3: 1.0, 7: 1.0}), readable=readable(asker), limit=5)
    store.search(question("x"), readable=readable(asker), limit=5)
    bodies = [
        parsed(models.QueryRequestBatch, a.body).searches
        for a in stub.requests("POST", "/points/query/batch")
    ]
    assert [[s.using for s in body] for body in bodies] == [["dense", "bm25"], ["dense"]]
    expected = {
        "must": [
            {
                "must": [
                    {"must": [{"key": "tenant", "match": {"value": "main"}}]},
                    {"must": [{"key": "clearance", "range": {"lte": 2.0}}]},
                    {
                        "should": [
                            {"must": [{"key": "public", "match": {"value": True}}]},
                            {"must": [{"key": "groups", "match": {"any": ["doctors", "nurses"]}}]},
                        ]
                    },
                    {
                        "should": [
                            {"must": [{"key": "for_purposes", "match": {"value": False}}]},
                            {"must": [{"key": "purposes", "match": {"value": "care"}}]},
                        ]
                    },
                ]
            },
            {"must": [{"key": "live", "match": {"value": True}}]},
        ]
    }
    for search in (search for body in bodies for search in body):
        assert search.filter.model_dump(exclude_none=True) == expected
        assert (search.prefetch, search.lookup_from) == (None, None)
    words = bodies[0][1]
    assert words.query.model_dump(exclude_none=True) == {
        "nearest": {"indices": [3, 7], "values": [1.0, 1.0]}
    }
    assert words.params.idf.corpus.model_dump(exclude_none=True) == expected


def test_an_asker_without_groups_asks_for_what_has_one_of_no_ids(stub, store):
    """An empty `any` or `should` could be read as "no condition"."""
    from qdrant_client import models

    store.search(question("x"), readable=readable(principal()), limit=5)
    (asked,) = stub.requests("POST", "/points/query/batch")
    (search,) = parsed(models.QueryRequestBatch, asked.body).searches
    groups = search.filter.must[0].must[2].should[1]
    assert groups.model_dump(exclude_none=True) == {"must": [{"has_id": []}]}


def test_points_are_written_without_text_and_not_live(stub, store):
    from qdrant_client import models

    acl = Acl(groups=frozenset({"nurses"}), clearance=1, purposes=frozenset({"care"}))
    chunk = passage("a", page=4, acl=acl)
    store.put([embedded(chunk, words={9: 0.5})])
    (written,) = stub.requests("PUT", "/points")
    assert written.query == "wait=true"
    (point,) = parsed(models.PointsList, written.body).points
    assert point.id == chunk.id
    assert sorted(point.vector) == ["bm25", "dense"]
    assert point.payload == {
        "tenant": "main",
        "document": "a",
        "version": "v1",
        "live": False,
        "ordinal": 0,
        "start": 0,
        "end": 90,
        "page": 4,
        "digest": digest_of(chunk.text),
        "groups": ["nurses"],
        "public": False,
        "discoverable": False,
        "clearance": 1,
        "purposes": ["care"],
        "for_purposes": True,
        "source": "",
        "kind": "",
        "tags": [],
        "first_day": 0,
        "last_day": 0,
    }


def test_a_point_that_is_live_is_written_live(stub, store):
    from qdrant_client import models

    stub.points = [{"id": passage("a", 1).id, "payload": {"live": True}}]
    store.put(document("a", passages=3))
    (written,) = stub.requests("PUT", "/points")
    points = parsed(models.PointsList, written.body).points
    assert [point.payload["live"] for point in points] == [False, True, False]


def test_publishing_is_one_ordered_request_that_waits(stub, store):
    from qdrant_client import models

    stub.points = [{"id": passage("a").id, "payload": {}}]
    store.publish("a", "v2")
    (asked,) = stub.requests("POST", "/points/batch")
    assert asked.query == "wait=true"
    show, hide, delete = parsed(models.UpdateOperations, asked.body).operations
    this = {
        "must": [
            {"must": [{"key": "document", "match": {"value": "a"}}]},
            {"must": [{"key": "version", "match": {"value": "v2"}}]},
        ]
    }
    others = {"must": [this["must"][0], {"must_not": [this["must"][1]]}]}
    assert show.set_payload.payload == {"live": True}
    assert show.set_payload.filter.model_dump(exclude_none=True) == this
    assert hide.set_payload.payload == {"live": False}
    assert hide.set_payload.filter.model_dump(exclude_none=True) == others
    assert delete.delete.filter.model_dump(exclude_none=True) == others


def test_a_version_without_points_is_not_published(stub, store):
    with pytest.raises(NotFoundError):
        store.publish("a", "v2")
    assert stub.requests("POST", "/points/batch") == []


def test_grant_and_remove_name_one_document_and_wait(stub, store):
    from qdrant_client import models

    store.grant("a", Acl(groups=frozenset({"b", "a"}), discoverable=True))
    store.remove("a")
    document_a = {"must": [{"key": "document", "match": {"value": "a"}}]}
    (granted,) = stub.requests("POST", "/points/payload")
    request = parsed(models.SetPayload, granted.body)
    assert request.filter.model_dump(exclude_none=True) == document_a
    assert request.payload == {
        "groups": ["a", "b"],
        "public": False,
        "discoverable": True,
        "clearance": 0,
        "purposes": [],
        "for_purposes": False,
    }
    (removed,) = stub.requests("POST", "/points/delete")
    selector = parsed(models.FilterSelector, removed.body)
    assert selector.filter.model_dump(exclude_none=True) == document_a
    assert granted.query == removed.query == "wait=true"


REQUESTS = {
    ("PUT", ""): "CreateCollection",
    ("PUT", "/index"): "CreateFieldIndex",
    ("PUT", "/points"): "PointsList",
    ("POST", "/points"): "PointRequest",
    ("POST", "/points/batch"): "UpdateOperations",
    ("POST", "/points/count"): "CountRequest",
    ("POST", "/points/delete"): "FilterSelector",
    ("POST", "/points/payload"): "SetPayload",
    ("POST", "/points/query/batch"): "QueryRequestBatch",
    ("POST", "/points/scroll"): "ScrollRequest",
}


def test_every_request_of_every_method_is_one_of_qdrants_interface(stub, store):
    """The client's models are made from its OpenAPI description, and refuse unknown fields."""
    from qdrant_client import models

    place = {"document": "a", "version": "v1", "ordinal": 0, "start": 0, "end": 9, "page": None}
    stub.points = [{"id": passage("a").id, "payload": place}]
    store.warm()
    store.put(document("a", acl=Acl(purposes=frozenset({"care"}))))
    store.write(document("b"))
    store.grant("a", Acl(public=True))
    store.search(question("x", {1: 1.0}), readable=readable(principal("n")), limit=5)
    store.versions()
    store.count()
    store.count(readable(principal()))
    store.facts()
    store.remove("a")
    stub.points = []
    store.read("a")
    list(store.rows())
    seen = set()
    for asked in stub.asked:
        if asked.body is None:
            assert (asked.method, asked.path) == ("GET", "/collections/ringfence")
            continue
        known = (asked.method, asked.path.removeprefix("/collections/ringfence"))
        seen.add(known)
        model = getattr(models, REQUESTS[known])
        assert model.model_config["extra"] == "forbid"
        model.model_validate_json(json.dumps(asked.body), strict=True)
    assert seen == REQUESTS.keys()


def test_versions_are_counted_over_all_pages(stub, store):
    stub.points = [
        {"id": passage(name, n).id, "payload": {"document": name, "version": "v1"}}
        for name, count in (("a", 3), ("b", 2))
        for n in range(count)
    ]
    assert store.versions() == {"a": {"v1": 3}, "b": {"v1": 2}}
    assert len(stub.requests("POST", "/points/scroll")) == 3


def test_while_two_versions_are_live_a_search_returns_one(stub, store):
    def point(version, ordinal):
        chunk = passage("a", ordinal, version=version)
        where = {"ordinal": ordinal, "start": 0, "end": 9, "page": None}
        return {"id": chunk.id, "payload": {"document": "a", "version": version, **where}}

    stub.points = [point("v1", 0), point("v2", 0), point("v1", 1), point("v2", 1)]
    hits = store.search(question("x"), readable=readable(principal()), limit=3)
    assert [(hit.document_version, hit.ordinal) for hit in hits] == [("v1", 0), ("v1", 1)]
    (asked,) = stub.requests("POST", "/points/query/batch")
    assert [one["limit"] for one in asked.body["searches"]] == [100]  # twice the candidates


def test_a_passage_that_vanishes_while_it_is_found_is_searched_for_again(stub, store):
    stub.points = [{"id": passage("a").id, "payload": {}}]
    assert store.search(question("x"), readable=readable(principal()), limit=3) == []
    assert len(stub.requests("POST", "/points/query/batch")) == 2


def test_a_collection_that_another_replica_makes_first_is_used(stub, store):
    made = {
        "vectors": {"dense": {"size": DIMENSIONS, "distance": "Dot"}},
        "sparse_vectors": {"bm25": {"modifier": "idf"}},
    }
    stub.collections["ringfence"] = collection_info(made)
    stub.fail(Trouble(status=404))
    store.warm()
    assert len(stub.requests("PUT", "/collections/ringfence")) == 1


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"vectors": {"size": 16, "distance": "Dot"}}, "was not made by Ringfence"),
        ({"vectors": {"dense": {"size": 16, "distance": "Dot"}}}, "was not made by Ringfence"),
        (
            {
                "vectors": {"dense": {"size": 99, "distance": "Dot"}},
                "sparse_vectors": {"bm25": {"modifier": "idf"}},
            },
            "99 dimensions, the encoder makes 16",
        ),
        (
            {
                "vectors": {"dense": {"size": 16, "distance": "Euclid"}},
                "sparse_vectors": {"bm25": {"modifier": "idf"}},
            },
            "scores in another way",
        ),
        (
            {
                "vectors": {"dense": {"size": 16, "distance": "Dot"}},
                "sparse_vectors": {"bm25": {}},
            },
            "scores in another way",
        ),
    ],
)
def test_a_collection_made_for_something_else_is_refused(stub, store, made, words):
    stub.collections["ringfence"] = collection_info(made)
    with pytest.raises(ConfigurationError, match=words):
        add(store, document("a"))
    assert stub.requests("PUT", "/points") == []
