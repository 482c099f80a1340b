"""Sentences that are known to be true or false of their evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from eval.split import held_out
from rag.records import Evidence

T = TypeVar("T")

_HALVES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A sentence as it stands in its evidence. `cluster` is what is drawn and split whole."""

    id: str
    cluster: str
    text: str = field(repr=False)
    evidence: tuple[Evidence, ...] = field(repr=False)
    stated: str = "sentence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence put to the grounder. `kind` says how it was made; `core` that a bar counts it."""

    id: str
    cluster: str
    true: bool
    kind: str
    text: str = field(repr=False)
    evidence: tuple[Evidence, ...] = field(repr=False)
    core: bool = True


def chosen(options: Sequence[T], key: str) -> T:
    """Return one of several, always the same for the same key."""
    return options[number(key) % len(options)]


def number(key: str) -> int:
    """Return a number that is the same for the same key everywhere."""
    return int(hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12], 16)


def is_test(cluster: str) -> bool:
    """Say whether a cluster is of the half that is reported and not chosen on."""
    return held_out(cluster, _HALVES)
