from __future__ import annotations

import json
import shutil

import pytest

from rag.embed.entailment import EntailmentReader
from rag.embed.model_folder import PACKAGED, locate
from rag.errors import ConfigurationError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model of three labels with weights of chance."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    path = tmp_path_factory.mktemp("model")
    tokenizer = AutoTokenizer.from_pretrained(str(locate(PACKAGED)))
    labels = {0: "CONTRADICTION", 1: "ENTAILMENT", 2: "NEUTRAL"}
    shape = BertConfig(
        vocab_size=tokenizer.vocab_size,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=labels,
        label2id={name: at for at, name in labels.items()},
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
def test_every_text_gets_a_probability_that_depends_on_it_alone(folder):
    reader = EntailmentReader(folder)
    written = ["The rent is 5 euros.", "It rains.", "The rent is 5 euros."]
    together = reader.follows("The rent is low.", written)
    assert all(0 < one < 1 for one in together)
    assert together[0] == pytest.approx(together[2], abs=1e-5)
    assert together[0] != together[1]
    assert reader.follows("The rent is low.", []) == []


@pytest.mark.slow
def test_a_model_that_tells_no_entailment_is_refused(copy):
    config = json.loads((copy / "config.json").read_text())
    config["id2label"] = {"0": "a", "1": "b", "2": "c"}
    config["label2id"] = {"a": 0, "b": 1, "c": 2}
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(ConfigurationError, match="no label `entailment`"):
        EntailmentReader(copy).follows("a", ["b"])


def test_a_folder_without_a_model_is_refused_by_its_setting(tmp_path):
    with pytest.raises(ConfigurationError, match="ground.entailment_model"):
        EntailmentReader(tmp_path).follows("a", ["b"])


def test_pickled_weights_are_refused(copy):
    (copy / "pytorch_model.bin").write_bytes(b"\x80\x04anything")
    with pytest.raises(ConfigurationError, match="pickled weights"):
        EntailmentReader(copy).follows("a", ["b"])
