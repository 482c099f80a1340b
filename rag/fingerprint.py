"""The source of a package as a hash: what a stage makes may change whenever its code does."""

from __future__ import annotations

import hashlib
from importlib.resources import files


def code_of(*packages: str) -> str:
    """Return a hash over the modules of these packages, without importing any."""
    digest = hashlib.sha256()
    for package in packages:
        for entry in sorted(files(package).iterdir(), key=lambda one: one.name):
            if entry.name.endswith(".py"):
                digest.update(hashlib.sha256(entry.read_bytes()).digest())
    return digest.hexdigest()
