"""Facts about model servers as data: what each kind offers, where, and how it tells.

Everything that sets one server apart from another stands here, so that the client has no branch
for any of them. Paths are below the address in settings. An empty field means it has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class ServerKind(StrEnum):
    """The servers that are known."""

    LLAMA_SERVER = "llama-server"  # and xllamacpp, which is the same code
    VLLM = "vllm"
    OLLAMA = "ollama"
    LM_STUDIO = "lm-studio"
    JAN = "jan"
    CTRANSFORMERS = "ctransformers"
    OPENAI = "openai"  # whatever else speaks that shape


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """What a kind of server offers.

    `shape` is the form of requests and answers. `grammar` and `json_schema` name the field that
    carries them. `tells_cached` says that usage tells how much of the prompt came from the
    cache. `lora` says how an adapter is chosen: by a list of its own, or as if it were a model.
    `names_model` says that the name of the model in an answer is the one that answered,
    `only_streams` that it has no whole answers.
    """

    kind: ServerKind
    shape: Literal["openai", "ollama"] = "openai"
    completions: str = "/v1/completions"
    chat: str = "/v1/chat/completions"
    models: str = "/v1/models"
    health: str = "/v1/models"
    tokenize: str = ""
    props: str = ""
    adapters: str = ""
    grammar: Literal["", "grammar", "structured_outputs", "guided_grammar"] = ""
    json_schema: Literal[
        "", "json_schema", "response_format", "structured_outputs", "guided_json", "format"
    ] = ""
    logprobs: bool = False
    tells_cached: bool = False
    asks_for_cache: bool = False
    lora: Literal["", "list", "model"] = ""
    names_model: bool = False
    only_streams: bool = False


LLAMA_SERVER = ServerFacts(
    kind=ServerKind.LLAMA_SERVER,
    health="/health",
    tokenize="/tokenize",
    props="/props",
    adapters="/lora-adapters",
    grammar="grammar",
    json_schema="json_schema",
    logprobs=True,
    tells_cached=True,
    asks_for_cache=True,
    lora="list",
)
VLLM = ServerFacts(
    kind=ServerKind.VLLM,
    health="/health",
    tokenize="/tokenize",
    grammar="structured_outputs",
    json_schema="structured_outputs",
    logprobs=True,
    tells_cached=True,
    lora="model",
    names_model=True,
)
# Before 0.11, vLLM took grammars in fields of their own.
OLDER_VLLM = ServerFacts(
    kind=ServerKind.VLLM,
    health="/health",
    tokenize="/tokenize",
    grammar="guided_grammar",
    json_schema="guided_json",
    logprobs=True,
    tells_cached=True,
    lora="model",
    names_model=True,
)
# Its own shape and not the OpenAI one, which can neither set the length of the context (longer
# prompts are cut without a word) nor leave the model's template out of a completion.
OLLAMA = ServerFacts(
    kind=ServerKind.OLLAMA,
    shape="ollama",
    completions="/api/generate",
    chat="/api/chat",
    models="/api/tags",
    health="/api/version",
    json_schema="format",
    names_model=True,
)
LM_STUDIO = ServerFacts(
    kind=ServerKind.LM_STUDIO,
    models="/api/v0/models",
    health="/api/v0/models",
    json_schema="response_format",
    names_model=True,
)
# A gate before llama-server: it passes bodies and answers on, but none of the other paths.
JAN = ServerFacts(
    kind=ServerKind.JAN,
    grammar="grammar",
    json_schema="json_schema",
    logprobs=True,
    tells_cached=True,
    asks_for_cache=True,
)
CTRANSFORMERS = ServerFacts(
    kind=ServerKind.CTRANSFORMERS,
    chat="",
    health="/health",
    tokenize="/tokenize",
    props="/props",
    logprobs=True,
    tells_cached=True,
    only_streams=True,
)
OPENAI = ServerFacts(kind=ServerKind.OPENAI, json_schema="response_format")
