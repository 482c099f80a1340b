"""GGUF headers: sound ones are read exactly, and nothing else gets past."""

from __future__ import annotations

import os
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ConfigurationError
from rag.models import gguf
from rag.models.gguf import printable, read_header
from rag.models.gguf_writer import Plan, head

VALUES = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "general.file_type": 2,
    "llama.context_length": 512,
    "llama.block_count": 1,
    "llama.embedding_length": 32,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.tokens": ["a", "b", "<end>"],
    "tokenizer.ggml.token_type": [1, 1, 3],
    "tokenizer.chat_template": "{{ messages }}",
}
PLANS = (Plan("token_embd.weight", "Q4_0", (32, 3)), Plan("output_norm.weight", "F32", (32,)))


def weights(plans=PLANS):
    return b"".join(bytes(plan.size + plan.padding) for plan in plans)


def sound(values=VALUES, plans=PLANS):
    return head(values, plans) + weights(plans)


@pytest.fixture
def read(tmp_path):
    def reading(data):
        path = tmp_path / "model.gguf"
        path.write_bytes(data)
        return read_header(path)

    return reading


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(data)) + data


def raw(*, tensors=0, values=0, body=b"", version=3, magic=b"GGUF"):
    return magic + struct.pack("<IQQ", version, tensors, values) + body


def with_value(key, kind, data):
    """A file whose first value is ours, whatever it is."""
    body = text(key) + struct.pack("<I", kind) + data
    return raw(values=1, body=body + bytes(200))


def with_tensor(shape, *, kind=0, offset=0, name="t", dimensions=None):
    values = text("general.architecture") + struct.pack("<I", 8) + text("llama")
    lengths = struct.pack(f"<{len(shape)}Q", *shape)
    count = len(shape) if dimensions is None else dimensions
    entry = text(name) + struct.pack("<I", count) + lengths + struct.pack("<IQ", kind, offset)
    return raw(tensors=1, values=1, body=values + entry + bytes(4096))


def test_what_a_file_says_of_itself_is_read(read):
    header = read(sound())
    assert (header.version, header.architecture, header.name) == (3, "llama", "Tiny")
    assert (header.context, header.layers, header.width) == (512, 1, 32)
    assert (header.vocabulary, header.tokens) == ("gpt2", 3)
    assert header.quantisation == "Q4_0"
    assert header.parameters == 32 * 3 + 32
    assert header.chat_template == "{{ messages }}"
    assert not header.adapter
    assert header.has_tensor("output_norm.weight")
    assert not header.has_tensor("rope_freqs.weight")
    assert header.lengths["tokenizer.ggml.tokens"] == 3


def test_tensors_lie_where_their_bytes_are(read):
    first, second = read(sound()).tensors
    start = len(head(VALUES, PLANS))
    assert (first.start, first.size) == (start, 54)
    assert (second.start, second.size) == (start + 64, 128)


def test_version_2_is_read_as_well(read):
    data = sound()
    assert read(data[:4] + struct.pack("<I", 2) + data[8:]).version == 2


def test_a_recipe_that_the_weights_contradict_is_not_believed(read):
    assert read(sound({**VALUES, "general.file_type": 15})).quantisation == "Q4_0"


def test_an_adapter_is_told_apart(read):
    assert read(sound({**VALUES, "general.type": "adapter"})).adapter


def test_no_text_of_a_file_shows_in_its_repr(read):
    shown = repr(read(sound({**VALUES, "tokenizer.chat_template": "CANARY"})))
    assert "CANARY" not in shown


