"""Every kind of server, as it was recorded, answers through the one client."""

from __future__ import annotations

import itertools
import threading

import pytest

from rag.errors import ConfigurationError
from rag.generate.wire.facts import ServerKind
from rag.generate.wire.records import LoraUse, Message, Piece, Reply, Request, Usage
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import WHOLE, events, told

PROMPT = Request(prompt="Question: did it rain?\nAnswer:", max_tokens=20)
CHAT = Request(messages=(Message(role="user", content="Did it rain?"),), max_tokens=20)
KINDS = {
    ServerKind.LLAMA_SERVER: (recorded.llama_server, 2048, 9),
    ServerKind.VLLM: (recorded.vllm, 16384, 8),
    ServerKind.OLLAMA: (recorded.ollama, 4096, 0),
    ServerKind.LM_STUDIO: (recorded.lm_studio, 4096, 0),
    ServerKind.JAN: (recorded.jan, 3000, 9),
    ServerKind.OPENAI: (recorded.unknown_kind, 3000, 0),
}


@pytest.fixture(params=KINDS, ids=str)
def kind(request):
    return request.param


def options_of(kind):
    return {"context": 3000} if kind in (ServerKind.JAN, ServerKind.OPENAI) else {}


@pytest.mark.parametrize("request_", [PROMPT, CHAT], ids=["completion", "chat"])
def test_an_answer_is_read_from_every_kind_of_server(serve, kind, request_):
    routes, context, cached = KINDS[kind]
    _, client = serve(routes(), **options_of(kind))
    reply = client.complete(request_)
    assert reply.text == " It rained. [1]"
    assert reply.finish == "stop"
    assert 0 < reply.seconds_to_first <= reply.seconds
    if kind is not ServerKind.OPENAI:
        assert reply.usage == Usage(prompt_tokens=12, cached_tokens=cached, completion_tokens=3)
    assert client.facts().kind is kind
    assert client.context_tokens() == context
    assert client.ready()


def test_pieces_come_before_the_whole(serve, kind):
    _, client = serve(KINDS[kind][0](), **options_of(kind))
    *pieces, reply = client.stream(PROMPT)
    assert pieces == [Piece(text=text) for text in recorded.TEXTS]
    assert isinstance(reply, Reply)
    assert reply.text == "".join(piece.text for piece in pieces)


def test_usage_is_the_same_streamed_and_whole(serve, kind):
    _, client = serve(KINDS[kind][0](), **options_of(kind))
    *_, reply = client.stream(PROMPT)
    whole = client.complete(PROMPT)
    assert reply.text == whole.text
    assert kind is ServerKind.OPENAI or reply.usage == whole.usage


def test_streams_ask_for_usage(serve):
    stub, client = serve(recorded.llama_server())
    list(client.stream(PROMPT))
    (body,) = stub.bodies("/v1/completions")
    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}


def test_usage_that_is_not_told_is_counted(serve):
    _, client = serve(recorded.unknown_kind(), context=3000)
    *_, reply = client.stream(PROMPT)
    usage = reply.usage
    assert usage.completion_tokens == 3
    assert usage.prompt_tokens > 8


def test_everything_asked_for_reaches_llama_server(serve):
    stub, client = serve(recorded.llama_server())
    client.complete(
        Request(
            prompt="p",
            max_tokens=7,
            temperature=0.5,
            seed=3,
            stop=("\n",),
            grammar='root ::= "a"',
            logprobs=2,
        )
    )
    assert stub.bodies("/v1/completions") == [
        {
            "model": "reader",
            "prompt": "p",
            "max_tokens": 7,
            "temperature": 0.5,
            "seed": 3,
            "stream": False,
            "stop": ["\n"],
            "cache_prompt": True,
            "logprobs": 2,
            "grammar": 'root ::= "a"',
        }
    ]


@pytest.mark.parametrize(
    ("version", "fields"),
    [
        ("0.11.0", {"structured_outputs": {"grammar": 'root ::= "a"'}}),
        ("0.9.2", {"guided_grammar": 'root ::= "a"'}),
    ],
)
def test_vllm_takes_a_grammar_by_its_version(serve, version, fields):
    stub, client = serve(recorded.vllm(version=version))
    client.complete(Request(prompt="p", max_tokens=7, grammar='root ::= "a"'))
    (body,) = stub.bodies("/v1/completions")
    assert {key: body[key] for key in fields} == fields


SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize(
    ("routes", "path", "field", "value"),
    [
        (recorded.llama_server, "/v1/chat/completions", "json_schema", SCHEMA),
        (recorded.vllm, "/v1/chat/completions", "structured_outputs", {"json": SCHEMA}),
        (recorded.ollama, "/api/chat", "format", SCHEMA),
        (
            recorded.lm_studio,
            "/v1/chat/completions",
            "response_format",
            {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
            },
        ),
    ],
)
def test_a_schema_is_carried_where_the_server_looks_for_it(serve, routes, path, field, value):
    stub, client = serve(routes())
    client.complete(Request(messages=CHAT.messages, max_tokens=7, json_schema=SCHEMA))
    (body,) = stub.bodies(path)
    assert body[field] == value


def test_ollama_is_told_the_context_and_to_leave_the_prompt_alone(serve):
    stub, client = serve(recorded.ollama(), context=8192, model="llama3.2")
    client.complete(PROMPT)
    (body,) = stub.bodies("/api/generate")
    assert body["raw"] is True
    assert body["options"] == {"num_predict": 20, "temperature": 0.0, "seed": 0, "num_ctx": 8192}
    assert body["model"] == "llama3.2:latest"


@pytest.mark.parametrize(
    ("routes", "what", "request_"),
    [
        (recorded.ollama, "no grammar", Request(prompt="p", max_tokens=1, grammar="root ::= []")),
        (recorded.lm_studio, "no probabilities", Request(prompt="p", max_tokens=1, logprobs=1)),
        (
            recorded.ollama,
            "no LoRA adapter",
            Request(prompt="p", max_tokens=1, lora=(LoraUse(name="x"),)),
        ),
        (
            recorded.vllm,
            "has no LoRA adapter named",
            Request(prompt="p", max_tokens=1, lora=(LoraUse(name="x"),)),
        ),
    ],
)
def test_what_a_server_would_ignore_is_refused(serve, routes, what, request_):
    stub, client = serve(routes())
    with pytest.raises(ConfigurationError, match=what):
        client.complete(request_)
    assert all("generate" not in asked.path and "compl" not in asked.path for asked in stub.asked)


def test_vllm_takes_an_adapter_as_a_model(serve):
    routes = recorded.vllm()
    routes |= {r: p for r, p in recorded.vllm("legal").items() if r[1] == "/v1/completions"}
    stub, client = serve(routes)
    reply = client.complete(Request(prompt="p", max_tokens=5, lora=(LoraUse(name="legal"),)))
    assert reply.text == " It rained. [1]"
    assert stub.bodies("/v1/completions")[0]["model"] == "legal"


def test_llama_server_takes_adapters_by_their_place_and_its_cache_is_not_trusted(serve):
    routes = recorded.llama_server()
    rows = [
        {"id": 0, "path": "/m/clinical.gguf", "scale": 0.0},
        {"id": 1, "path": "/m/legal.gguf", "scale": 0.0},
    ]
    routes["GET", "/lora-adapters"] = told(rows)
    stub, client = serve(routes)
    client.complete(Request(prompt="p", max_tokens=5, lora=(LoraUse(name="legal", scale=0.5),)))
    client.complete(Request(prompt="p", max_tokens=5))
    with_adapter, without = stub.bodies("/v1/completions")
    assert with_adapter["lora"] == [{"id": 1, "scale": 0.5}]
    # None at all would go on with what the adapter left behind.
    assert without["lora"] == [{"id": 0, "scale": 1e-30}]
    assert with_adapter["cache_prompt"] is without["cache_prompt"] is False


@pytest.mark.parametrize("routes", [recorded.llama_server, recorded.vllm])
def test_tokens_are_counted_by_the_server(serve, routes):
    stub, client = serve(routes())
    assert client.count_tokens("héllo") == 6
    (body,) = stub.bodies("/tokenize")
    assert "héllo" in body.values()


