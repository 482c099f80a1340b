"""FHIR resources and bundles in JSON: a section a resource type, labelled lines a resource."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from connectors.formats.assemble import Assembler, title_of
from connectors.formats.damage import damage_skips
from connectors.formats.encoding import decode
from connectors.formats.fhir_values import Names, field_label, value_text, words
from connectors.formats.rows import CELL_SEPARATOR
from rag.errors import SkipDocument
from rag.records import ElementKind, Parsed

Resource: TypeAlias = Mapping[str, Any]

# What a resource is about: its first line begins with the first of these that it has.
_SUBJECTS = (
    "code",
    "medicationCodeableConcept",
    "vaccineCode",
    "name",
    "title",
    "description",
    "type",
    "class",
)
# Bookkeeping, and the generated narrative that repeats the fields.
_NOISE = frozenset(
    {
        "contained",
        "extension",
        "fullUrl",
        "id",
        "implicitRules",
        "link",
        "meta",
        "modifierExtension",
        "resourceType",
        "text",
    }
)
_DEEPEST = 8
_DEEPEST_BUNDLE = 3


class FhirParser:
    """Reads `.json` that holds a FHIR resource or a bundle of them."""

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings it reads."""
        return frozenset({".json"})

    @damage_skips()
    def parse(self, data: bytes, name: str) -> Parsed:
        """Return the resources by type as labelled lines."""
        resources = list(_resources(_load(data), depth=0))
        names = Names.of(resources)
        by_type: dict[str, list[Resource]] = {}
        for _, resource in resources:
            by_type.setdefault(resource["resourceType"], []).append(resource)
        assembler = Assembler()
        for kind, members in by_type.items():
            texts = [text for text in (_text(member, kind, names) for member in members) if text]
            if texts:
                assembler.heading(words(kind), level=1)
            for text in texts:
                assembler.add(ElementKind.LIST, text)
        return assembler.parsed(title=title_of(name), media_type="application/fhir+json")


def _load(data: bytes) -> Resource:
    try:
        content = json.loads(decode(data))
    except ValueError:
        raise SkipDocument("no valid JSON") from None
    if not _is_resource(content):
        raise SkipDocument("JSON, but no FHIR resource")
    resource: Resource = content
    return resource


def _is_resource(content: object) -> bool:
    if not isinstance(content, dict):
        return False
    kind = content.get("resourceType")
    return isinstance(kind, str) and kind.isalpha() and kind[0].isupper()


def _resources(content: Resource, *, depth: int, url: str = "") -> Iterator[tuple[str, Resource]]:
    """Yield each resource of a bundle with the address others refer to it by."""
    if content["resourceType"] != "Bundle":
        yield url, content
        return
    entries = content.get("entry")
    for entry in entries if isinstance(entries, list) and depth < _DEEPEST_BUNDLE else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and _is_resource(resource):
            yield from _resources(resource, depth=depth + 1, url=str(entry.get("fullUrl", "")))


def _text(resource: Resource, kind: str, names: Names) -> str:
    """Return a resource as a line of its facts, and a line an entry of each list in it."""
    subject = next((key for key in _SUBJECTS if key in resource), "")
    keys = [subject, *(key for key in resource if key != subject)] if subject else [*resource]
    facts: list[str] = []
    lines: list[str] = []
    for key in keys:
        if key in _NOISE or key.startswith("_"):
            continue
        label = words(kind) if key == subject else field_label(key)
        direct, below = _facts(label, key, resource[key], names, depth=0)
        facts += direct
        lines += below
    return "\n".join([CELL_SEPARATOR.join(facts), *lines]).strip()


def _facts(
    label: str, key: str, value: object, names: Names, *, depth: int
) -> tuple[Sequence[str], Sequence[str]]:
    """Return what a field says, as parts of its resource's line and as lines of their own."""
    if depth > _DEEPEST:
        return (), ()
    entries = value if isinstance(value, list) else [value]
    texts = [value_text(key, entry, names) for entry in entries]
    plain = "; ".join(dict.fromkeys(text for text in texts if text))
    structured = [
        _structure(entry, names, depth=depth)
        for entry, text in zip(entries, texts, strict=True)
        if text is None and isinstance(entry, dict)
    ]
    facts = [f"{label}: {plain}"] if plain else []
    lines = [f"{label}: {line}" for line in structured if line]
    if len(lines) == 1:
        return [*facts, *lines], ()
    return facts, lines


def _structure(value: Resource, names: Names, *, depth: int) -> str:
    """Return the fields of a structure within a resource on one line."""
    parts: list[str] = []
    for key, entry in value.items():
        if key not in _NOISE and not key.startswith("_"):
            direct, below = _facts(field_label(key), key, entry, names, depth=depth + 1)
            parts += [*direct, *below]
    return CELL_SEPARATOR.join(parts)
