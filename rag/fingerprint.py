"""The source of a package as a hash: what a stage makes may change whenever its code does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from operator import itemgetter


def code_of(*packages: str) -> str:
    """Return a hash over the modules of these packages, without importing any."""
    digest = hashlib.sha256()
    for package in packages:
        for entry in sorted(files(package).iterdir(), key=lambda one: one.name):
            if entry.name.endswith(".py"):
                digest.update(hashlib.sha256(entry.read_bytes()).digest())
    return digest.hexdigest()


def code_of_all(*packages: str) -> str:
    """Return a hash over every module in and below these packages, without importing any."""
    digest = hashlib.sha256()
    for package in packages:
        for name, entry in sorted(_modules(files(package), package), key=itemgetter(0)):
            digest.update(name.encode() + hashlib.sha256(entry.read_bytes()).digest())
    return digest.hexdigest()


def _modules(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _modules(entry, f"{name}.{entry.name}")
        elif entry.name.endswith(".py"):
            yield f"{name}.{entry.name}", entry
