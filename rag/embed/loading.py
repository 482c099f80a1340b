"""How models of sentence-transformers are loaded: from a folder, and nothing that runs code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import ConfigurationError

LOCAL: Mapping[str, Any] = {
    "device": "cpu",
    "local_files_only": True,
    "trust_remote_code": False,
    "model_kwargs": {"use_safetensors": True},
}


@contextmanager
def loading(folder: Path) -> Iterator[None]:
    """Turn what the libraries raise for files that are no model into an error with a remedy."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, ValueError, LookupError, RuntimeError, SafetensorError) as error:
        raise ConfigurationError(
            f"the model in {folder} cannot be loaded ({type(error).__name__}): check its files"
        ) from error
