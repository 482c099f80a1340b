"""What an identifier looks like: one file an entity, or a family of them.

Each file offers `recognizers()`. The built-in ones stand in `BUILT_IN`, those of other
distributions are registered as entry points of `GROUP`; both are loaded by `gather`. A recognizer
is never left out silently: one that cannot be loaded stops the redactor. No class of ours has the
name of one of Presidio's: it looks recognizers up by the names of classes, whoever's they are.
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
    "admission",
    "address",
    "age",
    "amount",
    "bar",
    "birth",
    "card",
    "company",
    "date",
    "death",
    "demographic",
    "device",
    "discharge",
    "docket",
    "duration",
    "email",
    "europe",
    "health_plan",
    "iban",
    "ip",
    "licence",
    "mac",
    "mrn",
    "passport",
    "person",
    "person_id",
    "phone",
    "policy",
    "postal",
    "property",
    "provider",
    "title",
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


def gather(allowed: Iterable[str], *, mrn_pattern: str = "") -> list[Any]:
    """Load every recognizer that may be loaded, and the one of the site's own record numbers."""
    from presidio_analyzer import EntityRecognizer

    from rag.redact.recognizers.mrn import of_site

    gathered: list[Any] = [*of_site(mrn_pattern)]
    for name, point in sorted(sources(allowed).items()):
        loaded = point.load()()
        if not loaded or not all(isinstance(one, EntityRecognizer) for one in loaded):
            raise ConfigurationError(f"`{name}` in {GROUP} returns something else than recognizers")
        gathered += loaded
    return gathered
