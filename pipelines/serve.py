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

    from pipelines.answer import Answering
    from pipelines.build import Installation
    from pipelines.erase_worker import ErasureWorker
    from rag.ports import Redactor


def make_app() -> FastAPI:
    """Build the application of the installation in RINGFENCE_HOME: uvicorn's factory."""
    switch_off_telemetry()
    from pipelines.build import build_question_redactor, build_reidentifier, open_installation
    from rag.api.app import create_app
    from rag.settings import home_folder

    inst = open_installation(home_folder())
    redactor = build_question_redactor(inst)
    answering, worker = _answering(inst, redactor)
    reidentifier = build_reidentifier(inst, redactor)
    worker.start()

    def close() -> None:
        worker.stop()
        answering.close()
        reidentifier.close()

    return create_app(answering, inst.settings.api, reidentifier=reidentifier, close=close)


def run_server(inst: Installation, *, host: str | None, port: int | None) -> None:
    """Serve until stopped. Parts that take long to load are loaded before the first question."""
    import uvicorn

    from pipelines.build import build_question_redactor, build_reidentifier
    from rag.api.app import create_app

    redactor = build_question_redactor(inst)
    answering, worker = _answering(inst, redactor)
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
    worker.start()
    try:
        server.run()
    except SystemExit as error:
        raise RetryError(f"cannot listen on {config.host}:{config.port}: is it taken?") from error
    finally:
        worker.stop()
        answering.close()
        reidentifier.close()


def _answering(inst: Installation, redactor: Redactor) -> tuple[Answering, ErasureWorker]:
    """Build what answers, and what erases beside it: both own the one index together."""
    from pipelines.build import (
        build_answering,
        build_encoder,
        build_erasure,
        build_register,
        build_store,
    )
    from pipelines.erase_worker import ErasureWorker

    store = build_store(inst, build_encoder(inst).dimensions)
    register = build_register(inst)
    erasure = build_erasure(inst, store, register)
    if inst.home.unscrubbed.exists():  # what was erased while an earlier service ran
        erasure.scrub()
    answering = build_answering(inst, redactor, store=store, register=register)
    return answering, ErasureWorker(erasure)