def test_tokens_are_estimated_from_above_where_no_server_counts(serve):
    stub, client = serve(recorded.ollama())
    assert client.count_tokens("Twenty-one words of prose, 3.5 mg.") > 10
    assert stub.bodies("/tokenize") == []


def test_a_prompt_too_long_is_refused_before_it_is_sent(serve):
    routes = recorded.llama_server()
    routes["POST", "/tokenize"] = told({"tokens": [1] * 2040})
    stub, client = serve(routes)
    with pytest.raises(ConfigurationError, match="2040 tokens does not fit.*room for 2028"):
        client.complete(Request(prompt="long " * 500, max_tokens=20))
    assert stub.bodies("/v1/completions") == []


def test_a_prompt_that_plainly_fits_is_not_counted(serve):
    stub, client = serve(recorded.llama_server())
    client.complete(PROMPT)
    assert stub.bodies("/tokenize") == []


def test_the_servers_own_word_on_the_context_is_understood(serve):
    routes = recorded.llama_server()
    error = {
        "code": 400,
        "message": "request (3000 tokens) exceeds the available context size (1024 tokens)",
        "type": "exceed_context_size_error",
        "n_prompt_tokens": 3000,
        "n_ctx": 1024,
    }
    routes[WHOLE, "/v1/completions"] = told({"error": error}, status=400)
    _, client = serve(routes)
    with pytest.raises(ConfigurationError, match="3000 tokens does not fit.*room for 1024"):
        client.complete(PROMPT)


def test_older_completions_tell_probabilities_side_by_side(serve):
    _, client = serve(recorded.vllm())
    *_, reply = client.stream(Request(prompt="p", max_tokens=5, logprobs=2))
    assert [t.token for t in reply.logprobs] == list(recorded.TEXTS)
    assert reply.logprobs[0].others == ((" It", -0.25), (" Snow", -1.5))


def test_probabilities_that_nobody_asked_for_are_left(serve):
    _, client = serve(recorded.vllm())
    *_, reply = client.stream(PROMPT)
    assert reply.logprobs is None


def test_the_key_travels_as_a_header_and_shows_nowhere(serve, tmp_path):
    key = tmp_path / "key"
    key.write_text("s3cret-key\n", encoding="utf-8")
    stub, client = serve(recorded.llama_server(), key_file=str(key))
    client.complete(PROMPT)
    assert {asked.headers.get("authorization") for asked in stub.asked} == {"Bearer s3cret-key"}
    assert "s3cret" not in repr(client._known)


def test_a_connection_is_used_again(serve):
    stub, client = serve(recorded.llama_server())
    for _ in range(3):
        client.complete(PROMPT)
        list(client.stream(PROMPT))
        client.count_tokens("x")
    assert len(stub.asked) > 9
    assert stub.connections == 1


def test_what_serves_is_found_out_once(serve):
    stub, client = serve(recorded.llama_server())
    for _ in range(3):
        client.complete(PROMPT)
    assert [a.path for a in stub.asked].count("/props") == 1


def test_several_may_ask_at_once(serve):
    _, client = serve(recorded.llama_server())
    texts = []
    threads = [
        threading.Thread(target=lambda: texts.append(client.complete(PROMPT).text))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [" It rained. [1]"] * 12


def test_leaving_early_closes_the_connection(serve):
    _, client = serve(recorded.llama_server())
    stream = client.stream(PROMPT)
    assert next(stream).text == " It"
    stream.close()
    assert client._exchange._idle == []
    assert client.complete(PROMPT).text == " It rained. [1]"


def test_text_is_never_printed(serve):
    _, client = serve(recorded.llama_server())
    *pieces, reply = client.stream(PROMPT)
    shown = "".join(map(repr, itertools.chain(pieces, [reply, PROMPT, CHAT])))
    assert "rain" not in shown


def test_a_finish_without_a_last_word_is_enough(serve):
    routes = recorded.unknown_kind()
    choice = {"text": "yes", "finish_reason": "length"}
    routes["POST", "/v1/completions"] = events({"choices": [choice]})
    _, client = serve(routes, context=3000)
    *_, reply = client.stream(PROMPT)
    assert (reply.text, reply.finish) == ("yes", "length")
