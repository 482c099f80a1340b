"""What a model can be asked in its process: one question at a time, the others wait."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Generator, Mapping
from typing import Any

from rag.generate.servers.ctransformers_engine import (
    Engine,
    RefusedRequestError,
    Sampling,
    StopWords,
    Written,
)

_MOST_WAITING = 32
_MOST_ALTERNATIVES = 20


class Service:
    """What the model can be asked, without HTTP."""

    def __init__(self, engine: Engine, *, name: str, key: str) -> None:
        self._engine = engine
        self.name = name
        self._key = f"Bearer {key}".encode()
        self._turn = threading.Lock()
        self._waiting = threading.Semaphore(_MOST_WAITING)

    def opens(self, header: str) -> bool:
        """Whether a header holds the key."""
        return hmac.compare_digest(header.encode("utf-8", "replace"), self._key)

    @property
    def context(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._engine.context

    def props(self) -> dict[str, object]:
        """Say what this is, as llama-server does."""
        context = {"n_ctx": self.context}
        return {"server": "ctransformers", "default_generation_settings": context, "total_slots": 1}

    def models(self) -> dict[str, object]:
        """List the one model."""
        row = {"id": self.name, "object": "model", "owned_by": "ringfence"}
        return {"object": "list", "data": [row]}

    def tokenize(self, asked: Mapping[str, Any]) -> dict[str, object]:
        """Return the ids of a text."""
        beginning = asked.get("add_special") is True
        with self._turn:
            return {"tokens": self._engine.tokens(_text(asked, "content"), beginning=beginning)}

    def complete(self, asked: Mapping[str, Any]) -> Generator[dict[str, object]]:
        """Yield the pieces of an answer; whoever closes this early stops the model."""
        prompt, most = _text(asked, "prompt"), _whole(asked, "max_tokens", 1)
        if not 1 <= most <= self._engine.context:
            raise RefusedRequestError("the number of tokens is not one that can be written")
        if not self._waiting.acquire(blocking=False):
            raise BusyError
        try:
            with self._turn:
                yield from self._answer(asked, prompt, most)
        finally:
            self._waiting.release()

    def _answer(
        self, asked: Mapping[str, Any], prompt: str, most: int
    ) -> Generator[dict[str, object]]:
        alternatives = min(_whole(asked, "logprobs", 0), _MOST_ALTERNATIVES)
        tokens = self._engine.tokens(prompt)
        known = self._engine.read(tokens, room=most)
        words = StopWords(_texts(asked, "stop"))
        sampling = Sampling(
            temperature=_number(asked, "temperature"),
            seed=abs(_whole(asked, "seed", 0)),
            alternatives=max(alternatives, 0),
        )
        written = 0
        for one in self._engine.write(most, sampling):
            written += 1
            yield self._piece(words.add(one.text), one if alternatives > 0 else None)
            if words.met:
                break
        rest = words.rest()
        finish = "length" if written >= most and not words.met else "stop"
        yield {**self._piece(rest, None, finish), "usage": _usage(len(tokens), known, written)}

    def _piece(self, text: str, one: Written | None, finish: str | None = None) -> dict[str, Any]:
        choice: dict[str, Any] = {"index": 0, "text": text, "finish_reason": finish}
        if one is not None:
            top = [{"token": token, "logprob": chance} for token, chance in one.others]
            row = {"token": one.text, "logprob": one.logprob, "top_logprobs": top}
            choice["logprobs"] = {"content": [row]}
        return {"object": "text_completion", "model": self.name, "choices": [choice]}


class BusyError(Exception):
    """Too many wait already."""


def _usage(prompt: int, known: int, written: int) -> dict[str, object]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": written,
        "total_tokens": prompt + written,
        "prompt_tokens_details": {"cached_tokens": known},
    }


def _text(asked: Mapping[str, Any], key: str) -> str:
    value = asked.get(key)
    if not isinstance(value, str):
        raise RefusedRequestError(f"`{key}` must be a text")
    return value


def _texts(asked: Mapping[str, Any], key: str) -> list[str]:
    value = asked.get(key) or []
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise RefusedRequestError(f"`{key}` must be a list of texts")
    return value


def _whole(asked: Mapping[str, Any], key: str, default: int) -> int:
    value = asked.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise RefusedRequestError(f"`{key}` must be a whole number")
    return value


def _number(asked: Mapping[str, Any], key: str) -> float:
    value = asked.get(key, 0)
    if not isinstance(value, int | float) or not 0 <= value <= 100:
        raise RefusedRequestError(f"`{key}` must be a number")
    return float(value)
