"""Writes a network as a GGUF file that llama.cpp reads, whole or quantised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from pipelines.reader.network import EPSILON, Network
from pipelines.reader.pieces import Pieces

ARCHITECTURE = "llama"
KINDS = ("F32", "F16", "Q8_0")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says of itself."""

    name: str
    description: str


def write(
    path: Path, network: Network, pieces: Pieces, about: About, kind: str, *, tied: bool = True
) -> None:
    """Write a network.

    Args:
        path: The file.
        network: What was trained.
        pieces: Its vocabulary.
        about: Name and description.
        kind: One of `KINDS`, for the matrices; vectors are always whole.
        tied: Leave the output to the table, as llama.cpp does; ctransformers needs its own.
    """
    import gguf

    quantised = gguf.GGMLQuantizationType[kind]
    writer = gguf.GGUFWriter(str(path), ARCHITECTURE)
    writer.add_name(about.name)
    writer.add_description(about.description)
    writer.add_license("apache-2.0")
    writer.add_file_type(int(gguf.LlamaFileType["ALL_F32" if kind == "F32" else f"MOSTLY_{kind}"]))
    shape = network.shape
    writer.add_vocab_size(shape.pieces)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.base)
    writer.add_layer_norm_rms_eps(EPSILON)
    for key, value in pieces.metadata().items():
        getattr(writer, f"add_{key}")(value)
    for name, numbers in tensors(network, tied=tied):
        if numbers.ndim == 1:
            writer.add_tensor(name, numbers)
        else:
            data = gguf.quants.quantize(numbers, quantised)
            writer.add_tensor(name, data, raw_dtype=quantised)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def tensors(network: Network, *, tied: bool) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield every tensor under the name that llama.cpp has for it."""
    heads = network.shape.heads
    yield "token_embd.weight", _numbers(network.table)
    for number, block in enumerate(network.blocks):
        q, k, v = block.qkv.chunk(3)
        gate, up = block.gate_up.chunk(2)
        parts = {
            "attn_norm": block.attention_norm,
            "attn_q": _by_turns(q, heads),
            "attn_k": _by_turns(k, heads),
            "attn_v": v,
            "attn_output": block.out,
            "ffn_norm": block.inner_norm,
            "ffn_gate": gate,
            "ffn_up": up,
            "ffn_down": block.down,
        }
        for name, tensor in parts.items():
            yield f"blk.{number}.{name}.weight", _numbers(tensor)
    yield "output_norm.weight", _numbers(network.norm)
    if not tied:
        yield "output.weight", _numbers(network.table)


def _numbers(tensor: torch.Tensor) -> NDArray[np.float32]:
    numbers: NDArray[np.float32] = tensor.detach().float().contiguous().numpy()
    return numbers


def _by_turns(matrix: torch.Tensor, heads: int) -> torch.Tensor:
    """Return the rows of queries or keys as llama.cpp turns them: pairs next to each other."""
    rows, columns = matrix.shape
    halves = matrix.view(heads, 2, rows // heads // 2, columns)
    return halves.transpose(1, 2).reshape(rows, columns)
