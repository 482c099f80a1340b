"""The REST service, as a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import RetryError
from rag.offline import switch_off_telemetry

# Everything to stderr. What we log ourselves holds ids, counts and kinds only.
LOG_CONFIG: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        name: {"handlers": ["stderr"], "level": "INFO", "propagate": False}
        for name in ("rag", "pipelines", "uvicorn")
    },
}

if TYPE_CHECKING:
    from fastapi import FastAPI

    from pipelines.build import Installation


def make_app() -> FastAPI:
    """Build the application of the installation in RINGFENCE_HOME: uvicorn's factory."""
    switch_off_telemetry()
    from pipelines.build import (
        build_answering,
        build_question_redactor,
        build_reidentifier,
        open_installation,
    )
    from rag.api.app import create_app
    from rag.settings import home_folder

    inst = open_installation(home_folder())
    redactor = build_question_redactor(inst)
    answering = build_answering(inst, redactor)
    reidentifier = build_reidentifier(inst, redactor)

    def close() -> None:
        answering.close()
        reidentifier.close()

    return create_app(answering, inst.settings.api, reidentifier=reidentifier, close=close)


def run_server(inst: Installation, *, host: str | None, port: int | None) -> None:
    """Serve until stopped. Parts that take long to load are loaded before the first question."""
    import uvicorn

    from pipelines.build import build_answering, build_question_redactor, build_reidentifier
    from rag.api.app import create_app

    redactor = build_question_redactor(inst)
    answering = build_answering(inst, redactor)
    answering.warm()
    reidentifier = build_reidentifier(inst, redactor)
    config = uvicorn.Config(
        create_app(answering, inst.settings.api, reidentifier=reidentifier),
        host=host or inst.settings.api.host,
        port=inst.settings.api.port if port is None else port,
        access_log=False,
        server_header=False,
        log_config=LOG_CONFIG,
    )
    server = uvicorn.Server(config)
    try:
        server.run()
    except SystemExit as error:
        raise RetryError(f"cannot listen on {config.host}:{config.port}: is it taken?") from error
    finally:
        answering.close()
        reidentifier.close()
