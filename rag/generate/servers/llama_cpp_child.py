"""The process that runs llama.cpp's own server; started by `rag.generate.servers.llama_cpp`."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, Any

from rag.generate.servers.child_pipe import keep_standard_output, read_config, say_port

if TYPE_CHECKING:
    import xllamacpp

_BATCH = 512
_ERRORS_ONLY = 1
_LAST_WORDS_SECONDS = 0.3


def main() -> int:
    """Serve until the parent ends this."""
    out = keep_standard_output()
    config = read_config()
    import xllamacpp

    try:
        server = xllamacpp.Server(parameters(config))
    except RuntimeError:
        # Its log is written by a thread, which would end with its last words unsaid.
        time.sleep(_LAST_WORDS_SECONDS)
        return 1
    say_port(out, int(server.listening_address.rpartition(":")[2]))
    signal.pause()
    return 0


def parameters(config: dict[str, Any]) -> xllamacpp.CommonParams:
    """Return the server's parameters; those that are fixed here were measured to be best.

    Weights are not repacked: prompts are read 1.7 times faster without, and 3.3 GB less are
    taken at 8B. The cache of prompts on the host is bounded; it would take 8 GiB.
    """
    import xllamacpp

    p = xllamacpp.CommonParams()
    p.model.path = config["model"]
    p.model_alias = {config["alias"]}
    p.api_keys = [config["key"]]
    p.hostnames = ["127.0.0.1"]
    p.port = 0
    p.n_parallel = config["slots"]
    p.n_ctx = config["context"] * config["slots"]
    p.n_batch = p.n_ubatch = _BATCH
    p.fit_params = False
    p.cont_batching = True
    p.cache_prompt = True
    p.cache_ram_mib = config["cache_mb"]
    p.no_extra_bufts = True
    p.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = config["threads"]
    p.n_threads_http = config["http_threads"]
    p.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(path, 0.0) for path in config["adapters"]]
    p.lora_init_without_apply = True
    p.endpoint_metrics = True
    # These would tell prompts, or serve what nobody asks for.
    p.endpoint_slots = False
    p.ui = False
    p.verbosity = _ERRORS_ONLY
    p.offline = True
    return p


if __name__ == "__main__":
    sys.exit(main())
