"""A `llama-server` program that the operator built or brought, as a child."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rag.errors import ConfigurationError
from rag.generate.servers.adapters import Adapter, check_adapters
from rag.generate.servers.launch import Launch, child_environment, chosen_threads
from rag.generate.servers.llama_cpp import (
    HTTP_THREADS,
    WAITING,
    alias_of,
    checked_model,
    context_of,
    host_cache,
    limits_of,
)
from rag.generate.wire.facts import LLAMA_SERVER
from rag.settings import ModelSettings

KEY_VARIABLE = "LLAMA_API_KEY"


def llama_server(settings: ModelSettings, model: Path, adapters: Sequence[Adapter] = ()) -> Launch:
    """Return how to start it, or raise `ConfigurationError` naming what is wrong with a file."""
    program = Path(settings.program)
    if not settings.program or not program.is_file() or not os.access(program, os.X_OK):
        raise ConfigurationError(
            f"`program` names {settings.program or 'nothing'}: it must be a llama-server program"
        )
    header = checked_model(model)
    check_adapters(adapters, header)
    threads = chosen_threads(settings.threads)
    options: dict[str, object] = {
        "--model": model.absolute(),
        "--alias": alias_of(settings, model),
        "--host": "127.0.0.1",
        "--port": 0,
        "--ctx-size": context_of(settings, header) * settings.slots,
        "--parallel": settings.slots,
        "--threads": threads,
        "--threads-batch": threads,
        "--threads-http": settings.slots + HTTP_THREADS,
        "--cache-ram": host_cache(settings, adapters),
        "--flash-attn": "on",
        "--log-verbosity": 1,
    }
    flags = ["--no-repack", "--cont-batching", "--no-slots", "--no-webui", "--metrics", "--offline"]
    command = [str(program.absolute())]
    command += [str(part) for option in options.items() for part in option]
    command += flags
    for adapter in adapters:
        command += ["--lora", str(adapter.path.absolute())]
    if adapters:
        command.append("--lora-init-without-apply")
    return Launch(
        name="llama-server",
        command=tuple(command),
        facts=LLAMA_SERVER,
        limits=limits_of(settings),
        environment=child_environment(threads),
        reads_stdin=False,
        key_variable=KEY_VARIABLE,
        adapters=tuple(adapter.name for adapter in adapters),
        at_once=settings.slots + WAITING,
    )
