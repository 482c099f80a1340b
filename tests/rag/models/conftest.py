"""Small model files, and a gate before a register of its own."""

from __future__ import annotations

import json

import pytest

from rag.audit.log import ChainedLog
from rag.models.admission import AdmissionGate
from rag.models.gguf_writer import Plan, head
from rag.models.hashes import RememberedHashes
from rag.models.register import ModelRegister

OPEN = {"general.name": "Qwen3 8B", "general.architecture": "qwen3"}
CLOSED = {"general.name": "Llama 3.1 8B Instruct", "general.architecture": "llama"}
PLAN = Plan("token_embd.weight", "F32", (32,))


@pytest.fixture
def model(tmp_path):
    """Writes a GGUF file with these values."""

    def write(name="model.gguf", **values):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(head(values.pop("values", OPEN) | values, [PLAN]) + bytes(PLAN.size))
        return path

    return write


@pytest.fixture
def folder(tmp_path):
    """Writes a folder with a safetensors model."""

    def write(name="Qwen3-8B", config=None, **files):
        place = tmp_path / name
        place.mkdir()
        rows = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
        text = json.dumps(rows).encode()
        data = len(text).to_bytes(8, "little") + text + bytes(8)
        (place / "model.safetensors").write_bytes(data)
        settings = {"model_type": "qwen3", "max_position_embeddings": 4096}
        (place / "config.json").write_text(json.dumps(settings | (config or {})))
        for file, content in files.items():
            (place / file.replace("__", ".")).write_bytes(content)
        return place

    return write


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "audit.jsonl"

    def entries():
        if not path.exists():
            return []
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        return [(line["event"], line["facts"]) for line in lines]

    entries.chained = ChainedLog(path, b"k" * 32)
    return entries


@pytest.fixture
def register(tmp_path):
    return ModelRegister(tmp_path / "models.toml")


@pytest.fixture
def gate(tmp_path, register, log):
    hashes = RememberedHashes(tmp_path / "hashes.json")
    return AdmissionGate(register, hashes, ("osi",), log.chained)
