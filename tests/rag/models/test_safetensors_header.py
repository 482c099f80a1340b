"""Headers of safetensors files: sound ones are read, and nothing else gets past."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ConfigurationError
from rag.models import safetensors_header
from rag.models.safetensors_header import read_header

ROWS = {
    "__metadata__": {"format": "pt"},
    "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
    "b": {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]},
}


def file_of(rows, *, data=32, length=None):
    text = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    size = len(text) if length is None else length
    return size.to_bytes(8, "little") + text + bytes(data)


@pytest.fixture
def read(tmp_path):
    def reading(data):
        path = tmp_path / "model.safetensors"
        path.write_bytes(data)
        return read_header(path)

    return reading


def test_what_a_file_says_of_itself_is_read(read):
    header = read(file_of(ROWS))
    assert header.parameters == 10
    assert header.kinds == ("BF16", "F32")
    assert header.metadata == {"format": "pt"}
    start = header.size - 32
    assert [(t.start, t.size) for t in header.tensors] == [(start, 24), (start + 24, 8)]


def changed(name, **parts):
    return {**ROWS, name: {**ROWS.get(name, {}), **parts}}


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"", "longer than the file"),
        (file_of(ROWS, length=2**63), "longer than the file"),
        (file_of(b"[]", data=0), "does not begin with"),
        (file_of(b"{" + b'"a":' * 10 + b"1", data=0), "not JSON"),
        (file_of(b'{"a":' + b"[" * 100_000, data=0), "not JSON"),
        (file_of(b'{"a":1' + b"0" * 6_000 + b"}", data=0), "not JSON"),
        (file_of(b'{"\xff":1}', data=0), "not JSON"),
        (file_of(b'{"a":{},"a":{}}', data=0), "twice"),
        (file_of(b'{"a":NaN}', data=0), "a number that is none"),
        (file_of({}, data=0), "0 tensors"),
        (file_of({**ROWS, "__metadata__": {"k": 1}}), "something else than short texts"),
        (file_of({**ROWS, "c": 3}), "does not have a type"),
        (file_of(changed("a", more=1)), "does not have a type"),
        (file_of(changed("a", dtype="F12")), "type that is not known"),
        (file_of(changed("a", dtype=["F32"])), "type that is not known"),
        (file_of(changed("a", shape=[2, -3])), "a shape or a place"),
        (file_of(changed("a", shape=[True, 3])), "a shape or a place"),
        (file_of(changed("a", shape=[1] * 9)), "a shape or a place"),
        (file_of(changed("a", data_offsets=[0])), "a shape or a place"),
        (file_of(changed("a", shape=[2**40, 2**40])), "fill its place"),
        (file_of(changed("a", shape=[2, 4])), "fill its place"),
        (file_of(changed("b", data_offsets=[20, 28]), data=28), "overlaps"),
        (file_of(changed("b", data_offsets=[40, 48]), data=48), "overlaps another tensor or leave"),
        (file_of(ROWS, data=31), "do not fill the file"),
        (file_of(ROWS, data=33), "do not fill the file"),
        (file_of({"a\x1b": ROWS["a"]}, data=24), "not printable"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(read, data, finding):
    with pytest.raises(ConfigurationError, match=finding):
        read(data)


def test_a_giant_header_is_not_read(read, monkeypatch):
    monkeypatch.setattr(safetensors_header, "MOST_HEADER_BYTES", 50)
    with pytest.raises(ConfigurationError, match="longer than 50 bytes"):
        read(file_of(ROWS))


@given(st.data())
def test_a_changed_byte_is_read_or_refused_and_nothing_else(tmp_path_factory, data):
    whole = bytearray(file_of(ROWS))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 33))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "changed.safetensors"
    path.write_bytes(whole)
    try:
        header = read_header(path)
    except ConfigurationError:
        return
    assert sum(tensor.size for tensor in header.tensors) == 32


def test_the_reference_library_writes_what_we_read(tmp_path):
    import numpy as np
    from safetensors.numpy import save_file

    path = tmp_path / "model.safetensors"
    save_file({"x": np.ones((3, 5), "float16"), "y": np.zeros(7, "int64")}, path, {"k": "v"})
    header = read_header(path)
    assert {t.name: (t.kind, t.shape) for t in header.tensors} == {
        "x": ("F16", (3, 5)),
        "y": ("I64", (7,)),
    }
    assert header.metadata == {"k": "v"}
