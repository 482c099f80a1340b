"""Reads what a safetensors file says of itself, trusting nothing, without its weights."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from rag.errors import ConfigurationError
from rag.models.gguf import BrokenFileError, open_regular, printable
from rag.models.records import SafetensorsHeader, Tensor

MOST_HEADER_BYTES = 32 << 20
MOST_TENSORS = 65_536
MOST_ENTRIES = 1_024
MOST_ELEMENTS = 1 << 44
LONGEST_NAME = 512
LONGEST_TEXT = 1 << 16
MOST_DIMENSIONS = 8

# Bits a number, by the format's own names.
KINDS = {
    "BOOL": 8,
    "U8": 8,
    "I8": 8,
    "F8_E5M2": 8,
    "F8_E4M3": 8,
    "F8_E8M0": 8,
    "U16": 16,
    "I16": 16,
    "F16": 16,
    "BF16": 16,
    "U32": 32,
    "I32": 32,
    "F32": 32,
    "U64": 64,
    "I64": 64,
    "F64": 64,
}
_METADATA = "__metadata__"


def read_header(path: Path) -> SafetensorsHeader:
    """Read the header of a safetensors file, or raise `ConfigurationError` saying what is wrong."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            return _header(file, size)
    except BrokenFileError as error:
        raise ConfigurationError(f"{path} is not a sound safetensors file: {error}") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None


def _header(file: BinaryIO, size: int) -> SafetensorsHeader:
    length = int.from_bytes(file.read(8), "little")
    if size < 8 or length > size - 8:
        raise BrokenFileError("its header is longer than the file")
    if length > MOST_HEADER_BYTES:
        raise BrokenFileError(f"its header is longer than {MOST_HEADER_BYTES:,} bytes")
    rows = _object(file.read(length))
    metadata = _metadata(rows.pop(_METADATA, {}))
    if not 1 <= len(rows) <= MOST_TENSORS:
        raise BrokenFileError(f"it has {len(rows):,} tensors; 1 to {MOST_TENSORS:,} are read")
    tensors = tuple(_tensor(name, row, 8 + length) for name, row in rows.items())
    _check_places(tensors, 8 + length, size)
    return SafetensorsHeader(
        size=size,
        parameters=sum(tensor.elements for tensor in tensors),
        kinds=tuple(sorted({tensor.kind for tensor in tensors})),
        tensors=tensors,
        metadata=MappingProxyType(metadata),
    )


def parse_json(data: bytes) -> object:
    """Parse strict JSON in which no key stands twice and no number is infinite."""

    def apart(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise BrokenFileError("a key stands there twice")
        return found

    def refuse(_: str) -> float:
        raise BrokenFileError("it holds a number that is none")

    try:
        return json.loads(data.decode(), object_pairs_hook=apart, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise BrokenFileError("its header is not JSON") from None


def _object(data: bytes) -> dict[str, object]:
    if data[:1] != b"{":
        raise BrokenFileError("its header does not begin with `{`")
    found = parse_json(data)
    if not isinstance(found, dict):
        raise BrokenFileError("its header is not an object")
    return found


def _metadata(found: object) -> dict[str, str]:
    if not isinstance(found, dict) or len(found) > MOST_ENTRIES:
        raise BrokenFileError("its metadata are not a short object")
    for value in found.values():
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise BrokenFileError("its metadata hold something else than short texts")
    return {printable(key): str(value) for key, value in found.items()}


def _tensor(name: str, row: object, start: int) -> Tensor:
    if not name.isprintable() or not 1 <= len(name) <= LONGEST_NAME:
        raise BrokenFileError("a tensor has no name, a very long one, or one that is not printable")
    if not isinstance(row, dict) or set(row) != {"dtype", "shape", "data_offsets"}:
        raise BrokenFileError(f"`{name}` does not have a type, a shape and its place")
    kind, shape, place = row["dtype"], row["shape"], row["data_offsets"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise BrokenFileError(f"`{name}` is of a type that is not known here")
    if not _whole(shape) or len(shape) > MOST_DIMENSIONS or not _whole(place) or len(place) != 2:
        raise BrokenFileError(f"`{name}` has a shape or a place that there is not")
    elements = 1
    for length in shape:
        elements *= length
    begin, end = place
    if elements > MOST_ELEMENTS or (end - begin) * 8 != elements * KINDS[kind]:
        raise BrokenFileError(f"`{name}` does not fill its place exactly")
    return Tensor(name=name, kind=kind, shape=tuple(shape), start=start + begin, size=end - begin)


def _whole(values: object) -> bool:
    """Whether these are whole numbers, none below zero."""
    return isinstance(values, list) and all(type(v) is int and v >= 0 for v in values)


def _check_places(tensors: Sequence[Tensor], start: int, size: int) -> None:
    """The format wants every byte to belong to exactly one tensor."""
    end = start
    for tensor in sorted(tensors, key=lambda one: (one.start, one.size)):
        if tensor.start != end:
            raise BrokenFileError(f"`{tensor.name}` overlaps another tensor or leaves a gap")
        end += tensor.size
    if end != size:
        raise BrokenFileError("its tensors do not fill the file: it is cut off, or more is behind")
