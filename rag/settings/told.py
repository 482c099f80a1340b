"""TOML that an operator wrote: read, and what is wrong with it said without its values."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rag.errors import ConfigurationError


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a file says.

    Raises:
        ConfigurationError: It cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}") from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error


def explained(error: ValidationError) -> str:
    """Say in one line which settings are wrong, without the values given."""
    parts = []
    for problem in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in problem["loc"])
        unknown = problem["type"] == "extra_forbidden"
        parts.append(f"unknown setting `{where}`" if unknown else f"`{where}`: {problem['msg']}")
    return "; ".join(parts)
