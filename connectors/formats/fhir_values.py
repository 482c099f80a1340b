"""FHIR data types as a reader would write them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from rag.errors import SkipDocument

Structure: TypeAlias = Mapping[str, Any]

_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CHOICE = re.compile(
    r"(abatement|asNeeded|deceased|effective|medication|multipleBirth|occurrence|onset|performed"
    r"|product|reported|scheduled|serviced|timing|value)"
    r"(Age|Boolean|CodeableConcept|Date|DateTime|Instant|Integer|Period|Quantity|Range|Ratio"
    r"|Reference|String|Time|Timing)"
)
_LABELS = {"birthDate": "Born", "telecom": "Contact", "dosageInstruction": "Dosage"}
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?")
_UUID = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SYSTEMS = {"us-npi": "NPI", "us-ssn": "SSN", "nhs-number": "NHS number"}
_PATIENT_FIELDS = frozenset({"beneficiary", "patient", "subject"})
_MOST_EMBEDDED = 1_000_000


def words(name: str) -> str:
    """Return `MedicationRequest` as `Medication request`."""
    parts = _BETWEEN_WORDS.sub(" ", name).split()
    first, rest = parts[0], parts[1:]
    return " ".join([first[0].upper() + first[1:], *(part.lower() for part in rest)])


def field_label(key: str) -> str:
    """Return what a field is called; `valueQuantity` is a value, whatever its type."""
    choice = _CHOICE.fullmatch(key)
    return _LABELS.get(key) or words(choice.group(1) if choice else key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What references lead to: the names of persons, places and findings of the same bundle."""

    by_reference: Mapping[str, str] = field(default_factory=dict, repr=False)
    one_patient: bool = True

    @classmethod
    def of(cls, resources: Iterable[tuple[str, Structure]]) -> Names:
        """Collect them."""
        found: dict[str, str] = {}
        patients = 0
        for url, resource in resources:
            kind = resource["resourceType"]
            patients += kind == "Patient"
            name = _name_of(resource)
            if name:
                found[f"{kind}/{resource.get('id', '')}"] = name
                found[url] = name
        return cls(by_reference=found, one_patient=patients <= 1)

    def text(self, key: str, reference: Structure) -> str:
        """Return what a reference names; the only patient of a bundle needs no naming."""
        if key in _PATIENT_FIELDS and self.one_patient:
            return ""
        display = reference.get("display")
        if isinstance(display, str):
            return display
        return self.by_reference.get(str(reference.get("reference", "")), "")


