"""Switch off what the libraries below would send or fetch, before any of them is imported.

The CLI, the service, the sandboxed parsers and the tests call this first. It also works for
child processes, which inherit the environment.
"""

from __future__ import annotations

import os

OFF = {
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "LLAMA_INDEX_DISABLE_TELEMETRY": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "OTEL_SDK_DISABLED": "true",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",
    "OMP_WAIT_POLICY": "passive",
}


def switch_off_telemetry() -> None:
    """Set every opt-out. An operator's own value never switches one on again."""
    os.environ.update(OFF)
