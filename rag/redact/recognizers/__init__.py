"""What an identifier looks like: one file an entity, or a family of them.

Each file offers `recognizers()`. The built-in ones stand in `BUILT_IN`, those of other
distributions are registered as entry points of `GROUP`; both are loaded by `gather`. A recognizer
is never left out silently: one that cannot be loaded stops the redactor.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint
from typing import Any

from rag.errors import ConfigurationError
from rag.plugins import OWN_DISTRIBUTION, registered

GROUP = "ringfence.recognizers"

BUILT_IN: tuple[str, ...] = (
    "account",
    "address",
    "age",
    "bar",
    "birth",
    "card",
    "company",
    "device",
    "docket",
    "email",
    "europe",
    "health_plan",
    "iban",
    "ip",
    "licence",
    "mac",
    "mrn",
    "passport",
    "person_id",
    "phone",
    "policy",
    "postal",
    "provider",
    "uk",
    "url",
    "us_tax",
    "vehicle",
)


def sources(allowed: Iterable[str]) -> dict[str, EntryPoint]:
    """Return where recognizers come from, by name: our own files, then the allowed plugins."""
    found = {
        name: EntryPoint(name=name, value=f"{__name__}.{name}:recognizers", group=GROUP)
        for name in BUILT_IN
    }
    for name, point in registered(GROUP, allowed=allowed).items():
        own = point.dist is not None and point.dist.name == OWN_DISTRIBUTION
        if not own:
            found.setdefault(name, point)  # a plugin never takes the place of a built-in
    return found


def gather(allowed: Iterable[str]) -> list[Any]:
    """Load every recognizer that may be loaded."""
    from presidio_analyzer import EntityRecognizer

    gathered: list[Any] = []
    for name, point in sorted(sources(allowed).items()):
        loaded = point.load()()
        if not loaded or not all(isinstance(one, EntityRecognizer) for one in loaded):
            raise ConfigurationError(f"`{name}` in {GROUP} returns something else than recognizers")
        gathered += loaded
    return gathered
