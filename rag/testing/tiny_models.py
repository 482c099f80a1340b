"""Model files of random weights, half a megabyte each, for tests of what runs models.

Their answers make no sense but are always the same, printable ASCII, and never end by
themselves: a row of the output that every state agrees with says which tokens may be written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gguf import GGUFWriter
    from numpy.typing import NDArray

WIDTH = 64
LAYERS = 2
HEADS = 4
INNER = 128
CONTEXT = 2048
_BYTES = 256
_PRINTABLE = frozenset(range(0x20, 0x7F))
_NEVER = -1000.0
TEMPLATE = (
    "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def write_byte_model(path: Path, *, seed: int = 0, context: int = CONTEXT) -> Path:
    """Write a model with a byte-level vocabulary, as Llama 3 and Qwen have; return its path."""
    import gguf

    tokens = [_letter(byte).encode() for byte in range(_BYTES)]
    tokens += [b"<|endoftext|>", b"<|im_start|>", b"th"]
    kinds = [gguf.TokenType.NORMAL] * _BYTES + [gguf.TokenType.CONTROL] * 2
    kinds += [gguf.TokenType.NORMAL]
    writer = _writer(path, context)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(_BYTES)
    writer.add_eos_token_id(_BYTES)
    writer.add_add_bos_token(value=False)
    writer.add_chat_template(TEMPLATE)
    _finish(writer, seed, [byte in _PRINTABLE for byte in range(_BYTES)] + [False, False, True])
    return path


def write_piece_model(path: Path, *, seed: int = 0, context: int = CONTEXT) -> Path:
    """Write a model with a SentencePiece vocabulary, as Llama 2 has; return its path."""
    import gguf

    control, byte, normal = (
        gguf.TokenType.CONTROL,
        gguf.TokenType.BYTE,
        gguf.TokenType.NORMAL,
    )
    rows: list[tuple[str, float, int, bool]] = [
        ("<unk>", 0.0, gguf.TokenType.UNKNOWN, False),
        ("<s>", 0.0, control, False),
        ("</s>", 0.0, control, False),
    ]
    rows += [(f"<0x{code:02X}>", 0.0, byte, False) for code in range(_BYTES)]
    rows.append(("▁", -1.0, normal, True))
    rows += [(chr(code), -2.0, normal, True) for code in sorted(_PRINTABLE - {0x20})]
    rows += [(word, -1.0 * n, normal, True) for n, word in enumerate(("▁t", "th", "▁th"), 3)]
    writer = _writer(path, context)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text.encode() for text, *_ in rows])
    writer.add_token_scores([score for _, score, *_ in rows])
    writer.add_token_types([kind for _, _, kind, _ in rows])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    _finish(writer, seed, [may for *_, may in rows])
    return path


def write_adapter(path: Path, *, seed: int = 1, strength: float = 3.0) -> Path:
    """Write a LoRA adapter for either model that changes what it writes; return its path."""
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 4.0)
    random = np.random.default_rng(seed)
    for layer in range(LAYERS):
        name = f"blk.{layer}.ffn_down.weight"
        up = random.normal(0, strength, (WIDTH, 4)).astype(np.float32)
        up[0] = 0
        writer.add_tensor(f"{name}.lora_a", random.normal(0, 1, (4, INNER)).astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", up)
    _write(writer)
    return path


def _writer(path: Path, context: int) -> GGUFWriter:
    import gguf

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    return writer


def _finish(writer: GGUFWriter, seed: int, may_be_written: list[bool]) -> None:
    """Add the tensors, and write the file."""
    import numpy as np

    random = np.random.default_rng(seed)

    def drawn(*shape: int) -> NDArray[np.float32]:
        return random.normal(0, 1.2 / np.sqrt(shape[-1]), shape).astype(np.float32)

    words = drawn(len(may_be_written), WIDTH) * 8
    words[:, 0] = 8.0
    writer.add_tensor("token_embd.weight", words)
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", drawn(WIDTH, WIDTH))
        output, down = drawn(WIDTH, WIDTH) * 2, drawn(WIDTH, INNER) * 2
        output[0] = down[0] = 0  # nothing is added to what every state agrees with
        writer.add_tensor(f"blk.{layer}.attn_output.weight", output)
        writer.add_tensor(f"blk.{layer}.ffn_gate.weight", drawn(INNER, WIDTH))
        writer.add_tensor(f"blk.{layer}.ffn_up.weight", drawn(INNER, WIDTH))
        writer.add_tensor(f"blk.{layer}.ffn_down.weight", down)
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(WIDTH, dtype=np.float32))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, dtype=np.float32))
    last = drawn(len(may_be_written), WIDTH) * 4
    last[:, 0] = np.where(may_be_written, 0.0, _NEVER)
    writer.add_tensor("output.weight", last)
    _write(writer)


def _write(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _letter(byte: int) -> str:
    """Return the letter that stands for a byte in byte-level vocabularies."""
    seen = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    if byte in seen:
        return chr(byte)
    unseen = [code for code in range(_BYTES) if code not in seen]
    return chr(_BYTES + unseen.index(byte))
