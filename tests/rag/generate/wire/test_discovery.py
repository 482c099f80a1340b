"""What serves an address is told by what it answers, not by its port."""

from __future__ import annotations

import pytest

from rag.errors import ConfigurationError, RetryError
from rag.generate.wire.address import FixedEndpoint
from rag.generate.wire.deadline import Deadline
from rag.generate.wire.discovery import OfferedModel, discover
from rag.generate.wire.exchange import Exchange
from rag.generate.wire.facts import LLAMA_SERVER, OLDER_VLLM, VLLM, ServerKind
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import Played, model_stub, told


def found(routes, **options):
    with model_stub(routes) as stub:
        exchange = Exchange()
        address = FixedEndpoint(stub.url, section="model").address(Deadline(1))
        try:
            return discover(exchange, address, **options)
        finally:
            exchange.close()


@pytest.mark.parametrize(
    ("routes", "kind", "models"),
    [
        (recorded.llama_server, ServerKind.LLAMA_SERVER, [("reader", 2048)]),
        (
            recorded.vllm,
            ServerKind.VLLM,
            [("meta-llama/Llama-3.1-8B-Instruct", 16384), ("legal", 16384)],
        ),
        (recorded.ollama, ServerKind.OLLAMA, [("llama3.2:latest", 0)]),
        (recorded.lm_studio, ServerKind.LM_STUDIO, [("meta-llama-3.1-8b-instruct", 4096)]),
        (recorded.jan, ServerKind.JAN, [("jan-v3-4b-base-instruct", 0)]),
        (recorded.unknown_kind, ServerKind.OPENAI, [("some-model", 0)]),
    ],
)
def test_every_kind_is_found_out_with_its_models(routes, kind, models):
    discovered = found(routes())
    assert discovered.facts.kind is kind
    assert discovered.models == tuple(OfferedModel(name=n, context=c) for n, c in models)


@pytest.mark.parametrize(
    ("version", "facts"),
    [("0.10.2", OLDER_VLLM), ("0.11.0", VLLM), ("1.2.3rc1", VLLM), ("nightly", VLLM)],
)
def test_vllm_is_told_by_its_version(version, facts):
    assert found(recorded.vllm(version=version)).facts is facts


def test_adapters_are_told_by_both_servers_that_have_them():
    routes = recorded.llama_server()
    rows = [{"id": 0, "path": "/models/clinical-v2.gguf", "scale": 0.0}]
    routes["GET", "/lora-adapters"] = told(rows)
    assert found(routes).adapters == ("clinical-v2",)
    assert found(recorded.vllm()).adapters == ("legal",)


@pytest.mark.parametrize(
    "routes",
    [
        {},
        {("GET", "/v1/models"): Played(pieces=(b"<html>",), kind="text/html")},
        {("GET", "/v1/models"): told({"data": "none"})},
        {("GET", "/v1/models"): told([1, 2])},
    ],
)
def test_what_is_no_model_server_is_refused(routes):
    with pytest.raises(ConfigurationError, match="not a model server that is known"):
        found(routes)


def test_a_key_that_is_not_accepted_is_said():
    with pytest.raises(ConfigurationError, match="does not accept the key"):
        found({("GET", "/v1/models"): told({"error": "Invalid API Key"}, status=401)})


def test_a_server_that_hangs_is_left():
    with pytest.raises(RetryError, match="did not go on in time"):
        found({("GET", "/props"): Played(ending="silence")}, seconds=0.2)


def test_names_that_could_not_be_shown_are_left_out():
    routes = {("GET", "/v1/models"): told({"data": [{"id": "a\x1b[2Jb"}, {"id": "x" * 300}, 5]})}
    assert found(routes).models == ()


def test_a_model_is_named_where_several_are_offered(serve):
    routes = recorded.unknown_kind()
    routes["GET", "/v1/models"] = told({"data": [{"id": "small"}, {"id": "large"}]})
    _, client = serve(routes, context=1000)
    with pytest.raises(ConfigurationError, match=r"several models or none \(small, large\)"):
        client.model_name()
    _, client = serve(routes, context=1000, model="large")
    assert client.model_name() == "large"
    _, client = serve(routes, context=1000, model="huge")
    with pytest.raises(ConfigurationError, match="has no model `huge`; it offers: small, large"):
        client.model_name()


def test_a_context_that_nobody_tells_must_be_set(serve):
    _, client = serve(recorded.jan())
    with pytest.raises(ConfigurationError, match="say it in the model's `context`"):
        client.context_tokens()


@pytest.mark.parametrize(("wanted", "got"), [(0, 2048), (1000, 1000), (9000, 2048)])
def test_the_shorter_context_holds(serve, wanted, got):
    _, client = serve(recorded.llama_server(), context=wanted)
    assert client.context_tokens() == got


def test_ollamas_context_is_never_longer_than_the_models(serve):
    routes = recorded.ollama()
    routes["POST", "/api/show"] = told({"model_info": {"llama.context_length": 2048}})
    _, client = serve(routes, context=8192)
    assert client.context_tokens() == 2048


def test_facts_are_one_record_a_kind():
    assert LLAMA_SERVER.grammar == "grammar"
    assert VLLM.grammar == "structured_outputs"
