"""Reads what a GGUF file says of itself, trusting nothing, before native code may see it.

llama.cpp and ctransformers parse such files in C and abort, or worse, on what does not fit.
Here every count, length, type and offset is held against our own limits and against the size
of the file, the weights are not read, and anything odd is refused by name.
"""

from __future__ import annotations

import os
import re
import stat
import struct
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from rag.errors import ConfigurationError
from rag.models.ggml_types import RECIPES, TYPES
from rag.models.records import GgufHeader, Scalar, Tensor

MAGIC = b"GGUF"
OLD_MAGICS = {b"lmgg": "GGML", b"fmgg": "GGMF", b"tjgg": "GGJT", b"algg": "GGLA"}
VERSIONS = (2, 3)

# Far above what any model has, far below what would hurt.
MOST_VALUES = 4_096
MOST_TENSORS = 65_536
MOST_ENTRIES = 4_000_000
LONGEST_KEY = 256
LONGEST_TEXT = 1 << 20
LONGEST_ENTRY = 1 << 16
LONGEST_NAME = 63
MOST_HEADER_BYTES = 256 << 20
MOST_DIMENSIONS = 4
MOST_ELEMENTS = 1 << 44
SMALLEST_TENSOR_ENTRY = 8 + 1 + 4 + 8 + 4 + 8
SMALLEST_VALUE_ENTRY = 8 + 1 + 4 + 1

_KEY = re.compile(r"[\x21-\x7e]+")
_ARCHITECTURE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NUMBERS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    10: "<Q",
    11: "<q",
    12: "<d",
}
_BOOL, _TEXT, _ARRAY = 7, 8, 9
_WIDTHS = {kind: struct.calcsize(form) for kind, form in _NUMBERS.items()} | {_BOOL: 1}
# Lists that the tokenizers of native code read without asking how long they are, and their type.
_BESIDE_TOKENS = {"tokenizer.ggml.scores": 6, "tokenizer.ggml.token_type": 5}
_TOKENS = "tokenizer.ggml.tokens"


class BrokenFileError(Exception):
    """What is wrong with a header; says nothing of the file's content."""


