"""A real llama.cpp, in its own process, with a tiny model of random weights."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import ConfigurationError, RetryError
from rag.generate.servers.adapters import Adapter
from rag.generate.servers.llama_cpp import HTTP_THREADS, llama_cpp
from rag.generate.servers.supervised import State
from rag.generate.wire.deadline import Deadline
from rag.generate.wire.exchange import Exchange
from rag.generate.wire.facts import ServerKind
from rag.generate.wire.records import LoraUse, Message, Request
from rag.generate.wire.stream import Limits, whole
from rag.settings import ModelSettings

SETTINGS = ModelSettings(context=1024, slots=2, threads=1, cache_mb=64)
PROMPT = "[1] The potassium was 3.5 mmol/l.\nQuestion: what was it?\nAnswer:"


@pytest.fixture(scope="module")
def live(files, started):
    adapter = Adapter(name="legal", path=files["adapter"])
    return started(llama_cpp(SETTINGS, files["bytes"], [adapter]))


@pytest.fixture(scope="module")
def client(live):
    return live[0]


def metric(server, name):
    """One of the server's own counters."""
    exchange = Exchange()
    address = server.address(Deadline(5))
    with exchange.ask(address, "GET", "/metrics", None, Deadline(5)) as response:
        text = whole(response, Limits()).decode()
    exchange.close()
    return float(re.search(rf"^llamacpp:{name} (\S+)", text, re.MULTILINE)[1])


def test_it_says_what_it_is(client):
    assert client.facts().kind is ServerKind.LLAMA_SERVER
    assert client.context_tokens() == 1024
    assert client.model_name() == "bytes"
    assert client.count_tokens("héllo th") == 8  # a token a byte, and one for `th`
    assert client.ready()


def test_an_answer_streams_and_is_the_same_each_time(client):
    request = Request(prompt=PROMPT, max_tokens=24)
    *pieces, reply = client.stream(request)
    assert len(pieces) == 24
    assert reply.finish == "length"
    assert reply.usage.completion_tokens == 24
    assert reply.text == "".join(piece.text for piece in pieces) == client.complete(request).text


def test_it_stops_where_it_is_told(client):
    text = client.complete(Request(prompt=PROMPT, max_tokens=24)).text
    reply = client.complete(Request(prompt=PROMPT, max_tokens=24, stop=(text[6:9],)))
    assert reply.finish == "stop"
    assert reply.text == text[: text.index(text[6:9])]


def test_a_cap_on_tokens_is_kept(client):
    for most in (1, 7, 40):
        reply = client.complete(Request(prompt=PROMPT, max_tokens=most))
        assert (reply.usage.completion_tokens, reply.finish) == (most, "length")


def test_a_grammar_holds(client):
    grammar = 'root ::= " It was " [0-9] "." [0-9] " [" [1-3] "]"'
    for seed in range(20):
        request = Request(prompt=PROMPT, max_tokens=40, temperature=1.5, seed=seed, grammar=grammar)
        assert re.fullmatch(r" It was \d\.\d \[[1-3]\]", client.complete(request).text)


def test_a_schema_holds(client):
    schema = {"type": "object", "properties": {"a": {"enum": ["x", "y"]}}, "required": ["a"]}
    messages = (Message(role="user", content="x or y?"),)
    reply = client.complete(Request(messages=messages, max_tokens=60, json_schema=schema))
    assert json.loads(reply.text)["a"] in ("x", "y")


def test_a_broken_grammar_is_refused(client):
    with pytest.raises(ConfigurationError, match="refused the request"):
        client.complete(Request(prompt=PROMPT, max_tokens=4, grammar='root ::= ( "Mrs Canary"'))


def test_probabilities_are_told(client):
    reply = client.complete(Request(prompt=PROMPT, max_tokens=4, logprobs=3))
    assert len(reply.logprobs) == 4
    assert all(len(t.others) == 3 and t.logprob == t.others[0][1] for t in reply.logprobs)


def test_what_was_read_before_is_not_read_again(live):
    client, server = live
    shared = "The patient was seen in March. " * 12
    before = metric(server, "prompt_tokens_cached_total")
    first = client.complete(Request(prompt=shared + "Who?", max_tokens=2)).usage
    second = client.complete(Request(prompt=shared + "When?", max_tokens=2)).usage
    assert first.cached_tokens == 0
    assert second.cached_tokens >= len(shared) - len(shared) // 16
    after = metric(server, "prompt_tokens_cached_total")
    assert after - before == first.cached_tokens + second.cached_tokens


def test_an_adapter_changes_answers_and_leaves_nothing_behind(client):
    plain = Request(prompt=PROMPT, max_tokens=16)
    legal = Request(prompt=PROMPT, max_tokens=16, lora=(LoraUse(name="legal"),))
    off = Request(prompt=PROMPT, max_tokens=16, lora=(LoraUse(name="legal", scale=0.0),))
    before, turned = client.complete(plain).text, client.complete(legal).text
    assert turned != before
    # llama.cpp goes on with the other adapter's cache unless it is kept from it.
    assert [client.complete(r).text for r in (plain, legal, off, legal, plain)] == [
        before,
        turned,
        before,
        turned,
        before,
    ]


def ask_at_once(client, number, most):
    requests = [Request(prompt=f"{n}. {PROMPT}", max_tokens=most) for n in range(number)]
    texts: dict[int, str] = {}

    def ask(n):
        texts[n] = client.complete(requests[n]).text

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [texts[n] for n in range(number)], requests


