from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from rag.embed.encoder import SentenceEncoder
from rag.embed.model_folder import PACKAGED, locate
from rag.errors import ConfigurationError
from rag.redact.mint import stored
from rag.settings import EmbedSettings
from rag.testing.embedder_contract import SENTENCES, EmbedderContract, chunk


@pytest.fixture(scope="session")
def encoder():
    return SentenceEncoder(EmbedSettings(batch=4))


@pytest.mark.slow
class TestSentenceEncoder(EmbedderContract):
    @pytest.fixture
    def embedder(self, encoder):
        return encoder


@pytest.mark.slow
def test_texts_become_rows_in_their_order(encoder):
    texts = [stored(text) for text in SENTENCES * 3]
    rows = encoder.embed_texts(texts)
    assert rows.shape == (15, 384)
    assert rows.dtype == np.float32
    for index in (0, 4, 14):
        assert float(encoder.embed_texts([texts[index]])[0] @ rows[index]) > 0.999
    assert float(rows[0] @ rows[5]) > 0.999
    assert encoder.embed_texts([]).shape == (0, 384)


@pytest.mark.slow
def test_weights_that_are_kept_halved_give_the_same_vectors(monkeypatch):
    texts = ["The boiler is serviced in March.", "Who may enter the archive, and when?"]
    settings = EmbedSettings(precision="bfloat16")
    kept = SentenceEncoder(settings).embed_texts(texts)
    monkeypatch.setattr("rag.embed.encoder._keep_halved", lambda _: None)
    made = SentenceEncoder(settings).embed_texts(texts)
    assert (kept == made).all()


def test_both_precisions_agree(encoder):
    """Why the fingerprint does not hold the precision."""
    texts = [stored(text) for text in SENTENCES]
    by_precision = []
    for precision in ("float32", "bfloat16"):
        other = SentenceEncoder(EmbedSettings(precision=precision))
        by_precision.append(other.embed_texts(texts))
        assert other.fingerprint == encoder.fingerprint
    assert float((by_precision[0] * by_precision[1]).sum(axis=1).min()) > 0.999


@pytest.mark.slow
def test_a_passage_without_context_is_embedded_as_its_text(encoder):
    (point,) = encoder.embed([chunk("Rent.")])
    assert float(point.dense @ encoder.embed_texts([stored("Rent.")])[0]) > 0.999


def test_fingerprint_and_dimensions_load_neither_library_nor_model():
    script = """
import sys
from rag.embed.encoder import SentenceEncoder
from rag.settings import EmbedSettings
encoder = SentenceEncoder(EmbedSettings())
assert encoder.dimensions == 384
assert encoder.fingerprint
print(sorted({"torch", "sentence_transformers", "transformers", "numpy"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_fingerprint_changes_with_the_code(monkeypatch, encoder):
    before = encoder.fingerprint
    monkeypatch.setattr("rag.embed.encoder.code_of", lambda name: f"another {name}")
    assert encoder.fingerprint != before


def test_nothing_is_looked_for_until_it_is_used():
    SentenceEncoder(EmbedSettings(model="no/such/model"))


@pytest.mark.parametrize("use", ["fingerprint", "dimensions"])
def test_a_missing_model_is_an_operators_error(use):
    encoder = SentenceEncoder(EmbedSettings(model="no/such/model"))
    with pytest.raises(ConfigurationError, match="no/such/model"):
        getattr(encoder, use)
    with pytest.raises(ConfigurationError, match="no/such/model"):
        encoder.warm()


@pytest.fixture
def copy(tmp_path):
    """A copy of the packaged model's folder, its weights linked."""
    packaged = locate(PACKAGED)
    ignore = shutil.ignore_patterns("*.safetensors", "README.md")
    model = shutil.copytree(packaged, tmp_path / "model", ignore=ignore)
    (model / "model.safetensors").symlink_to(packaged / "model.safetensors")
    return model


def test_the_same_model_elsewhere_has_the_same_fingerprint(copy, encoder):
    assert SentenceEncoder(EmbedSettings(model=str(copy))).fingerprint == encoder.fingerprint


@pytest.mark.slow
def test_damaged_weights_are_an_operators_error(copy):
    (copy / "model.safetensors").unlink()
    (copy / "model.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(ConfigurationError, match=r"cannot be loaded .* check its files"):
        SentenceEncoder(EmbedSettings(model=str(copy))).warm()


@pytest.mark.slow
def test_a_model_that_makes_other_dimensions_than_it_states_is_refused(copy):
    modules = json.loads((copy / "modules.json").read_text(encoding="utf-8"))
    (copy / "3_Wrong").mkdir()
    (copy / "3_Wrong" / "config.json").write_text('{"out_features": 7}', encoding="utf-8")
    modules.append({"idx": 3, "name": "3", "path": "3_Wrong", "type": modules[2]["type"]})
    (copy / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="states 7 dimensions"):
        SentenceEncoder(EmbedSettings(model=str(copy))).warm()
