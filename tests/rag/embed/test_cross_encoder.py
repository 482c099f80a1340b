from __future__ import annotations

import json
import shutil

import pytest

from rag.embed.cross_encoder import PairReader
from rag.embed.model_folder import PACKAGED, locate
from rag.errors import ConfigurationError
from rag.redact.mint import stored


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A cross-encoder with the vocabulary of the packaged encoder and weights of chance."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    path = tmp_path_factory.mktemp("model")
    tokenizer = AutoTokenizer.from_pretrained(str(locate(PACKAGED)))
    shape = BertConfig(
        vocab_size=tokenizer.vocab_size,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
        initializer_range=1.0,  # with less, two scores may be the same by chance
    )
    torch.manual_seed(1)
    BertForSequenceClassification(shape).save_pretrained(path, safe_serialization=True)
    tokenizer.save_pretrained(path)
    return path


@pytest.fixture
def copy(folder, tmp_path):
    """The same model where it may be changed."""
    return shutil.copytree(folder, tmp_path / "copy")


@pytest.mark.slow
def test_every_passage_gets_a_score_that_depends_on_it_alone(folder):
    reader = PairReader(folder)
    question = stored("How long is the notice period?")
    together = reader.scores(
        question, ["Three months.", "Rent is due on the first.", "Three months."]
    )
    assert together[0] == pytest.approx(together[2], abs=1e-5)
    assert together[0] != together[1]
    assert reader.scores(question, ["Three months."]) == pytest.approx([together[0]], abs=1e-5)
    assert reader.scores(question, []) == []


def test_a_folder_without_a_model_is_refused_by_its_setting(tmp_path):
    with pytest.raises(ConfigurationError, match="retrieve.rerank_model"):
        PairReader(tmp_path).scores(stored("a"), ["b"])


def test_pickled_weights_are_refused_even_beside_safetensors(copy):
    (copy / "pytorch_model.bin").write_bytes(b"\x80\x04anything")
    with pytest.raises(ConfigurationError, match="pickled weights"):
        PairReader(copy).scores(stored("a"), ["b"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("modules.json", [{"idx": 0, "path": "", "type": "own.module.Runs"}]),
        ("config.json", {"auto_map": {"AutoModel": "own.Runs"}, "model_type": "bert"}),
    ],
)
def test_a_model_that_brings_code_is_refused(copy, name, content):
    (copy / name).write_text(json.dumps(content))
    with pytest.raises(ConfigurationError, match="code of its own"):
        PairReader(copy).scores(stored("a"), ["b"])


def test_weights_that_are_no_safetensors_cannot_be_loaded(copy):
    (copy / "model.safetensors").write_bytes(b"anything")
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        PairReader(copy).scores(stored("a"), ["b"])


def test_making_a_reader_loads_nothing(tmp_path):
    PairReader(tmp_path / "absent")
