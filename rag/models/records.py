"""What is known of a model file: what its header says, its terms, and that it was admitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool


class LicenceClass(StrEnum):
    """What kind of terms a model comes under."""

    OSI = "osi"  # an open source licence that the Open Source Initiative has approved
    OPEN_WEIGHTS = "open-weights"  # anybody may have and use them, under terms
    SOURCE_AVAILABLE = "source-available"  # to be looked at, not to be used in business
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The terms of a model: of its family as we know it, not as its file claims.

    `watch` is the line for who has to decide, `checked` the day on which the terms were looked
    up, `doubts` what in the file does not fit the family.
    """

    family: str
    name: str
    kind: LicenceClass
    watch: str
    checked: str
    source: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One tensor of a file: where its bytes lie, from the beginning of the file."""

    name: str
    kind: str
    shape: tuple[int, ...]
    start: int
    size: int

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        count = 1
        for length in self.shape:
            count *= length
        return count


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHeader:
    """What a GGUF file says of itself, read within our limits and found to be consistent.

    `values` are all metadata that are single values, `lengths` how long each list is;
    `vocabulary` is the tokenizer's model as llama.cpp names it (`gpt2`, `llama`, ...), `adapter`
    that this is a LoRA rather than a model.
    """

    version: int
    size: int
    architecture: str
    name: str
    quantisation: str
    context: int
    layers: int
    width: int
    parameters: int
    vocabulary: str
    tokens: int
    chat_template: str = field(repr=False)
    adapter: bool
    tensors: tuple[Tensor, ...] = field(repr=False)
    values: Mapping[str, Scalar] = field(repr=False)
    lengths: Mapping[str, int] = field(repr=False)

    def text(self, key: str) -> str:
        """Return a metadata value that is text, or nothing."""
        value = self.values.get(key, "")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        """Return a metadata value that is a whole number, or 0."""
        value = self.values.get(key, 0)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def has_tensor(self, name: str) -> bool:
        """Whether there is a tensor of this name, such as `rope_freqs.weight`."""
        return any(tensor.name == name for tensor in self.tensors)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetensorsHeader:
    """What a safetensors file says of itself."""

    size: int
    parameters: int
    kinds: tuple[str, ...]
    tensors: tuple[Tensor, ...] = field(repr=False)
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)


class Format(StrEnum):
    """The only forms in which weights are taken."""

    GGUF = "gguf"
    SAFETENSORS = "safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceException:
    """Somebody's decision to use a model whose class the policy does not allow."""

    by: str
    reason: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmittedModel:
    """A model that may be used: its file is the one that was admitted, and its terms are allowed.

    `path` is a GGUF file, or the folder of a safetensors model; `sha256` is of the file, or of
    the list of the folder's files with theirs. `source` says where it came from.
    """

    name: str
    path: Path
    sha256: str
    size: int
    format: Format
    architecture: str
    quantisation: str
    parameters: int
    context: int
    vocabulary: str
    chat_template: str = field(repr=False)
    adapter: bool
    licence: Licence
    exception: LicenceException | None
    source: str
    added: str
