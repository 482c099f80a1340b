"""The two forms of requests and answers: the OpenAI one with its dialects, and Ollama's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.errors import ConfigurationError, RetryError
from rag.generate.wire.facts import ServerFacts
from rag.generate.wire.records import Finish, LoraUse, Request, TokenLogprob, Usage
from rag.generate.wire.told import count, mapping, text

# Too small to change any number that it is added to.
_NEXT_TO_NOTHING = 1e-30
_FINISHES: Mapping[str, Finish] = {
    "stop": "stop",
    "eos": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "max_tokens": "length",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What one piece of an answer says, or the whole of one that was not streamed."""

    text: str = field(default="", repr=False)
    finish: Finish | None = None
    usage: Usage | None = None
    model: str = ""
    seconds_to_first: float = 0.0
    logprobs: tuple[TokenLogprob, ...] = field(default=(), repr=False)


def body_of(
    request: Request,
    facts: ServerFacts,
    *,
    model: str,
    context: int,
    adapters: Sequence[str],
    cached: bool,
    streamed: bool,
) -> tuple[str, dict[str, object]]:
    """Return where a request goes and what is sent, or say what this server cannot do.

    `cached` says that the server may take the beginning of the prompt from its cache, `streamed`
    that it shall send its answer in pieces.
    """
    _check(request, facts)
    if request.messages and not facts.chat:
        raise ConfigurationError(f"{facts.kind} has no chat: it can only continue a prompt")
    path = facts.chat if request.messages else facts.completions
    if facts.shape == "ollama":
        return path, _ollama_body(request, model, context, streamed=streamed)
    body: dict[str, object] = {
        "model": model,
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "stream": streamed,
    }
    if streamed:
        body["stream_options"] = {"include_usage": True}
    if request.messages:
        body["messages"] = [{"role": m.role, "content": m.content} for m in request.messages]
    else:
        body["prompt"] = request.prompt
    if request.stop:
        body["stop"] = list(request.stop)
    if facts.asks_for_cache:
        body["cache_prompt"] = cached
    body.update(_logprobs_asked(request))
    body.update(_constraint(request, facts))
    body.update(_adapters_asked(request.lora, facts, adapters))
    return path, body


def read_chunk(event: Mapping[str, object], facts: ServerFacts) -> Chunk:
    """Understand one piece of an answer; an error in it becomes ours."""
    if event.get("error"):
        raise _server_error(event["error"])
    if facts.shape == "ollama":
        return _ollama_chunk(event)
    first = _first_choice(event)
    turn = mapping(first.get("delta") or first.get("message"))
    usage, timings, logprobs = event.get("usage"), event.get("timings"), first.get("logprobs")
    return Chunk(
        text=text(first.get("text")) or text(turn.get("content")),
        finish=_finish(first.get("finish_reason")),
        usage=_usage(usage) if usage else None,
        model=text(event.get("model")),
        seconds_to_first=_number(mapping(timings).get("prompt_ms")) / 1000 if timings else 0.0,
        logprobs=_logprobs(logprobs) if logprobs else (),
    )


def _check(request: Request, facts: ServerFacts) -> None:
    """Refuse what the server would ignore without a word."""
    if request.grammar and not facts.grammar:
        raise ConfigurationError(f"{facts.kind} takes no grammar")
    if request.json_schema is not None and not facts.json_schema:
        raise ConfigurationError(f"{facts.kind} takes no JSON schema")
    if request.logprobs and not facts.logprobs:
        raise ConfigurationError(f"{facts.kind} tells no probabilities")
    if request.lora and not facts.lora:
        raise ConfigurationError(f"{facts.kind} takes no LoRA adapter with a request")


def _logprobs_asked(request: Request) -> dict[str, object]:
    if not request.logprobs:
        return {}
    if request.messages:
        return {"logprobs": True, "top_logprobs": request.logprobs}
    return {"logprobs": request.logprobs}


def _constraint(request: Request, facts: ServerFacts) -> dict[str, object]:
    if request.grammar:
        if facts.grammar == "structured_outputs":
            return {"structured_outputs": {"grammar": request.grammar}}
        return {facts.grammar: request.grammar}
    if request.json_schema is None:
        return {}
    schema = dict(request.json_schema)
    match facts.json_schema:
        case "structured_outputs":
            return {"structured_outputs": {"json": schema}}
        case "response_format":
            named = {"name": "answer", "strict": True, "schema": schema}
            return {"response_format": {"type": "json_schema", "json_schema": named}}
        case name:
            return {name: schema}


