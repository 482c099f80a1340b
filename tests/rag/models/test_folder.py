"""Folders of safetensors models: code and pickles in them are refused."""

from __future__ import annotations

import pytest

from rag.errors import ConfigurationError
from rag.models import folder as module
from rag.models.folder import read_folder


def test_a_plain_folder_is_read(folder):
    found = read_folder(folder(README__md=b"hello"))
    assert (found.name, found.architecture, found.kinds) == ("Qwen3-8B", "qwen3", ("F32",))
    assert not found.adapter
    assert len(found.files) == 3


@pytest.mark.parametrize(
    ("files", "finding"),
    [
        ({"pytorch_model__bin": b"x"}, "may be a pickle"),
        ({"optimizer__pt": b"x"}, "may be a pickle"),
        ({"modeling__py": b"x"}, "trust_remote_code"),
        ({"kernel__so": b"x"}, "trust_remote_code"),
        ({"model__onnx": b"x"}, "neither GGUF nor safetensors"),
        ({"tokenizer_config__json": b'{"auto_map": {"AutoTokenizer": "x.Y"}}'}, "`auto_map`"),
        ({"other__json": b'{"deep": [{"trust_remote_code": true}]}'}, "`trust_remote_code`"),
        ({"other__json": b"{"}, "not sound JSON"),
        ({"other__safetensors": b"x"}, "not a sound safetensors file"),
    ],
)
def test_what_else_lies_there_may_refuse_it(folder, files, finding):
    with pytest.raises(ConfigurationError, match=finding):
        read_folder(folder(**files))


def test_a_configuration_that_brings_code_is_refused(folder):
    place = folder(config={"auto_map": {"AutoModel": "modeling.Model"}})
    with pytest.raises(ConfigurationError, match="asks for code of the model's own"):
        read_folder(place)


def test_an_empty_request_for_code_asks_for_none(folder):
    assert read_folder(folder(config={"auto_map": {}, "trust_remote_code": False}))


def test_weights_and_configuration_have_to_be_there(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="no safetensors weights"):
        read_folder(tmp_path / "empty")
    place = folder()
    (place / "config.json").unlink()
    with pytest.raises(ConfigurationError, match=r"no config\.json"):
        read_folder(place)


def test_a_folder_of_many_files_is_no_model(folder, monkeypatch):
    monkeypatch.setattr(module, "MOST_FILES", 2)
    with pytest.raises(ConfigurationError, match="more than 2 files"):
        read_folder(folder(a__txt=b""))