def test_what_a_terminal_obeys_is_not_printed(read):
    header = read(sound({**VALUES, "general.name": "\x1b[2JTiny\n\u202e"}))
    assert header.name.isprintable()
    assert printable("x" * 500) == "x" * 200


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"", "ends within its header"),
        (b"PK\x03\x04" + bytes(100), "does not begin with `GGUF`"),
        (b"tjgg" + bytes(100), "older format GGJT"),
        (raw(version=1), "version 1"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big-endian"),
        (raw(tensors=2**63), "announces"),
        (raw(values=2**64 - 1), "announces"),
        (raw(tensors=60_000), "more than the file has room for"),
        (raw(values=4_000), "more than the file has room for"),
        (raw(values=1, body=struct.pack("<Q", 2**63) + bytes(99)), "a key is longer than"),
        (raw(values=1, body=text("a b") + bytes(99)), "characters that keys do not have"),
        (raw(values=1, body=text(b"\xff\xfe") + bytes(99)), "not UTF-8"),
        (with_value("k", 8, struct.pack("<Q", 2**40)), "longer than"),
        (with_value("k", 8, struct.pack("<Q", 9000)), "ends within its header"),
        (with_value("k", 13, b""), "a type that there is not"),
        (with_value("k", 7, b"\x02"), "neither true nor false"),
        (with_value("k", 9, struct.pack("<IQ", 9, 1)), "list of lists"),
        (with_value("k", 9, struct.pack("<IQ", 77, 1)), "list of a type"),
        (with_value("k", 9, struct.pack("<IQ", 8, 2**62)), "announces"),
        (with_value("k", 9, struct.pack("<IQ", 8, 3_000_000)), "longer than the file"),
        (with_value("k", 9, struct.pack("<IQ", 10, 3_000)), "longer than the file"),
        (with_value("k", 9, struct.pack("<IQQ", 8, 1, 2**50)), "an entry of `k` is longer"),
        (with_tensor((8,), dimensions=0), "dimensions"),
        (with_tensor((1, 1, 1, 1, 1)), "dimensions"),
        (with_tensor((0,)), "shape that no tensor has"),
        (with_tensor((2**32, 2**32, 2**32)), "shape that no tensor has"),
        (with_tensor((8,), kind=4), "type that is not known"),
        (with_tensor((8,), kind=9_999), "type that is not known"),
        (with_tensor((8,), kind=12), "whole blocks of Q4_K"),
        (with_tensor((8,), offset=1), "not aligned"),
        (with_tensor((8,), offset=2**64 - 32), "goes beyond the end"),
        (with_tensor((2_000,)), "goes beyond the end"),
        (with_tensor((8,), name="n" * 64), "longer than 63"),
        (with_tensor((8,), name="a\x1b[2J"), "characters that names do not have"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(read, data, finding):
    with pytest.raises(ConfigurationError, match=finding):
        read(data)


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"general.architecture": ""}, "does not name an architecture"),
        ({"general.architecture": "../llama"}, "does not name an architecture"),
        ({"general.architecture": 7}, "does not name an architecture"),
        ({"general.alignment": 24}, "alignment"),
        ({"general.alignment": 0}, "alignment"),
        ({"general.alignment": True}, "alignment"),
        ({"general.alignment": 1 << 20}, "alignment"),
        ({"split.count": 3}, "one of 3 parts"),
        ({"llama.context_length": 1 << 31}, "context_length"),
        ({"llama.block_count": "many"}, "block_count"),
        ({"tokenizer.ggml.tokens": [1, 2, 3]}, "not a list of texts"),
        ({"tokenizer.ggml.tokens": ["a", "a", "<end>"]}, "two tokens .* are the same"),
        ({"tokenizer.ggml.token_type": [1, 1]}, "differ in length"),
        ({"tokenizer.ggml.token_type": [1.0, 1.0, 3.0]}, "wrong type"),
        ({"tokenizer.ggml.scores": [0.0] * 4}, "differ in length"),
    ],
)
def test_values_that_native_code_trusts_are_checked(read, changed, finding):
    with pytest.raises(ConfigurationError, match=finding):
        read(sound({**VALUES, **changed}))


def test_a_key_may_stand_there_once(read):
    value = text("k") + struct.pack("<IB", 7, 1)
    with pytest.raises(ConfigurationError, match="twice"):
        read(raw(values=2, body=value * 2))


def test_two_tensors_of_one_name_are_refused(read):
    with pytest.raises(ConfigurationError, match="same name"):
        read(sound(plans=(PLANS[1], PLANS[1])))