def _adapters_asked(
    uses: Sequence[LoraUse], facts: ServerFacts, adapters: Sequence[str]
) -> dict[str, object]:
    if not uses and facts.lora == "list" and adapters:
        # With no adapter at all, llama.cpp goes on with what another adapter left in its cache.
        return {"lora": [{"id": 0, "scale": _NEXT_TO_NOTHING}]}
    if not uses:
        return {}
    unknown = next((use.name for use in uses if use.name not in adapters), None)
    if unknown is not None:
        raise ConfigurationError(f"the model server has no LoRA adapter named `{unknown}`")
    if facts.lora == "model":
        if len(uses) > 1:
            raise ConfigurationError(f"{facts.kind} takes one LoRA adapter at a time")
        return {"model": uses[0].name}
    return {
        "lora": [
            {"id": adapters.index(use.name), "scale": use.scale or _NEXT_TO_NOTHING} for use in uses
        ]
    }


def _ollama_body(
    request: Request, model: str, context: int, *, streamed: bool
) -> dict[str, object]:
    options: dict[str, object] = {
        "num_predict": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "num_ctx": context,
    }
    if request.stop:
        options["stop"] = list(request.stop)
    body: dict[str, object] = {"model": model, "stream": streamed, "options": options}
    if request.messages:
        body["messages"] = [{"role": m.role, "content": m.content} for m in request.messages]
    else:
        body["prompt"] = request.prompt
        body["raw"] = True
    if request.json_schema is not None:
        body["format"] = dict(request.json_schema)
    return body


def _ollama_chunk(event: Mapping[str, object]) -> Chunk:
    message = mapping(event.get("message"))
    done = event.get("done") is True
    usage = None
    if done:
        usage = Usage(
            prompt_tokens=count(event.get("prompt_eval_count")),
            cached_tokens=0,
            completion_tokens=count(event.get("eval_count")),
        )
    return Chunk(
        text=text(event.get("response")) or text(message.get("content")),
        finish=_finish(event.get("done_reason") or "stop") if done else None,
        usage=usage,
        model=text(event.get("model")),
    )


def _first_choice(event: Mapping[str, object]) -> Mapping[str, object]:
    choices = event.get("choices")
    return mapping(choices[0]) if isinstance(choices, list) and choices else {}


def _finish(reason: object) -> Finish | None:
    if reason is None or reason == "":
        return None
    if isinstance(reason, str) and reason in _FINISHES:
        return _FINISHES[reason]
    raise RetryError("the model server ended its answer for a reason that is none of ours")


def _usage(value: object) -> Usage | None:
    told = mapping(value)
    if not told:
        return None
    details = mapping(told.get("prompt_tokens_details"))
    return Usage(
        prompt_tokens=count(told.get("prompt_tokens")),
        cached_tokens=count(details.get("cached_tokens")),
        completion_tokens=count(told.get("completion_tokens")),
    )


def _logprobs(value: object) -> tuple[TokenLogprob, ...]:
    """Read either form: a list of tokens, or lists side by side as in older completions."""
    told = mapping(value)
    content = told.get("content")
    if isinstance(content, list):
        return tuple(_token(mapping(row)) for row in content)
    tokens, chances = told.get("tokens"), told.get("token_logprobs")
    if not isinstance(tokens, list) or not isinstance(chances, list):
        return ()
    tops = told.get("top_logprobs")
    tops = tops if isinstance(tops, list) and len(tops) == len(tokens) else [{}] * len(tokens)
    return tuple(
        TokenLogprob(
            token=text(token),
            logprob=_number(chance),
            others=tuple((other, _number(p)) for other, p in mapping(top).items()),
        )
        for token, chance, top in zip(tokens, chances, tops, strict=False)
    )


def _token(row: Mapping[str, object]) -> TokenLogprob:
    top = row.get("top_logprobs")
    rows = [mapping(other) for other in top] if isinstance(top, list) else []
    return TokenLogprob(
        token=text(row.get("token")),
        logprob=_number(row.get("logprob")),
        others=tuple((text(r.get("token")), _number(r.get("logprob"))) for r in rows),
    )


def _server_error(error: object) -> ConfigurationError | RetryError:
    """Tell the kinds of errors apart; their messages are not repeated, they may quote a prompt."""
    told = mapping(error)
    code = told.get("code")
    if told.get("type") == "exceed_context_size_error":
        needed, context = count(told.get("n_prompt_tokens")), count(told.get("n_ctx"))
        return too_long(needed, context)
    if isinstance(code, int) and 400 <= code < 500:
        return ConfigurationError(f"the model server refused the request (code {code})")
    return RetryError("the model server failed while it answered")


def too_long(needed: int, room: int) -> ConfigurationError:
    """Return the error for a prompt that does not fit."""
    return ConfigurationError(
        f"the prompt of {needed} tokens does not fit: the model's context has room for {room}. "
        "Give it less evidence or the server a longer context"
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