def read_header(path: Path) -> GgufHeader:
    """Read the header of a GGUF file, or raise `ConfigurationError` naming what is wrong."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            return _Parser(file, size).header()
    except BrokenFileError as error:
        raise ConfigurationError(f"{path} is not a sound GGUF file: {error}") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading; a pipe or a device, which might never answer, is refused."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BrokenFileError("it is not an ordinary file")
    return os.fdopen(descriptor, "rb", buffering=1 << 20)


def printable(text: str, *, most: int = 200) -> str:
    """Return what of a text a terminal may be shown: a header can hold escape sequences."""
    return "".join(c if c.isprintable() else " " for c in text[:most]).strip()


class _Parser:
    """Reads one header from the beginning of a file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._read = 0
        self._values: dict[str, Scalar] = {}
        self._lengths: dict[str, int] = {}
        self._entry_kinds: dict[str, int] = {}

    def header(self) -> GgufHeader:
        version, tensor_count, value_count = self._preamble()
        for _ in range(value_count):
            self._pair()
        self._check_lists()
        alignment = self._alignment()
        places = [self._tensor_place() for _ in range(tensor_count)]
        start = -(-self._read // alignment) * alignment
        tensors = self._placed(places, start, alignment)
        return self._facts(version, tensors)

    def _preamble(self) -> tuple[int, int, int]:
        magic = self._take(4)
        if magic in OLD_MAGICS:
            raise BrokenFileError(f"it is of the older format {OLD_MAGICS[magic]}: convert it")
        if magic != MAGIC:
            raise BrokenFileError("it does not begin with `GGUF`")
        version = self._number("<I")
        if version not in VERSIONS:
            if int.from_bytes(version.to_bytes(4, "little"), "big") in VERSIONS:
                raise BrokenFileError("it is big-endian")
            raise BrokenFileError(f"version {version} is not one of 2 and 3")
        tensors, values = self._number("<Q"), self._number("<Q")
        _within(tensors, MOST_TENSORS, "tensors")
        _within(values, MOST_VALUES, "metadata values")
        least = tensors * SMALLEST_TENSOR_ENTRY + values * SMALLEST_VALUE_ENTRY
        if least > self._size - self._read:
            raise BrokenFileError("it announces more than the file has room for")
        return version, tensors, values

    def _pair(self) -> None:
        key = self._text(LONGEST_KEY, "a key")
        if not _KEY.fullmatch(key):
            raise BrokenFileError("a key has characters that keys do not have")
        if key in self._values or key in self._lengths:
            raise BrokenFileError(f"the key `{key}` stands there twice")
        kind = self._number("<I")
        if kind == _ARRAY:
            self._lengths[key] = self._array(key)
        else:
            self._values[key] = self._scalar(kind, key)

    def _scalar(self, kind: int, key: str) -> Scalar:
        if kind == _TEXT:
            return self._text(LONGEST_TEXT, f"`{key}`")
        if kind == _BOOL:
            value = self._take(1)[0]
            if value > 1:
                raise BrokenFileError(f"`{key}` is neither true nor false")
            return bool(value)
        if kind not in _NUMBERS:
            raise BrokenFileError(f"`{key}` has a type that there is not ({kind})")
        number: int | float = struct.unpack(_NUMBERS[kind], self._take(_WIDTHS[kind]))[0]
        return number

    def _array(self, key: str) -> int:
        """Pass over a list and return its length."""
        kind, count = self._number("<I"), self._number("<Q")
        if kind == _ARRAY:
            raise BrokenFileError(f"`{key}` is a list of lists")
        if kind != _TEXT and kind not in _WIDTHS:
            raise BrokenFileError(f"`{key}` is a list of a type that there is not ({kind})")
        _within(count, MOST_ENTRIES, f"entries in `{key}`")
        if count * _WIDTHS.get(kind, 8) > self._size - self._read:
            raise BrokenFileError(f"`{key}` is longer than the file")
        self._entry_kinds[key] = kind
        if kind == _TEXT:
            self._entries(key, count)
        else:
            self._take(count * _WIDTHS[kind])
        return count

    def _entries(self, key: str, count: int) -> None:
        """Pass over texts; llama.cpp aborts on a vocabulary in which two tokens are the same."""
        what = f"an entry of `{key}`"
        seen: set[bytes] = set()
        for _ in range(count):
            entry = self._take(self._length(LONGEST_ENTRY, what))
            if key == _TOKENS and entry:
                if entry in seen:
                    raise BrokenFileError("two tokens of its vocabulary are the same")
                seen.add(entry)

    def _check_lists(self) -> None:
        tokens = self._lengths.get(_TOKENS, 0)
        if tokens and self._entry_kinds[_TOKENS] != _TEXT:
            raise BrokenFileError(f"`{_TOKENS}` is not a list of texts")
        for key, kind in _BESIDE_TOKENS.items():
            if key not in self._lengths:
                continue
            if self._lengths[key] != tokens:
                raise BrokenFileError(f"`{key}` and `{_TOKENS}` differ in length")
            if self._entry_kinds[key] != kind:
                raise BrokenFileError(f"`{key}` is a list of the wrong type")

    def _alignment(self) -> int:
        value = self._values.get("general.alignment", 32)
        sound = isinstance(value, int) and not isinstance(value, bool) and 8 <= value <= 1 << 16
        if not sound or int(value) & (int(value) - 1):
            raise BrokenFileError("`general.alignment` is not a power of two from 8 to 65,536")
        return int(value)

    def _tensor_place(self) -> Tensor:
        """Read the entry of a tensor; `start` is still from where the weights begin."""
        name = self._text(LONGEST_NAME, "the name of a tensor")
        if not _KEY.fullmatch(name):
            raise BrokenFileError("the name of a tensor has characters that names do not have")
        dimensions = self._number("<I")
        if not 1 <= dimensions <= MOST_DIMENSIONS:
            raise BrokenFileError(f"`{name}` has {dimensions} dimensions")
        shape = tuple(self._number("<Q") for _ in range(dimensions))
        elements = 1
        for length in shape:
            elements *= length
        if not 1 <= elements <= MOST_ELEMENTS:
            raise BrokenFileError(f"`{name}` has a shape that no tensor has")
        number, offset = self._number("<I"), self._number("<Q")
        if number not in TYPES:
            raise BrokenFileError(f"`{name}` is of a type that is not known here ({number})")
        kind = TYPES[number]
        if shape[0] % kind.length:
            raise BrokenFileError(f"`{name}` is not of whole blocks of {kind.name}")
        return Tensor(
            name=name, kind=kind.name, shape=shape, start=offset, size=kind.bytes_of(elements)
        )

    def _placed(self, places: list[Tensor], start: int, alignment: int) -> tuple[Tensor, ...]:
        """Return the tensors where they lie in the file, each in its own bytes."""
        if len({tensor.name for tensor in places}) != len(places):
            raise BrokenFileError("two tensors have the same name")
        end = 0
        for tensor in sorted(places, key=lambda one: one.start):
            if tensor.start % alignment:
                raise BrokenFileError(f"`{tensor.name}` is not aligned")
            if tensor.start < end:
                raise BrokenFileError(f"`{tensor.name}` overlaps another tensor")
            end = tensor.start + tensor.size
            if start + end > self._size:
                raise BrokenFileError(f"`{tensor.name}` goes beyond the end: the file is cut off")
        return tuple(
            Tensor(name=t.name, kind=t.kind, shape=t.shape, start=start + t.start, size=t.size)
            for t in places
        )

    def _facts(self, version: int, tensors: tuple[Tensor, ...]) -> GgufHeader:
        values = self._values
        architecture = values.get("general.architecture", "")
        if not isinstance(architecture, str) or not _ARCHITECTURE.fullmatch(architecture):
            raise BrokenFileError("it does not name an architecture")
        parts = values.get("split.count", 1)
        if isinstance(parts, int) and parts > 1:
            raise BrokenFileError(
                f"it is one of {parts} parts: join them with `llama-gguf-split --merge` first"
            )
        if not tensors:
            raise BrokenFileError("it has no weights")
        return GgufHeader(
            version=version,
            size=self._size,
            architecture=architecture,
            name=printable(_as_text(values, "general.name")),
            quantisation=_quantisation(values, tensors),
            context=self._sane(f"{architecture}.context_length", 1 << 28),
            layers=self._sane(f"{architecture}.block_count", 4_096),
            width=self._sane(f"{architecture}.embedding_length", 1 << 20),
            parameters=sum(tensor.elements for tensor in tensors),
            vocabulary=printable(_as_text(values, "tokenizer.ggml.model")),
            tokens=self._lengths.get(_TOKENS, 0),
            chat_template=_as_text(values, "tokenizer.chat_template"),
            adapter=values.get("general.type") == "adapter",
            tensors=tensors,
            values=MappingProxyType(values),
            lengths=MappingProxyType(self._lengths),
        )

    def _sane(self, key: str, most: int) -> int:
        """Return a whole number of the architecture, 0 where it is not given."""
        value = self._values.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise BrokenFileError(f"`{key}` is not a number that a model has")
        return value

    def _text(self, most: int, what: str) -> str:
        data = self._take(self._length(most, what))
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise BrokenFileError(f"{what} is not UTF-8") from None

    def _length(self, most: int, what: str) -> int:
        length = self._number("<Q")
        if length > most:
            raise BrokenFileError(f"{what} is longer than {most:,} bytes")
        return length

    def _number(self, form: str) -> int:
        number: int = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return number

    def _take(self, count: int) -> bytes:
        self._read += count
        if self._read > MOST_HEADER_BYTES:
            raise BrokenFileError(f"its header is longer than {MOST_HEADER_BYTES:,} bytes")
        data = self._file.read(count)
        if len(data) != count:
            raise BrokenFileError("it ends within its header")
        return data


def _within(count: int, most: int, what: str) -> None:
    if count > most:
        raise BrokenFileError(f"it announces {count:,} {what}; {most:,} is the most")


def _as_text(values: Mapping[str, Scalar], key: str) -> str:
    value = values.get(key, "")
    return value if isinstance(value, str) else ""


def _quantisation(values: Mapping[str, Scalar], tensors: tuple[Tensor, ...]) -> str:
    """Name the recipe if it fits the type that most weights have, else that type."""
    weights: dict[str, int] = {}
    for tensor in tensors:
        weights[tensor.kind] = weights.get(tensor.kind, 0) + tensor.elements
    most = max(weights, key=lambda kind: weights[kind])
    stated = values.get("general.file_type")
    recipe = RECIPES.get(stated, "") if isinstance(stated, int) else ""
    return recipe if recipe.startswith(most) else most