def test_overlapping_tensors_are_refused(read):
    data = sound(plans=(PLANS[1], Plan("other", "F32", (32,))))
    offset = struct.pack("<IQ", 0, 128)
    assert data.count(offset) == 1
    with pytest.raises(ConfigurationError, match="overlaps"):
        read(data.replace(offset, struct.pack("<IQ", 0, 96)))


def test_a_model_without_weights_is_none(read):
    with pytest.raises(ConfigurationError, match="no weights"):
        read(sound(plans=()))


def test_a_header_without_end_is_given_up(read, monkeypatch):
    monkeypatch.setattr(gguf, "MOST_HEADER_BYTES", 100)
    with pytest.raises(ConfigurationError, match="its header is longer than 100"):
        read(sound())


def test_a_pipe_is_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe.gguf"
    os.mkfifo(pipe)
    with pytest.raises(ConfigurationError, match="not an ordinary file"):
        read_header(pipe)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_header(tmp_path / "gone.gguf")


def test_every_cut_of_a_sound_file_is_refused(read):
    whole = sound()
    needed = len(whole) - PLANS[-1].padding
    for length in range(0, needed, 7):
        with pytest.raises(ConfigurationError):
            read(whole[:length])


@given(st.data())
def test_a_changed_byte_is_read_or_refused_and_nothing_else(tmp_path_factory, data):
    """No byte of a header can make reading crash, hang, or place a tensor outside the file."""
    whole = bytearray(sound())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(head(VALUES, PLANS)) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "changed.gguf"
    path.write_bytes(whole)
    try:
        header = read_header(path)
    except ConfigurationError:
        return
    ends = [tensor.start + tensor.size for tensor in header.tensors]
    assert max(ends) <= len(whole)
    assert all(tensor.start % 8 == 0 for tensor in header.tensors)
    assert header.name.isprintable()


@given(st.binary(max_size=400))
def test_noise_is_refused(tmp_path_factory, noise):
    path = tmp_path_factory.getbasetemp() / "noise.gguf"
    path.write_bytes(b"GGUF\x03\x00\x00\x00" + noise)
    with pytest.raises(ConfigurationError):
        read_header(path)


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z._]{0,20}", fullmatch=True).map(lambda key: f"x.{key}"),
        st.one_of(
            st.booleans(),
            st.integers(0, 2**32 - 1),
            st.text(max_size=40),
            st.lists(st.text(max_size=9), min_size=1, max_size=9),
            st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=9),
        ),
        max_size=8,
    )
)
def test_what_was_written_is_read(tmp_path_factory, values):
    path = tmp_path_factory.getbasetemp() / "written.gguf"
    path.write_bytes(sound({**VALUES, **values}))
    header = read_header(path)
    for key, value in values.items():
        if isinstance(value, list):
            assert header.lengths[key] == len(value)
        else:
            assert header.values[key] == value


def test_the_reference_library_reads_what_we_write(tmp_path):
    """Ours and theirs agree on a file, so that neither is wrong alone."""
    reference = pytest.importorskip("gguf")
    path = tmp_path / "model.gguf"
    path.write_bytes(sound())
    theirs = reference.GGUFReader(path)
    ours = read_header(path)
    assert [t.name for t in theirs.tensors] == [t.name for t in ours.tensors]
    assert [t.data_offset for t in theirs.tensors] == [t.start for t in ours.tensors]
    assert [t.n_bytes for t in theirs.tensors] == [t.size for t in ours.tensors]
    assert theirs.get_field("general.architecture").contents() == ours.architecture


def test_sizes_of_types_are_those_of_the_reference_library():
    reference = pytest.importorskip("gguf")
    from rag.models.ggml_types import TYPES

    for number, kind in TYPES.items():
        name = reference.GGMLQuantizationType(number)
        assert (kind.name, kind.length, kind.size) == (
            name.name,
            *reference.GGML_QUANT_SIZES[name],
        )
