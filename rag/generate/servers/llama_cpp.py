"""llama.cpp as a child through the wheel xllamacpp."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.errors import ConfigurationError
from rag.generate.servers.adapters import Adapter, check_adapters
from rag.generate.servers.launch import (
    Launch,
    Limits,
    child_environment,
    chosen_threads,
    python_child,
)
from rag.generate.wire.facts import LLAMA_SERVER
from rag.models.gguf import read_header
from rag.models.records import GgufHeader
from rag.settings import ModelSettings

# Besides one a slot: for those who wait, for idle connections, and always one for the question
# whether the server lives, which is ended if nobody answers that.
HTTP_THREADS = 12
# Sent before a slot is free, so that it has the next question at once.
WAITING = 2
MODULE = "rag.generate.servers.llama_cpp_child"


def llama_cpp(settings: ModelSettings, model: Path, adapters: Sequence[Adapter] = ()) -> Launch:
    """Return how to start it, or raise `ConfigurationError` naming what is wrong with a file."""
    header = checked_model(model)
    check_adapters(adapters, header)
    threads = chosen_threads(settings.threads)
    return Launch(
        name="llama.cpp",
        command=python_child(MODULE),
        facts=LLAMA_SERVER,
        limits=limits_of(settings),
        environment=child_environment(threads),
        config={
            "model": str(model.absolute()),
            "alias": alias_of(settings, model),
            "context": context_of(settings, header),
            "slots": settings.slots,
            "threads": threads,
            "http_threads": settings.slots + HTTP_THREADS,
            "cache_mb": host_cache(settings, adapters),
            "adapters": [str(adapter.path.absolute()) for adapter in adapters],
        },
        adapters=tuple(adapter.name for adapter in adapters),
        at_once=settings.slots + WAITING,
    )


def checked_model(path: Path) -> GgufHeader:
    """Return a model's header, read by our own code before native code sees the file."""
    header = read_header(path)
    if header.adapter:
        raise ConfigurationError(f"{path} is a LoRA adapter, not a model")
    return header


def context_of(settings: ModelSettings, header: GgufHeader) -> int:
    """Return the context of a slot: what is wanted, but no more than the model was made for."""
    return min(settings.context, header.context or settings.context)


def limits_of(settings: ModelSettings) -> Limits:
    """Return what a child may take."""
    return Limits(memory_mb=settings.memory_mb, start_seconds=settings.start_timeout)


def alias_of(settings: ModelSettings, model: Path) -> str:
    """Return the name under which a server of ours offers its model."""
    return settings.name or model.stem


def host_cache(settings: ModelSettings, adapters: Sequence[Adapter]) -> int:
    """Return the megabytes for remembered prompts: none beside adapters.

    llama.cpp does not keep apart what it read of a prompt with one adapter and with another.
    """
    return 0 if adapters else settings.cache_mb
