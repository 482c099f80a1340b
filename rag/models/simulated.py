"""Models of real shapes with random weights, to measure a machine before a real one is there.

What a model costs in time and memory follows from its shape and its types of tensors, not from
what it has learnt. So the blocks are random, with scales that keep what flows through them in
the range of a real model's, and the vocabulary has the real number of tokens of which every
byte is one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ConfigurationError
from rag.models.gguf_writer import Plan, Value, head

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PIECE = 16 << 20
_SPARE = 1 << 30
# How far a weight of a trained model is from zero, on average.
_SPREAD = 0.02
_NORMAL_TOKEN, _CONTROL_TOKEN = 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The shape of a model of the Llama architecture."""

    like: str
    layers: int
    width: int
    heads: int
    key_heads: int
    inner: int
    vocabulary: int
    context: int
    rotation: float
    tied: bool = False
    scaled_rotation: bool = False

    @property
    def head(self) -> int:
        """The width of one attention head."""
        return self.width // self.heads


SHAPES: Mapping[str, Shape] = {
    "1b": Shape(
        like="Llama 3.2 1B",
        layers=16,
        width=2048,
        heads=32,
        key_heads=8,
        inner=8192,
        vocabulary=128_256,
        context=131_072,
        rotation=500_000.0,
        tied=True,
        scaled_rotation=True,
    ),
    "3b": Shape(
        like="Llama 3.2 3B",
        layers=28,
        width=3072,
        heads=24,
        key_heads=8,
        inner=8192,
        vocabulary=128_256,
        context=131_072,
        rotation=500_000.0,
        tied=True,
        scaled_rotation=True,
    ),
    "8b": Shape(
        like="Llama 3.1 8B",
        layers=32,
        width=4096,
        heads=32,
        key_heads=8,
        inner=14_336,
        vocabulary=128_256,
        context=131_072,
        rotation=500_000.0,
        scaled_rotation=True,
    ),
    "13b": Shape(
        like="Llama 2 13B",
        layers=40,
        width=5120,
        heads=40,
        key_heads=40,
        inner=13_824,
        vocabulary=32_000,
        context=4_096,
        rotation=10_000.0,
    ),
    "70b": Shape(
        like="Llama 3.1 70B",
        layers=80,
        width=8192,
        heads=64,
        key_heads=8,
        inner=28_672,
        vocabulary=128_256,
        context=131_072,
        rotation=500_000.0,
        scaled_rotation=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which type which tensors have: `more` is for those that lose most by being made small."""

    number: int
    base: str
    more: str
    output: str


RECIPES: Mapping[str, Recipe] = {
    "Q4_0": Recipe(2, "Q4_0", "Q4_0", "Q6_K"),
    "Q4_K_M": Recipe(15, "Q4_K", "Q6_K", "Q6_K"),
    "Q5_K_M": Recipe(17, "Q5_K", "Q6_K", "Q6_K"),
    "Q6_K": Recipe(18, "Q6_K", "Q6_K", "Q6_K"),
    "Q8_0": Recipe(7, "Q8_0", "Q8_0", "Q8_0"),
    "F16": Recipe(1, "F16", "F16", "F16"),
}


def plans(shape: Shape, recipe: Recipe) -> tuple[Plan, ...]:
    """Return every tensor of a model in the order of its file, as llama.cpp quantises them."""
    table = (shape.width, shape.vocabulary)
    found = [Plan("token_embd.weight", recipe.output if shape.tied else recipe.base, table)]
    if not shape.tied:
        found.append(Plan("output.weight", recipe.output, table))
    found.append(Plan("output_norm.weight", "F32", (shape.width,)))
    if shape.scaled_rotation:
        found.append(Plan("rope_freqs.weight", "F32", (shape.head // 2,)))
    keys = shape.key_heads * shape.head
    for layer in range(shape.layers):
        finer = recipe.more if _is_delicate(layer, shape.layers) else recipe.base
        rows = (
            ("attn_norm", "F32", (shape.width,)),
            ("attn_q", recipe.base, (shape.width, shape.width)),
            ("attn_k", recipe.base, (shape.width, keys)),
            ("attn_v", finer, (shape.width, keys)),
            ("attn_output", recipe.base, (shape.width, shape.width)),
            ("ffn_norm", "F32", (shape.width,)),
            ("ffn_gate", recipe.base, (shape.width, shape.inner)),
            ("ffn_up", recipe.base, (shape.width, shape.inner)),
            ("ffn_down", finer, (shape.inner, shape.width)),
        )
        found += [Plan(f"blk.{layer}.{name}.weight", kind, size) for name, kind, size in rows]
    return tuple(found)


def file_size(shape: Shape, recipe: Recipe) -> int:
    """Return about how many bytes the file will have: exact but for its head."""
    return sum(plan.size + plan.padding for plan in plans(shape, recipe))


def write(path: Path, shape: Shape, recipe: Recipe, advance: Callable[[int], None]) -> None:
    """Write the file piece by piece, telling how many bytes were written; an old one is refused.

    Raises:
        ConfigurationError: There is a file already, or no room for this one.
    """
    needed = file_size(shape, recipe)
    free = shutil.disk_usage(path.parent).free
    if free < needed + _SPARE:
        raise ConfigurationError(
            f"{path.parent} has {free / 1e9:.1f} GB free; the file takes {needed / 1e9:.1f} GB and "
            "1 GB has to remain: name another folder with --folder"
        )
    tensors = plans(shape, recipe)
    try:
        with path.open("xb") as file:
            file.write(head(_values(shape, recipe), tensors))
            for number, plan in enumerate(tensors):
                for piece in _pieces(plan, number):
                    file.write(piece)
                    advance(len(piece))
                file.write(bytes(plan.padding))
    except FileExistsError:
        raise ConfigurationError(f"there is a file {path} already") from None
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _is_delicate(layer: int, layers: int) -> bool:
    """Whether llama.cpp gives this layer the finer type: the ends, and every third between."""
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


def _values(shape: Shape, recipe: Recipe) -> dict[str, Value]:
    tokens = _tokens(shape.vocabulary)
    kinds = [_NORMAL_TOKEN] * (len(tokens) - 2) + [_CONTROL_TOKEN] * 2
    return {
        "general.architecture": "llama",
        "general.name": f"Simulated {shape.like}: random weights",
        "general.file_type": recipe.number,
        "general.quantization_version": 2,
        "llama.block_count": shape.layers,
        "llama.context_length": shape.context,
        "llama.embedding_length": shape.width,
        "llama.feed_forward_length": shape.inner,
        "llama.attention.head_count": shape.heads,
        "llama.attention.head_count_kv": shape.key_heads,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.freq_base": shape.rotation,
        "llama.rope.dimension_count": shape.head,
        "llama.vocab_size": shape.vocabulary,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": ["a b"],
        "tokenizer.ggml.bos_token_id": len(tokens) - 2,
        "tokenizer.ggml.eos_token_id": len(tokens) - 1,
        "tokenizer.ggml.add_bos_token": False,
    }


def _tokens(count: int) -> list[str]:
    """Return a token for every byte, as GPT-2 writes bytes, and others up to the number."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    moved = [byte for byte in range(256) if byte not in plain]
    written = {byte: chr(byte) for byte in plain}
    written |= {byte: chr(256 + place) for place, byte in enumerate(moved)}
    tokens = [written[byte] for byte in range(256)]
    fillers = [f"a{number:06d}" for number in range(count - len(tokens) - 3)]
    return [*tokens, "ab", *fillers, "<begin>", "<end>"]


def _pieces(plan: Plan, number: int) -> Iterator[bytes]:
    """Yield a tensor's bytes in pieces of whole blocks."""
    import numpy as np

    if plan.kind == "F32":  # norms and rotations: what they are multiplied with stays as it is
        yield np.ones(plan.size // 4, dtype="<f4").tobytes()
        return
    random = np.random.default_rng(number)
    fill, block = _FILLERS[plan.kind]
    left = plan.size // block
    while left:
        count = min(left, max(1, _PIECE // block))
        data = random.integers(0, 256, size=(count, block), dtype=np.uint8)
        fill(data)
        yield data.tobytes()
        left -= count


def _half(value: float) -> Sequence[int]:
    """Return the two bytes of a 16-bit number."""
    import struct

    return tuple(struct.pack("<e", value))


def _scaled(place: int, *values: float) -> Callable[[NDArray[np.uint8]], None]:
    """Return what puts fixed 16-bit scales into random blocks, from a byte onwards."""

    def fill(data: NDArray[np.uint8]) -> None:
        for index, value in enumerate(values):
            at = place + 2 * index
            data[:, at : at + 2] = _half(value)

    return fill


def _small_halves(data: NDArray[np.uint8]) -> None:
    """Make 16-bit numbers between -0.031 and 0.031 of random bytes: exponents from 0 to 9."""
    data[:, 1] = (data[:, 1] & 0b10000011) | (0b00100100 - ((data[:, 1] >> 2) & 0b11) * 4)


# For each type how its blocks are made sane, and their bytes. A weight is scale times a small
# number; random small numbers spread by the second factor, and those without a sign are brought
# to lie around zero by the second scale.
_FILLERS: Mapping[str, tuple[Callable[[NDArray[np.uint8]], None], int]] = {
    "F16": (_small_halves, 2),
    "Q4_0": (_scaled(0, _SPREAD / 4.6), 18),
    "Q8_0": (_scaled(0, _SPREAD / 74), 34),
    "Q4_K": (_scaled(0, _SPREAD / (31 * 4.6), _SPREAD / (31 * 4.6) * 7.5), 144),
    "Q5_K": (_scaled(0, _SPREAD / (31 * 9.2), _SPREAD / (31 * 9.2) * 15.5), 176),
    "Q6_K": (_scaled(208, _SPREAD / (64 * 18)), 210),
}
