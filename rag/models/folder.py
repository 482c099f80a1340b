"""The folder of a safetensors model: its files, its configuration, and what is never taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ConfigurationError
from rag.models.gguf import BrokenFileError, printable
from rag.models.safetensors_header import parse_json, read_header

# Pickle runs whatever its writer wanted as soon as it is read; the others are weights in forms
# that we do not check. Code beside a model is there to be run with `trust_remote_code`.
PICKLED = frozenset(
    {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".npy", ".npz", ".dill"}
)
CODE = frozenset({".py", ".pyc", ".pyd", ".so", ".dll", ".dylib", ".sh", ".exe", ".ipynb"})
OTHER_WEIGHTS = frozenset({".h5", ".msgpack", ".onnx", ".pb", ".tflite", ".ggml", ".mlx"})
MOST_FILES = 1_000
MOST_JSON_BYTES = 64 << 20
_ASKING_FOR_CODE = frozenset({"auto_map", "trust_remote_code", "custom_pipelines"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """What a folder holds: `files` by their place in it, all of them counted in its hash."""

    path: Path
    files: tuple[Path, ...]
    size: int
    parameters: int
    architecture: str
    name: str
    context: int
    kinds: tuple[str, ...]
    adapter: bool


def read_folder(path: Path) -> ModelFolder:
    """Check a folder's files and headers, or raise `ConfigurationError` naming what is refused."""
    files = tuple(sorted(_files(path)))
    for file in files:
        _refuse(file)
    weights = [file for file in files if file.suffix.lower() == ".safetensors"]
    if not weights:
        raise ConfigurationError(
            f"{path} holds no safetensors weights: only GGUF files and "
            "folders with safetensors are taken"
        )
    configurations = {file: _checked_json(file) for file in files if file.suffix.lower() == ".json"}
    config = configurations.get(path / "config.json", {})
    adapter = configurations.get(path / "adapter_config.json")
    if not config and adapter is None:
        raise ConfigurationError(f"{path} holds no config.json: what model it is cannot be said")
    headers = [read_header(file) for file in weights]
    return ModelFolder(
        path=path,
        files=files,
        size=sum(file.stat().st_size for file in files),
        parameters=sum(header.parameters for header in headers),
        architecture=printable(str(config.get("model_type", ""))),
        name=printable(
            str(config.get("_name_or_path") or path.name).rstrip("/").rpartition("/")[2]
        ),
        context=_number(config.get("max_position_embeddings")),
        kinds=tuple(sorted({kind for header in headers for kind in header.kinds})),
        adapter=adapter is not None,
    )


def refuse_other_forms(path: Path) -> None:
    """Say of a file that is neither GGUF nor a folder why it is not taken."""
    _refuse(path)
    if path.suffix.lower() == ".safetensors":
        raise ConfigurationError(
            f"{path} is one file of a model: give its folder, which says how it is to be read"
        )


def _files(path: Path) -> Iterator[Path]:
    count = 0
    for file in path.rglob("*"):
        if file.is_dir() and not file.is_symlink():
            continue
        count += 1
        if count > MOST_FILES:
            raise ConfigurationError(f"{path} holds more than {MOST_FILES:,} files")
        if not file.is_file():
            raise ConfigurationError(f"{file} is not an ordinary file")
        yield file


def _refuse(file: Path) -> None:
    ending = file.suffix.lower()
    if ending in PICKLED:
        raise ConfigurationError(
            f"{file} may be a pickle, which runs code when it is read: refused. Convert the model "
            "to GGUF or safetensors, or take the file away"
        )
    if ending in CODE:
        raise ConfigurationError(
            f"{file} is code that comes with a model (`trust_remote_code`): refused"
        )
    if ending in OTHER_WEIGHTS:
        raise ConfigurationError(f"{file} is neither GGUF nor safetensors: refused")


def _checked_json(file: Path) -> dict[str, object]:
    """Read a JSON file and refuse one that asks for code of the model's own."""
    if file.stat().st_size > MOST_JSON_BYTES:
        raise ConfigurationError(f"{file} is longer than {MOST_JSON_BYTES:,} bytes")
    try:
        found = parse_json(file.read_bytes())
    except BrokenFileError:
        raise ConfigurationError(f"{file} is not sound JSON") from None
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None
    pending: list[object] = [found]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            asked = _ASKING_FOR_CODE & one.keys()
            if any(one[key] for key in asked):
                raise ConfigurationError(
                    f"{file} asks for code of the model's own (`{min(asked)}`): refused"
                )
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)
    return found if isinstance(found, dict) else {}


def _number(value: object) -> int:
    return value if type(value) is int and 0 <= value < 1 << 28 else 0
