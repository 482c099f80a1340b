"""Simulated models have the shape, the size and the range of weights of real ones."""

from __future__ import annotations

import shutil

import pytest

from rag.errors import ConfigurationError
from rag.models.gguf import read_header
from rag.models.gguf_writer import Plan
from rag.models.simulated import RECIPES, SHAPES, Shape, _pieces, file_size, plans, write

TINY = Shape(
    like="tiny",
    layers=2,
    width=256,
    heads=4,
    key_heads=2,
    inner=512,
    vocabulary=600,
    context=2048,
    rotation=10_000.0,
    tied=True,
    scaled_rotation=True,
)


@pytest.mark.parametrize(
    ("size", "parameters", "gigabytes"),
    [
        ("1b", 1_235_814_400, 0.808),
        ("3b", 3_212_749_824, 2.019),
        ("8b", 8_030_261_248, 4.921),
        ("13b", 13_015_864_320, 7.866),
        ("70b", 70_553_706_496, 42.520),
    ],
)
def test_sizes_are_those_of_the_real_models(size, parameters, gigabytes):
    """As published: parameters of the models, and their Q4_K_M files within a hundredth."""
    shape = SHAPES[size]
    elements = sum(
        plan.size // 4 if plan.kind == "F32" else plan.shape[0] * plan.shape[1]
        for plan in plans(shape, RECIPES["Q4_K_M"])
        if plan.name != "rope_freqs.weight"
    )
    assert elements == parameters
    assert file_size(shape, RECIPES["Q4_K_M"]) / 1e9 == pytest.approx(gigabytes, rel=0.011)


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_file_is_sound_and_as_large_as_foretold(tmp_path, name):
    path = tmp_path / "tiny.gguf"
    seen = []
    write(path, TINY, RECIPES[name], seen.append)
    header = read_header(path)
    assert (header.layers, header.width, header.tokens) == (2, 256, 600)
    assert header.has_tensor("rope_freqs.weight")
    assert sum(tensor.size for tensor in header.tensors) == sum(seen)
    assert path.stat().st_size == file_size(TINY, RECIPES[name]) + header.tensors[0].start


@pytest.mark.parametrize("kind", ["Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"])
def test_weights_are_as_far_from_zero_as_a_models(kind):
    reference = pytest.importorskip("gguf")
    import numpy as np
    from gguf.quants import dequantize

    data = np.frombuffer(b"".join(_pieces(Plan("x", kind, (256, 64)), 1)), dtype=np.uint8)
    weights = dequantize(data.reshape(64, -1), reference.GGMLQuantizationType[kind])
    assert weights.shape == (64, 256)
    assert np.isfinite(weights).all()
    assert 0.01 < float(np.std(weights)) < 0.05
    assert abs(float(np.mean(weights))) < 0.01


def test_half_precision_weights_are_finite_and_small():
    import numpy as np

    data = b"".join(_pieces(Plan("x", "F16", (256, 64)), 1))
    weights = np.frombuffer(data, dtype=np.float16).astype(np.float32)
    assert np.isfinite(weights).all()
    assert 0.005 < float(np.std(weights)) < 0.05


def test_a_full_disk_is_seen_before_anything_is_written(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ConfigurationError, match=r"has 0\.0 GB free; the file takes"):
        write(tmp_path / "m.gguf", TINY, RECIPES["Q4_0"], lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_alone(tmp_path):
    path = tmp_path / "m.gguf"
    path.write_bytes(b"mine")
    with pytest.raises(ConfigurationError, match="there is a file"):
        write(path, TINY, RECIPES["Q4_0"], lambda _: None)
    assert path.read_bytes() == b"mine"


def test_stopping_leaves_nothing_behind(tmp_path):
    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "m.gguf", TINY, RECIPES["Q4_0"], stop)
    assert list(tmp_path.iterdir()) == []
