from __future__ import annotations

import json
import os

import pytest

from rag.embed.model_folder import PACKAGED, digest, dimensions, locate
from rag.errors import ConfigurationError

MODULES = [
    {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]


@pytest.fixture
def folder(tmp_path):
    """A folder that looks like an encoder."""
    model = tmp_path / "model"
    (model / "1_Pooling").mkdir(parents=True)
    write(model / "modules.json", MODULES)
    write(model / "config.json", {"hidden_size": 64})
    write(model / "1_Pooling" / "config.json", {"word_embedding_dimension": 32})
    (model / "model.safetensors").write_bytes(b"weights")
    return model


def write(path, value):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def test_the_packaged_model_is_found_and_has_384_dimensions():
    assert dimensions(locate(PACKAGED)) == 384


def test_a_folder_is_taken_by_its_path(folder):
    assert locate(str(folder)) == folder


@pytest.mark.parametrize("name", ["no/such/folder", "sentence-transformers/all-MiniLM-L6-v2", ""])
def test_what_is_no_folder_is_refused_and_not_downloaded(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=r"embed\.model"):
        locate(name)


@pytest.mark.parametrize("missing", ["modules.json", "model.safetensors"])
def test_a_folder_without_a_model_is_refused(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(ConfigurationError, match="holds no sentence-transformers model"):
        locate(str(folder))


@pytest.mark.parametrize("name", ["pytorch_model.bin", "2_Dense/model.PT", "x.pkl"])
def test_pickled_weights_are_refused_wherever_they_lie(folder, name):
    (folder / "2_Dense").mkdir()
    (folder / name).write_bytes(b"")
    with pytest.raises(ConfigurationError, match="pickled"):
        locate(str(folder))


@pytest.mark.parametrize("kind", ["custom.Pooling", "os.system", "sentence_transformersx.A", None])
def test_a_module_that_is_not_the_librarys_is_refused(folder, kind):
    write(folder / "modules.json", [*MODULES, {"idx": 2, "path": "2", "type": kind}])
    with pytest.raises(ConfigurationError, match="code of its own"):
        locate(str(folder))


@pytest.mark.parametrize("content", ["{", "{}", "[1]", "\xff"])
def test_a_broken_list_of_modules_is_refused(folder, content):
    (folder / "modules.json").write_text(content, encoding="latin-1")
    with pytest.raises(ConfigurationError, match=r"modules\.json"):
        locate(str(folder))


def test_dimensions_are_those_of_the_last_module_that_states_them(folder):
    assert dimensions(folder) == 32
    write(folder / "modules.json", [*MODULES, {"path": "2_Dense", "type": "x"}])
    write(folder / "2_Dense" / "config.json", {"in_features": 32, "out_features": 8})
    assert dimensions(folder) == 8


def test_dimensions_fall_back_on_the_transformer(folder):
    (folder / "1_Pooling" / "config.json").unlink()
    assert dimensions(folder) == 64
    write(folder / "config.json", {})
    with pytest.raises(ConfigurationError, match="does not state its dimensions"):
        dimensions(folder)


def test_the_digest_changes_with_weights_and_configuration_alone(folder):
    before = digest(folder)
    (folder / "README.md").write_text("about", encoding="utf-8")
    assert digest(folder) == before
    (folder / "model.safetensors").write_bytes(b"Weights")
    os.utime(folder / "model.safetensors", ns=(1, 1))
    changed = digest(folder)
    write(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": 16})
    assert len({before, changed, digest(folder)}) == 3


def test_the_digest_does_not_depend_on_where_the_folder_lies(folder, tmp_path):
    before = digest(folder)
    assert digest(folder.rename(tmp_path / "elsewhere")) == before
