"""What trouble with a server means to the caller."""

from __future__ import annotations

import pytest

from rag.access.rows import readable
from rag.errors import ConfigurationError, RetryError
from rag.records import Acl
from rag.settings import StoreSettings
from rag.store.payload import payload_of
from rag.store.server import ServerStore
from rag.testing.qdrant_stub import Trouble, qdrant_stub
from rag.testing.store_contract import document, principal
from rag.testing.vectors import DIMENSIONS, passage, question


@pytest.fixture
def store(served):
    return served


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (400, ConfigurationError, "does not take the request"),
        (401, ConfigurationError, "store.api_key_file"),
        (403, ConfigurationError, "store.api_key_file"),
        (404, ConfigurationError, "store.collection"),
        (409, RetryError, "conflict"),
        (429, RetryError, "busy"),
        (500, RetryError, "failing"),
        (503, RetryError, "failing"),
    ],
)
def test_a_status_becomes_an_error_with_its_remedy(stub, store, status, error, words):
    store.warm()
    stub.fail(*[Trouble(status=status)] * 9)
    with pytest.raises(error, match=words) as raised:
        store.versions()
    assert "Brown" not in str(raised.value)
    again = status in {429, 500, 503}
    assert len(stub.requests("POST", "/points/scroll")) == (3 if again else 1)


@pytest.mark.parametrize(
    "trouble", [Trouble(status=500), Trouble(status=429), Trouble(drop=True)], ids=str
)
@pytest.mark.parametrize(
    "call",
    ["put", "publish", "grant", "remove", "search", "versions", "rows", "read", "count", "facts"],
)
def test_every_call_gets_over_trouble_that_passes(stub, store, trouble, call):
    store.warm()
    payload = payload_of(passage("a"), live=True)
    vector = {"dense": [0.0] * DIMENSIONS}
    stub.points = [{"id": passage("a").id, "payload": payload, "vector": vector}]
    calls = {
        "put": lambda: store.put(document("a")),
        "publish": lambda: store.publish("a", "v1"),
        "grant": lambda: store.grant("a", Acl(public=True)),
        "remove": lambda: store.remove("a"),
        "versions": store.versions,
        "rows": lambda: list(store.rows()),
        "read": lambda: store.read("a"),
        "count": store.count,
        "facts": store.facts,
        "search": lambda: store.search(question("x"), readable=readable(principal()), limit=1),
    }
    stub.fail(trouble, trouble)
    calls[call]()
    assert stub.trouble == []


def test_a_busy_server_is_given_the_time_it_asks_for_within_reason(stub, store, pauses):
    store.warm()
    busy = [Trouble(status=429, headers={"Retry-After": seconds}) for seconds in ("2", "600")]
    stub.fail(*busy)
    assert store.versions() == {}
    assert pauses == [2.0, 5.0]
    stub.fail(Trouble(status=429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}))
    assert store.versions() == {}


def test_a_dropped_connection_is_worth_trying_again_later(stub, store):
    store.warm()
    stub.fail(*[Trouble(drop=True)] * 3)
    with pytest.raises(RetryError, match="cannot be reached"):
        store.versions()


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_waited_for_once(stub, store):
    store.warm()
    stub.fail(Trouble(silence=1.3), Trouble(silence=1.3))
    with pytest.raises(RetryError, match=r"in time \(`store.timeout`\)"):
        store.versions()
    assert len(stub.requests("POST", "/points/scroll")) == 1


def test_a_server_that_is_not_there_is_worth_trying_again_later(tmp_path):
    with qdrant_stub() as stub:
        gone = stub.url
    store = ServerStore(StoreSettings(url=gone, timeout=1), DIMENSIONS)
    with pytest.raises(RetryError, match="cannot be reached"):
        store.warm()


def test_what_is_not_a_qdrant_server_is_a_wrong_address(stub, store):
    stub.fail(*[Trouble(status=200, body=b"<html>Mr Brown</html>")] * 3)
    with pytest.raises(ConfigurationError, match="does not answer as a Qdrant server") as raised:
        store.warm()
    assert "Brown" not in str(raised.value)


def test_a_redirect_is_not_followed(stub, store):
    stub.fail(*[Trouble(status=307, headers={"location": stub.url + "/elsewhere"})] * 3)
    with pytest.raises(ConfigurationError, match="307"):
        store.warm()
    assert stub.requests("GET", "/elsewhere") == []