def test_four_may_ask_at_once(client):
    texts, requests = ask_at_once(client, 4, 24)
    assert texts == [client.complete(request).text for request in requests]


def test_twenty_questions_wait_for_one_slot(files, started):
    settings = ModelSettings(context=512, slots=1, threads=1)
    client, server = started(llama_cpp(settings, files["bytes"]))
    texts, _ = ask_at_once(client, 20, 8)
    assert all(len(text) == 8 for text in texts)
    # Each idle connection holds a thread of the server for five seconds: some must be left.
    assert len(client._exchange._idle) < HTTP_THREADS // 2
    assert server.status().starts == 1


def test_who_waits_too_long_for_a_turn_may_try_later(files, started):
    settings = ModelSettings(context=2048, slots=1, threads=1)
    launch = replace(llama_cpp(settings, files["bytes"]), at_once=1)
    client, _ = started(launch, answer=0.6)
    stream = client.stream(Request(prompt=PROMPT, max_tokens=1000))
    next(stream)
    with pytest.raises(RetryError, match="too many questions wait"):
        client.complete(Request(prompt=PROMPT, max_tokens=1))
    stream.close()
    assert client.complete(Request(prompt=PROMPT, max_tokens=1)).finish == "length"


def test_a_prompt_longer_than_the_context_is_refused_clearly(client):
    with pytest.raises(ConfigurationError, match="3000 tokens does not fit.*room for 1019"):
        client.complete(Request(prompt="x" * 3000, max_tokens=5))


def test_a_server_that_is_killed_in_the_middle_is_said_in_time_and_comes_back(live):
    client, server = live
    expected = client.complete(Request(prompt=PROMPT, max_tokens=8)).text
    stream = client.stream(Request(prompt=PROMPT, max_tokens=900))
    pid = server.status().pid
    next(stream)
    os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    with pytest.raises(RetryError, match="broke off"):
        list(stream)
    assert time.monotonic() - killed < 2
    assert client.complete(Request(prompt=PROMPT, max_tokens=8)).text == expected
    status = server.status()
    assert status.state is State.READY
    assert status.reason == "it was ended by SIGKILL"
    assert status.pid != pid


def test_its_key_and_its_model_stand_in_no_command(live):
    client, server = live
    assert client.ready()
    key = server.address(Deadline(5)).key.get_secret_value()
    process = Path("/proc") / str(server.status().pid)
    command = process.joinpath("cmdline").read_bytes().decode()
    variables = process.joinpath("environ").read_bytes().decode()
    assert key not in command + variables
    assert ".gguf" not in command
    assert "RINGFENCE" not in variables
    assert "OMP_WAIT_POLICY=passive" in variables


def test_it_opens_to_its_key_only(live):
    _, server = live
    address = server.address(Deadline(5))
    exchange = Exchange()
    for path in ("/v1/models", "/props"):
        with exchange.ask(replace(address, key=None), "GET", path, None, Deadline(5)) as response:
            whole(response, Limits())
            assert response.status == 401
    with exchange.ask(address, "GET", "/slots", None, Deadline(5)) as response:
        whole(response, Limits())
        assert response.status != 200  # slots show prompts
    exchange.close()


@pytest.mark.parametrize("length", [0, 3, 100, 9_000, 400_000])
def test_a_truncated_file_is_refused_before_native_code_sees_it(files, tmp_path, length):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(files["bytes"].read_bytes()[:length])
    with pytest.raises(ConfigurationError, match="not a sound GGUF file"):
        llama_cpp(SETTINGS, broken)


def test_an_adapter_is_not_a_model_nor_a_model_an_adapter(files):
    with pytest.raises(ConfigurationError, match="is a LoRA adapter"):
        llama_cpp(SETTINGS, files["adapter"])
    with pytest.raises(ConfigurationError, match="`x` is a model, not an adapter"):
        llama_cpp(SETTINGS, files["bytes"], [Adapter(name="x", path=files["bytes"])])


def test_a_sound_header_of_what_llama_cpp_does_not_know_is_said(files, started, tmp_path):
    strange = tmp_path / "strange.gguf"
    content = files["bytes"].read_bytes()
    # Keys keep their length, so that the file stays sound.
    strange.write_bytes(
        content.replace(
            b"\x05\x00\x00\x00\x00\x00\x00\x00llama", b"\x05\x00\x00\x00\x00\x00\x00\x00zlama"
        ).replace(b"llama.", b"zlama.")
    )
    client, server = started(llama_cpp(SETTINGS, strange))
    with pytest.raises(ConfigurationError, match="cannot be started: its file is of an archi"):
        client.complete(Request(prompt="p", max_tokens=1))
    assert server.status().state is State.FAILED
    assert server.status().starts == 2


def test_too_little_memory_is_said(files, started):
    settings = ModelSettings(context=1 << 19, slots=2, threads=1, memory_mb=256)
    launch = llama_cpp(settings.model_copy(update={"context": 1024}), files["bytes"])
    launch = replace(launch, config={**launch.config, "context": 1 << 19})
    client, _ = started(launch)
    with pytest.raises(ConfigurationError, match="ran out of the memory it may use"):
        client.complete(Request(prompt="p", max_tokens=1))
