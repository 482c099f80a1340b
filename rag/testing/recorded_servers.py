"""How model servers answer, as routes for the stub: the forms that their versions of 2025 send.

llama-server's were recorded from xllamacpp; the others follow their documentation and source.
All of them say " It rained. [1]" in three pieces.
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.testing.model_stub import WHOLE, Played, Routes, events, json_rows, told

TEXTS = (" It", " rained.", " [1]")


def llama_server(model: str = "reader") -> Routes:
    """llama-server, and xllamacpp: it tells timings, cached tokens and its context."""
    end = {
        "usage": _usage(12, 3, cached=9),
        "timings": {"cache_n": 9, "prompt_n": 3, "prompt_ms": 4.1, "predicted_n": 3},
    }
    return {
        ("GET", "/health"): told({"status": "ok"}),
        ("GET", "/props"): told(
            {
                "default_generation_settings": {"params": {"n_predict": -1}, "n_ctx": 2048},
                "total_slots": 2,
                "model_alias": model,
                "chat_template": "{{ messages }}",
                "build_info": "b6890-1a2b3c",
            }
        ),
        ("GET", "/v1/models"): told(
            {
                "models": [{"name": model, "model": model, "capabilities": ["completion"]}],
                "object": "list",
                "data": [
                    {
                        "id": model,
                        "object": "model",
                        "created": 1795283530,
                        "owned_by": "llamacpp",
                        "meta": {"n_vocab": 128256, "n_ctx_train": 8192, "size": 4920000000},
                    }
                ],
            }
        ),
        ("GET", "/lora-adapters"): told([]),
        ("POST", "/tokenize"): told({"tokens": [104, 195, 169, 108, 108, 111]}),
        **_answers(model, end),
    }


def vllm(model: str = "meta-llama/Llama-3.1-8B-Instruct", version: str = "0.11.0") -> Routes:
    """vLLM: usage comes in a piece of its own, after the end; adapters are models."""
    listed = {"object": "model", "created": 1795283530, "owned_by": "vllm", "max_model_len": 16384}
    adapter = {**listed, "id": "legal", "root": "/adapters/legal", "parent": model}
    return {
        ("GET", "/health"): Played(),
        ("GET", "/version"): told({"version": version}),
        ("GET", "/v1/models"): told(
            {
                "object": "list",
                "data": [{**listed, "id": model, "root": model, "parent": None}, adapter],
            }
        ),
        ("POST", "/tokenize"): told(
            {"count": 6, "max_model_len": 16384, "tokens": [1, 2, 3, 4, 5, 6], "token_strs": None}
        ),
        **_answers(model, {"usage": _usage(12, 3, cached=8)}),
        ("POST", "/v1/completions"): _vllm_completions(model),
        ("POST", "/v1/chat/completions"): _chat(model, {}, after=_usage(12, 3, cached=8)),
    }


def ollama(model: str = "llama3.2:latest") -> Routes:
    """Ollama's own shape: an object a line, counts in the last one."""
    last = {
        "model": model,
        "created_at": "2026-01-05T10:00:00.3Z",
        "done": True,
        "done_reason": "stop",
        "total_duration": 480000000,
        "load_duration": 20000000,
        "prompt_eval_count": 12,
        "prompt_eval_duration": 130000000,
        "eval_count": 3,
        "eval_duration": 250000000,
    }
    piece = {"model": model, "created_at": "2026-01-05T10:00:00.1Z", "done": False}
    words = [{**piece, "response": text} for text in TEXTS]
    turns = [{**piece, "message": {"role": "assistant", "content": text}} for text in TEXTS]
    empty = {"message": {"role": "assistant", "content": ""}}
    return {
        ("GET", "/api/version"): told({"version": "0.13.1"}),
        ("GET", "/api/tags"): told(
            {
                "models": [
                    {
                        "name": model,
                        "model": model,
                        "modified_at": "2026-01-05T09:00:00Z",
                        "size": 2019393189,
                        "digest": "a80c4f17acd5",
                        "details": {"format": "gguf", "family": "llama", "parameter_size": "3.2B"},
                    }
                ]
            }
        ),
        ("POST", "/api/show"): told(
            {
                "details": {"format": "gguf", "family": "llama"},
                "model_info": {"general.architecture": "llama", "llama.context_length": 131072},
                "capabilities": ["completion"],
            }
        ),
        ("POST", "/api/generate"): json_rows(*words, {**last, "response": ""}),
        ("POST", "/api/chat"): json_rows(*turns, {**last, **empty}),
        (WHOLE, "/api/generate"): told({**last, "response": "".join(TEXTS)}),
        (WHOLE, "/api/chat"): told(
            {**last, "message": {"role": "assistant", "content": "".join(TEXTS)}}
        ),
    }


