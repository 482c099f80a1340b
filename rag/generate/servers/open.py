"""From settings to a client: a server that is started here, or one that runs already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag.errors import ConfigurationError
from rag.generate.servers.adapters import Adapter
from rag.generate.servers.ctransformers import ctransformers
from rag.generate.servers.launch import Launch
from rag.generate.servers.llama_cpp import llama_cpp
from rag.generate.servers.llama_server import llama_server
from rag.generate.servers.supervised import Supervised
from rag.generate.wire.address import FixedEndpoint
from rag.generate.wire.client import ModelClient, Patience
from rag.settings import ModelSettings

LAUNCHES: dict[str, Callable[[ModelSettings, Path, Sequence[Adapter]], Launch]] = {
    "llama.cpp": llama_cpp,
    "llama-server": llama_server,
    "ctransformers": ctransformers,
}


def open_model(
    settings: ModelSettings,
    model: Path | None = None,
    adapters: Sequence[Adapter] = (),
    *,
    section: str = "model",
) -> ModelClient:
    """Return a client; nothing is started or asked before its first question.

    Args:
        settings: Which model, and what runs it.
        model: The admitted file, for a server that is started here; its header is read now.
        adapters: The admitted LoRA adapters that requests may choose.
        section: Where the settings stand in the file, for messages.
    """
    patience = Patience(
        start=settings.start_timeout, answer=settings.timeout, silence=settings.timeout
    )
    if settings.runtime == "url":
        endpoint = FixedEndpoint(
            settings.url, key_file=settings.key_file, ca_file=settings.ca_file, section=section
        )
        return ModelClient(
            endpoint, model=settings.name, context=settings.context, patience=patience
        )
    if settings.runtime not in LAUNCHES:
        raise ConfigurationError(f"`{section}.runtime` is `{settings.runtime}`: no model is set")
    if model is None:
        raise ConfigurationError(f"`{section}.name` must name a model of the register")
    launch = LAUNCHES[settings.runtime](settings, model, adapters)
    return client_of(launch, Supervised(launch), patience)


def client_of(launch: Launch, server: Supervised, patience: Patience) -> ModelClient:
    """Return a client of a server that is started here."""
    return ModelClient(server, adapters=launch.adapters, patience=patience, at_once=launch.at_once)