def value_text(key: str, value: object, names: Names) -> str | None:
    """Return a value as text, nothing if it says nothing, None if it is a structure of fields."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return "" if key == "sequence" else str(value)
    if isinstance(value, str):
        return _string(value)
    if not isinstance(value, dict):
        return ""
    if "reference" in value or key in _PATIENT_FIELDS:
        return names.text(key, value)
    if key == "identifier":
        return _identifier(value)
    write = _writer(value)
    return write(value) if write else None


def _string(value: str) -> str:
    if _UUID.fullmatch(value):
        return ""
    time = _TIME.fullmatch(value)
    return f"{time.group(1)} {time.group(2)}" if time else value


def _name_of(resource: Structure) -> str:
    value = resource.get("name") or resource.get("code") or resource.get("title")
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    return _concept(value) if "coding" in value else _person(value)


def _listed(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else []


def _concept(value: Structure) -> str:
    """Return the text of a concept, else what its first code displays, else the code."""
    text = value.get("text")
    if isinstance(text, str):
        return text
    codings = [entry for entry in value.get("coding") or () if isinstance(entry, dict)]
    shown = [entry["display"] for entry in codings if isinstance(entry.get("display"), str)]
    codes = [str(entry["code"]) for entry in codings if "code" in entry]
    return next(iter([*shown, *codes]), "")


def _coding(value: Structure) -> str:
    return _concept({"coding": [value]})


def _person(value: Structure) -> str:
    text = value.get("text")
    if isinstance(text, str):
        return text
    parts = [*_listed(value.get("prefix")), *_listed(value.get("given"))]
    parts += [str(value.get("family", "")), *_listed(value.get("suffix"))]
    return " ".join(part for part in parts if part)


def _address(value: Structure) -> str:
    text = value.get("text")
    if isinstance(text, str):
        return text
    rest = (str(value.get(key, "")) for key in ("city", "state", "postalCode", "country"))
    return ", ".join(part for part in [*_listed(value.get("line")), *rest] if part)


def _identifier(value: Structure) -> str:
    number = str(value.get("value", ""))
    if _UUID.fullmatch(number):
        return ""
    kind = value.get("type")
    label = _concept(kind) if isinstance(kind, dict) else ""
    system = str(value.get("system", "")).rsplit("/", 1)[-1]
    return f"{label or _SYSTEMS.get(system, '')} {number}".strip()


def _contact(value: Structure) -> str:
    return str(value.get("value", ""))


def _quantity(value: Structure) -> str:
    parts = (value.get("comparator"), value.get("value"))
    unit = value.get("unit") or value.get("code") or value.get("currency") or ""
    return f"{''.join(str(part) for part in parts if part is not None)} {unit}".strip()


def _period(value: Structure) -> str:
    start, end = (_string(str(value.get(key, ""))) for key in ("start", "end"))
    return f"{start} to {end}" if start and end else start or end


def _range(value: Structure) -> str:
    low, high = (value.get(key) for key in ("low", "high"))
    ends = [_quantity(end) if isinstance(end, dict) else "" for end in (low, high)]
    return " to ".join(end for end in ends if end)


def _ratio(value: Structure) -> str:
    above, below = (value.get(key) for key in ("numerator", "denominator"))
    ends = [_quantity(end) if isinstance(end, dict) else "" for end in (above, below)]
    return " / ".join(end for end in ends if end)


def _attachment(value: Structure) -> str:
    """Return embedded plain text, or the title of what is not read."""
    title = str(value.get("title", ""))
    data = value.get("data")
    kind = str(value.get("contentType", ""))
    if not isinstance(data, str) or not kind.startswith("text/plain"):
        return title or (f"embedded {kind}, which is not read" if kind else "")
    from connectors.formats.encoding import decode

    try:
        text = decode(base64.b64decode(data[:_MOST_EMBEDDED], validate=False))
    except (binascii.Error, SkipDocument):
        return title
    return " ".join([*([title] if title else []), *text.split()])


def _text_or_code(value: Structure) -> str:
    return str(value.get("text", "")) or _concept(value)


_QUANTITY = frozenset({"value", "unit", "code", "system", "comparator", "currency"})
_CODING = frozenset({"code", "display", "system", "userSelected", "version"})


def _writer(value: Structure) -> Callable[[Structure], str] | None:
    """Tell the data type by its fields; None for a structure without a type of its own."""
    keys = frozenset(value) - {"extension", "id"}
    for telling, write in _TELLING:
        if keys & telling:
            return write
    plain = bool(keys) and not any(isinstance(value[key], (dict, list)) for key in keys)
    for whole, write in _WHOLE:
        if keys <= whole and (plain or write in _NESTED):
            return write
    return None


_TELLING: tuple[tuple[frozenset[str], Callable[[Structure], str]], ...] = (
    (frozenset({"coding"}), _concept),
    (frozenset({"family", "given"}), _person),
    (frozenset({"line", "postalCode"}), _address),
    (frozenset({"contentType"}), _attachment),
    (frozenset({"numerator"}), _ratio),
)
_NESTED = (_range, _identifier, _contact)
_WHOLE: tuple[tuple[frozenset[str], Callable[[Structure], str]], ...] = (
    (frozenset({"text", "time", "use", "authorString", "div", "status"}), _text_or_code),
    (frozenset({"start", "end"}), _period),
    (frozenset({"low", "high"}), _range),
    (frozenset({"system", "value", "use", "rank", "period"}), _contact),
    (frozenset({"system", "value", "use", "type", "assigner", "period"}), _identifier),
    (_QUANTITY, _quantity),
    (_CODING, _coding),
)
