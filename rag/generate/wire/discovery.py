"""Finds out what serves an address, and which models it offers."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rag.errors import ConfigurationError, RetryError
from rag.generate.wire import facts as known
from rag.generate.wire.address import Address
from rag.generate.wire.deadline import Deadline
from rag.generate.wire.exchange import Exchange
from rag.generate.wire.facts import ServerFacts, ServerKind
from rag.generate.wire.stream import Limits, parsed, whole
from rag.generate.wire.told import count, mapping

SECONDS = 10.0
_LIMITS = Limits(line=4 << 20, total=4 << 20)
_LONGEST_NAME = 200
_MOST_MODELS = 1000
_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedModel:
    """A model that a server offers; a context of 0 means that it does not tell."""

    name: str
    context: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What serves an address."""

    facts: ServerFacts
    models: tuple[OfferedModel, ...]
    adapters: tuple[str, ...] = ()


class Probe:
    """Asks an address small questions, within one deadline."""

    def __init__(self, exchange: Exchange, address: Address, deadline: Deadline) -> None:
        self._exchange = exchange
        self._address = address
        self._deadline = deadline
        self.refused = False

    def read(self, path: str, body: Mapping[str, object] | None = None) -> object:
        """Return the JSON that is there, or nothing."""
        data = json.dumps(body).encode() if body is not None else None
        method = "GET" if body is None else "POST"
        with self._exchange.ask(self._address, method, path, data, self._deadline) as response:
            content = whole(response, _LIMITS)
            self.refused = self.refused or response.status in (401, 403)
            if response.status != 200 or not is_json(response):
                return None
        try:
            return dict(parsed(content))
        except RetryError:
            return _list_of(content)

    def object(self, path: str, body: Mapping[str, object] | None = None) -> Mapping[str, object]:
        """Return the JSON object that is there, or an empty one."""
        return mapping(self.read(path, body))


def discover(exchange: Exchange, address: Address, *, seconds: float = SECONDS) -> Discovered:
    """Return what serves an address, or raise `ConfigurationError` if it is no model server."""
    probe = Probe(exchange, address, Deadline(seconds))
    for look in _LOOKS:
        found = look(probe)
        if found is not None:
            return found
    if probe.refused:
        raise ConfigurationError(
            f"the model server at {address} does not accept the key: see its `key_file`"
        )
    raise ConfigurationError(f"what listens at {address} is not a model server that is known")


def is_json(response: http.client.HTTPResponse) -> bool:
    """Whether an answer says that it is JSON."""
    return "json" in (response.getheader("Content-Type") or "")


def _llama_server(probe: Probe) -> Discovered | None:
    """llama-server, and our own child for ctransformers, tell of themselves in `/props`."""
    props = probe.object("/props")
    defaults = mapping(props.get("default_generation_settings"))
    if not defaults:
        return None
    ours = props.get("server") == ServerKind.CTRANSFORMERS.value
    facts = known.CTRANSFORMERS if ours else known.LLAMA_SERVER
    context = count(defaults.get("n_ctx"))
    names = [_name(row.get("id")) for row in _rows(probe.object(facts.models), "data")]
    return Discovered(
        facts=facts,
        models=tuple(OfferedModel(name=name, context=context) for name in names if name),
        adapters=_adapters(probe) if facts.adapters else (),
    )


def _adapters(probe: Probe) -> tuple[str, ...]:
    """Name adapters by their files, in the order of their ids."""
    told = probe.read(known.LLAMA_SERVER.adapters)
    rows = [mapping(row) for row in told] if isinstance(told, list) else []
    paths = [_name(row.get("path")) for row in rows]
    return tuple(re.split(r"[\\/]", path)[-1].removesuffix(".gguf") for path in paths)


def _ollama(probe: Probe) -> Discovered | None:
    """Ollama tells a version, and lists its models in a way of its own."""
    if not isinstance(probe.object("/api/version").get("version"), str):
        return None
    tags = probe.object(known.OLLAMA.models)
    if not isinstance(tags.get("models"), list):
        return None
    names = [_name(row.get("model") or row.get("name")) for row in _rows(tags, "models")]
    return Discovered(
        facts=known.OLLAMA,
        models=tuple(OfferedModel(name=name) for name in names if name),
    )


def ollama_context(probe: Probe, model: str) -> int:
    """Return the longest context of a model, as its file says."""
    told = mapping(probe.object("/api/show", {"model": model}).get("model_info"))
    lengths = [count(v) for key, v in told.items() if key.endswith(".context_length")]
    return max(lengths, default=0)


def _lm_studio(probe: Probe) -> Discovered | None:
    """LM Studio lists its models with their state; it answers unknown paths with 200."""
    rows = _rows(probe.object(known.LM_STUDIO.models), "data")
    rows = [row for row in rows if "state" in row and "compatibility_type" in row]
    if not rows:
        return None
    models = [
        OfferedModel(
            name=_name(row.get("id")),
            context=count(row.get("loaded_context_length") or row.get("max_context_length")),
        )
        for row in rows
        if row.get("type") in ("llm", "vlm")
    ]
    return Discovered(facts=known.LM_STUDIO, models=tuple(m for m in models if m.name))


def _listed(probe: Probe) -> Discovered | None:
    """vLLM, Jan and all others list their models alike, and say by whom they are owned."""
    told = probe.object("/v1/models")
    if not isinstance(told.get("data"), list):
        return None
    rows = _rows(told, "data")
    owners = {row.get("owned_by") for row in rows}
    if "vllm" in owners:
        return _vllm(probe, rows)
    models = tuple(OfferedModel(name=_name(row.get("id"))) for row in rows if _name(row.get("id")))
    title = mapping(probe.object("/openapi.json").get("info")).get("title")
    jan = isinstance(title, str) and re.match(r"(?i)(👋\s*)?jan\b", title) is not None
    return Discovered(facts=known.JAN if jan else known.OPENAI, models=models)


def _vllm(probe: Probe, rows: list[Mapping[str, object]]) -> Discovered:
    version = _VERSION.match(_name(probe.object("/version").get("version")))
    old = version is not None and (int(version[1]), int(version[2])) < (0, 11)
    return Discovered(
        facts=known.OLDER_VLLM if old else known.VLLM,
        models=tuple(
            OfferedModel(name=_name(row.get("id")), context=count(row.get("max_model_len")))
            for row in rows
            if _name(row.get("id"))
        ),
        # Adapters are listed as models that have a parent.
        adapters=tuple(_name(row.get("id")) for row in rows if row.get("parent")),
    )


_LOOKS: tuple[Callable[[Probe], Discovered | None], ...] = (
    _llama_server,
    _ollama,
    _lm_studio,
    _listed,
)


def _list_of(content: bytes) -> object:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) else None


def _rows(told: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = told.get(key)
    rows = value[:_MOST_MODELS] if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict)]


def _name(value: object) -> str:
    """Return a name that a server told, if it is one that may be shown."""
    if not isinstance(value, str) or len(value) > _LONGEST_NAME or not value.isprintable():
        return ""
    return value