def lm_studio(model: str = "meta-llama-3.1-8b-instruct") -> Routes:
    """LM Studio: its own list of models; paths that it does not know answer 200."""
    rows = [
        {"id": "text-embedding-nomic", "type": "embeddings", "max_context_length": 2048},
        {"id": model, "type": "llm", "max_context_length": 131072, "loaded_context_length": 4096},
    ]
    common = {
        "object": "model",
        "publisher": "lmstudio-community",
        "arch": "llama",
        "compatibility_type": "gguf",
        "quantization": "Q4_K_M",
        "state": "loaded",
    }
    unexpected = told(
        {"error": "Unexpected endpoint or method. (GET /props). Returning 200 anyway"}
    )
    end = {"usage": _usage(12, 3), "stats": {}}
    return {
        ("GET", "/props"): unexpected,
        ("GET", "/api/version"): unexpected,
        ("GET", "/api/v0/models"): told(
            {"object": "list", "data": [{**common, **row} for row in rows]}
        ),
        **_answers(model, end),
    }


def jan(model: str = "jan-v3-4b-base-instruct") -> Routes:
    """Jan: a gate before llama-server that lists models in its own way."""
    end = {"usage": _usage(12, 3, cached=9), "timings": {"cache_n": 9, "prompt_n": 3}}
    row = {"id": model, "object": "model", "created": 1, "owned_by": "user"}
    return {
        ("GET", "/v1/models"): told({"object": "list", "data": [row]}),
        ("GET", "/openapi.json"): told({"openapi": "3.0.0", "info": {"title": "Jan API Server"}}),
        **_answers(model, end),
    }


def unknown_kind(model: str = "some-model") -> Routes:
    """Some other server of the OpenAI shape, which tells as little as it may."""
    return {
        ("GET", "/v1/models"): told({"object": "list", "data": [{"id": model}]}),
        **_answers(model, {}),
    }


def _usage(prompt: int, written: int, *, cached: int | None = None) -> dict[str, object]:
    usage: dict[str, object] = {
        "prompt_tokens": prompt,
        "completion_tokens": written,
        "total_tokens": prompt + written,
    }
    if cached is not None:
        usage["prompt_tokens_details"] = {"cached_tokens": cached}
    return usage


def _answers(model: str, end: Mapping[str, object]) -> Routes:
    """Completions and chat, streamed and whole."""
    text = "".join(TEXTS)
    turn = {"role": "assistant", "content": text}
    common = {"created": 1795283530, "model": model, "id": "cmpl-1", **end}
    prompted = {"text": text, "index": 0, "logprobs": None, "finish_reason": "stop"}
    chatted = {"message": turn, "index": 0, "logprobs": None, "finish_reason": "stop"}
    return {
        ("POST", "/v1/completions"): _completions(model, end),
        ("POST", "/v1/chat/completions"): _chat(model, end),
        (WHOLE, "/v1/completions"): told({**common, "choices": [prompted]}),
        (WHOLE, "/v1/chat/completions"): told({**common, "choices": [chatted]}),
    }


def _completions(model: str, end: Mapping[str, object]) -> Played:
    common = {"object": "text_completion", "created": 1795283530, "model": model, "id": "cmpl-1"}

    def piece(text: str, finish: str | None) -> dict[str, object]:
        choice = {"text": text, "index": 0, "logprobs": None, "finish_reason": finish}
        return {**common, "choices": [choice]}

    pieces = [piece(text, None) for text in TEXTS]
    return events(*pieces, {**piece("", "stop"), **end}, "[DONE]")


def _vllm_completions(model: str) -> Played:
    common = {"object": "text_completion", "created": 1795283530, "model": model, "id": "cmpl-1"}

    def piece(n: int, text: str, finish: str | None) -> dict[str, object]:
        logprobs = {
            "text_offset": [n],
            "token_logprobs": [-0.25],
            "tokens": [text],
            "top_logprobs": [{text: -0.25, " Snow": -1.5}],
        }
        choice = {"index": 0, "text": text, "logprobs": logprobs, "finish_reason": finish}
        return {**common, "choices": [choice], "usage": None}

    last = len(TEXTS) - 1
    pieces = [piece(n, text, "stop" if n == last else None) for n, text in enumerate(TEXTS)]
    return events(*pieces, {**common, "choices": [], "usage": _usage(12, 3, cached=8)}, "[DONE]")


def _chat(
    model: str, end: Mapping[str, object], after: Mapping[str, object] | None = None
) -> Played:
    common = {"object": "chat.completion.chunk", "created": 1795283530, "model": model, "id": "c-1"}

    def piece(delta: Mapping[str, object], finish: str | None) -> dict[str, object]:
        return {**common, "choices": [{"index": 0, "delta": dict(delta), "finish_reason": finish}]}

    pieces = [piece({"role": "assistant", "content": None}, None)]
    pieces += [piece({"content": text}, None) for text in TEXTS]
    rows: list[object] = [*pieces, {**piece({}, "stop"), **end}]
    if after is not None:
        rows.append({**common, "choices": [], "usage": dict(after)})
    return events(*rows, "[DONE]")
