"""ctransformers, in its own process, with a tiny model of a SentencePiece vocabulary."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from types import MappingProxyType

import pytest

from rag.errors import ConfigurationError, RetryError
from rag.generate.servers.adapters import Adapter
from rag.generate.servers.ctransformers import check_supported, ctransformers
from rag.generate.servers.ctransformers_engine import StopWords, _variant
from rag.generate.wire.facts import ServerKind
from rag.generate.wire.records import Message, Request
from rag.models.gguf import read_header
from rag.models.records import Tensor
from rag.settings import ModelSettings

SETTINGS = ModelSettings(context=512, threads=1)
PROMPT = "the evidence: Question: what was it? Answer:"


@pytest.fixture(scope="module")
def live(files, started):
    return started(ctransformers(SETTINGS, files["pieces"]))


@pytest.fixture(scope="module")
def client(live):
    return live[0]


def test_it_answers_in_the_shape_of_the_others(client):
    request = Request(prompt=PROMPT, max_tokens=12)
    *pieces, reply = client.stream(request)
    assert len(pieces) > 1
    assert reply.finish == "length"
    assert reply.usage.completion_tokens == 12
    assert reply.text == "".join(piece.text for piece in pieces) == client.complete(request).text
    assert client.facts().kind is ServerKind.CTRANSFORMERS
    assert client.context_tokens() == 512
    assert client.model_name() == "pieces"
    assert client.ready()


def test_what_was_read_before_is_not_read_again(client):
    shared = "the patient was seen " * 8
    first = client.complete(Request(prompt=shared + "who", max_tokens=2)).usage
    second = client.complete(Request(prompt=shared + "when", max_tokens=2)).usage
    assert second.cached_tokens > 100 > first.cached_tokens


@pytest.mark.parametrize("text", ["é€𝄞漢字" * 12, "ñ" * 100, "\x01\x7f\ufffd", "a\0b", "\n\n  "])
def test_text_beyond_ascii_is_survived(live, text):
    client, server = live
    pid = server.status().pid
    reply = client.complete(Request(prompt=text, max_tokens=3))
    assert reply.usage.prompt_tokens >= min(len(text), 3)
    assert client.count_tokens(text) > 0
    assert server.status().pid == pid


def test_letters_the_vocabulary_lacks_are_a_token_a_byte(client):
    assert client.count_tokens("漢" * 40) == 40 * 3 + 1  # one for the space before


def test_it_stops_where_it_is_told(client):
    text = client.complete(Request(prompt=PROMPT, max_tokens=30)).text
    word = text[9:12]
    reply = client.complete(Request(prompt=PROMPT, max_tokens=30, stop=("never", word)))
    assert reply.finish == "stop"
    assert reply.text == text[: text.index(word)]


def test_a_seed_decides_what_is_drawn(client):
    def drawn(seed):
        return client.complete(
            Request(prompt=PROMPT, max_tokens=12, temperature=2.0, seed=seed)
        ).text

    assert drawn(1) == drawn(1)
    assert len({drawn(seed) for seed in range(4)}) > 1


def test_probabilities_are_told(client):
    reply = client.complete(Request(prompt=PROMPT, max_tokens=4, logprobs=3))
    assert [len(t.others) for t in reply.logprobs] == [3] * 4
    assert all(t.logprob == t.others[0][1] <= 0 for t in reply.logprobs)


def test_a_prompt_longer_than_the_context_is_refused_clearly(client):
    with pytest.raises(ConfigurationError, match="602 tokens does not fit.*room for 502"):
        client.complete(Request(prompt="x" * 600, max_tokens=10))
    assert client.complete(Request(prompt=PROMPT, max_tokens=400)).finish == "length"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request(messages=(Message(role="user", content="x"),), max_tokens=1), "has no chat"),
        (Request(prompt="x", max_tokens=1, grammar="root ::= []"), "takes no grammar"),
    ],
)
def test_what_it_has_not_is_refused(client, request_, message):
    with pytest.raises(ConfigurationError, match=message):
        client.complete(request_)


def test_questions_wait_for_one_another(client):
    requests = [Request(prompt=f"{n}: {PROMPT}", max_tokens=8) for n in range(6)]
    alone = [client.complete(request).text for request in requests]
    together = {}

    def ask(n):
        together[n] = client.complete(requests[n]).text

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[n] for n in range(6)] == alone


def test_who_leaves_early_does_not_hold_up_the_next(client):
    stream = client.stream(Request(prompt=PROMPT, max_tokens=400))
    next(stream)
    stream.close()
    assert client.complete(Request(prompt=PROMPT, max_tokens=3)).usage.completion_tokens == 3


def test_one_that_is_killed_in_the_middle_comes_back(live):
    client, server = live
    expected = client.complete(Request(prompt=PROMPT, max_tokens=6)).text
    stream = client.stream(Request(prompt=PROMPT, max_tokens=450))
    next(stream)
    os.kill(server.status().pid, signal.SIGKILL)
    with pytest.raises(RetryError):
        list(stream)
    assert client.complete(Request(prompt=PROMPT, max_tokens=6)).text == expected


def test_other_vocabularies_are_refused_by_name(files):
    with pytest.raises(ConfigurationError, match=r"`gpt2`, not SentencePiece.*llama.cpp"):
        ctransformers(SETTINGS, files["bytes"])


def test_adapters_are_refused(files):
    adapter = Adapter(name="legal", path=files["adapter"])
    with pytest.raises(ConfigurationError, match="takes no LoRA adapter"):
        ctransformers(SETTINGS, files["pieces"], [adapter])


def test_a_truncated_file_is_refused_before_native_code_sees_it(files, tmp_path):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(files["pieces"].read_bytes()[:300_000])
    with pytest.raises(ConfigurationError, match="not a sound GGUF file"):
        ctransformers(SETTINGS, broken)


def test_everything_unsupported_is_named(files):
    header = read_header(files["pieces"])
    check_supported(header)
    one = header.tensors[0]

    def tensor(name, kind="F32"):
        return Tensor(name=name, kind=kind, shape=one.shape, start=one.start, size=one.size)

    rope = MappingProxyType({**header.values, "llama.rope.scaling.type": "yarn"})
    untied = tuple(t for t in header.tensors if t.name != "output.weight")
    cases = {
        "its architecture is qwen2": replace(header, architecture="qwen2"),
        "tensors of type IQ4_XS": replace(
            header, tensors=(*header.tensors[1:], tensor(one.name, "IQ4_XS"))
        ),
        "the tensor `rope_freqs.weight`": replace(
            header, tensors=(*header.tensors, tensor("rope_freqs.weight"))
        ),
        "the tensor `blk.0.ffn_gate_inp.weight`": replace(
            header, tensors=(*header.tensors, tensor("blk.0.ffn_gate_inp.weight"))
        ),
        "its output is tied": replace(header, tensors=untied),
        "its positions are scaled": replace(header, values=rope),
    }
    for reason, changed in cases.items():
        with pytest.raises(ConfigurationError, match=reason):
            check_supported(changed)


@pytest.mark.parametrize("size", [1, 2, 3, 50])
@pytest.mark.parametrize(
    ("words", "shown", "met"),
    [
        ((), "one two\n\nthree", False),
        (("\n\n",), "one two", True),
        (("three", "two"), "one ", True),
        (("twos", "\n\n\n"), "one two\n\nthree", False),
        (("",), "one two\n\nthree", False),
    ],
)
def test_stop_words_are_found_however_text_is_cut(size, words, shown, met):
    stop, text, out = StopWords(words), "one two\n\nthree", ""
    for at in range(0, len(text), size):
        out += stop.add(text[at : at + size])
        if stop.met:
            break
    assert (out + stop.rest(), stop.met) == (shown, met)


@pytest.mark.parametrize(
    ("flags", "variant"),
    [("fpu avx f16c avx2", "avx2"), ("avx f16c", "avx"), ("avx", "basic"), ("", "basic")],
)
def test_the_build_for_a_processor_is_chosen(tmp_path, flags, variant):
    processor = tmp_path / "cpuinfo"
    processor.write_text(f"processor : 0\nflags : {flags}\nbugs : none\n", encoding="utf-8")
    assert _variant(processor) == variant
    assert _variant(tmp_path / "none") is None
