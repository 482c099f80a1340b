"""What is asked of a model server, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rag.errors import ConfigurationError

Finish = Literal["stop", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraUse:
    """An adapter by the name it has in settings, and how strongly it is applied."""

    name: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a model shall continue or answer; there is always a cap on its tokens.

    Either `prompt` (it is continued) or `messages` (the model's chat template is applied by the
    server). `grammar` is GBNF. `logprobs` is the number of alternatives told for each token.
    """

    max_tokens: int
    prompt: str = field(default="", repr=False)
    messages: tuple[Message, ...] = ()
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    grammar: str = field(default="", repr=False)
    json_schema: Mapping[str, object] | None = field(default=None, repr=False)
    lora: tuple[LoraUse, ...] = ()
    logprobs: int = 0

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise ConfigurationError("a request to a model needs a cap of one token at least")
        if bool(self.prompt) == bool(self.messages):
            raise ConfigurationError("a request to a model has either a prompt or messages")
        if self.grammar and self.json_schema is not None:
            raise ConfigurationError("a request to a model has a grammar or a schema, not both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How many tokens were read, how many of them from the cache, and how many written."""

    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogprob:
    """A token that was written, how likely it was, and what else was likely there."""

    token: str = field(repr=False)
    logprob: float
    others: tuple[tuple[str, float], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some more text of an answer that is being written."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer, why it ended, what it cost and how long it took.

    Of an answer that was not streamed, `seconds_to_first` is what the server told of reading the
    prompt, or else the time of the whole.
    """

    text: str = field(repr=False)
    finish: Finish
    usage: Usage
    seconds_to_first: float
    seconds: float
    logprobs: tuple[TokenLogprob, ...] | None = field(default=None, repr=False)
