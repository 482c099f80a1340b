"""Writes the head of a GGUF file; the weights follow, tensor by tensor, from whoever has them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rag.models.ggml_types import BY_NAME

Value: TypeAlias = "bool | int | float | str | Sequence[str] | Sequence[int] | Sequence[float]"

ALIGNMENT = 32
VERSION = 3
_U32, _I32, _F32, _BOOL, _TEXT, _ARRAY = 4, 5, 6, 7, 8, 9


@dataclass(frozen=True, slots=True)
class Plan:
    """A tensor that is to be written: `shape` has the length of a row first, as GGUF has it."""

    name: str
    kind: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many bytes its numbers take."""
        elements = 1
        for length in self.shape:
            elements *= length
        return BY_NAME[self.kind][1].bytes_of(elements)

    @property
    def padding(self) -> int:
        """How many bytes stand behind it, so that the next one is aligned."""
        return -self.size % ALIGNMENT


def head(values: Mapping[str, Value], tensors: Sequence[Plan]) -> bytes:
    """Return everything before the weights, padded so that they begin right behind it."""
    parts = [b"GGUF", struct.pack("<IQQ", VERSION, len(tensors), len(values))]
    for key, value in values.items():
        parts += [_text(key), _value(value)]
    offset = 0
    for plan in tensors:
        lengths = struct.pack(f"<I{len(plan.shape)}Q", len(plan.shape), *plan.shape)
        place = struct.pack("<IQ", BY_NAME[plan.kind][0], offset)
        parts += [_text(plan.name), lengths, place]
        offset += plan.size + plan.padding
    data = b"".join(parts)
    return data + bytes(-len(data) % ALIGNMENT)


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<IB", _BOOL, value)
    if isinstance(value, int):
        return struct.pack("<II", _U32, value)
    if isinstance(value, float):
        return struct.pack("<If", _F32, value)
    if isinstance(value, str):
        return struct.pack("<I", _TEXT) + _text(value)
    return struct.pack("<I", _ARRAY) + _list(value)


def _list(values: Sequence[str] | Sequence[int] | Sequence[float]) -> bytes:
    if all(isinstance(one, str) for one in values):
        return struct.pack("<IQ", _TEXT, len(values)) + b"".join(_texts(values))
    if all(isinstance(one, int) for one in values):
        return struct.pack(f"<IQ{len(values)}i", _I32, len(values), *values)
    return struct.pack(f"<IQ{len(values)}f", _F32, len(values), *values)


def _texts(values: Iterable[object]) -> Iterable[bytes]:
    return (_text(str(one)) for one in values)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data
