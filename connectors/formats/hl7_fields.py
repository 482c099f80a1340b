"""How a field of an HL7 v2 segment is written for a reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.formats import hl7_labels as labels

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)?(?:(\d\d)(\d\d)(?:\d\d(?:\.\d+)?)?)?(?:[+-]\d{4})?")
_ESCAPE = re.compile(r"\\([FSTREHN]|\.[a-z]{2}[+-]?\d*|[XZCM][0-9A-Fa-z]*)\\")
_CHARACTERS = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\"}
_CODED_VALUES = frozenset({"CE", "CF", "CNE", "CWE"})
_TIME_VALUES = frozenset({"DT", "DTM", "TS"})
_ENCAPSULATED = frozenset({"ED", "RP"})
_NULL = '""'
_SHORTEST_NUMBER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Separators:
    """The characters a message cuts its fields with."""

    component: str
    repetition: str
    part: str

    @classmethod
    def of(cls, header: str) -> Separators:
        """Read them from the MSH segment; missing ones are the usual ones."""
        given = header[4:].split(header[3:4] or "|", 1)[0]
        whole = given + "^~\\&"[len(given) :]
        return cls(component=whole[0], repetition=whole[1], part=whole[3])


def written(raw: str, field: str, separators: Separators, value_kind: str = "") -> str:
    """Return the field `PID-5`, say, as a reader would write it."""
    if raw in ("", _NULL):
        return ""
    if field == "OBX-5" and value_kind in _ENCAPSULATED:
        return "an embedded document, which is not read"
    texts = []
    for repetition in raw.split(separators.repetition):
        components = [
            _unescape(part.replace(separators.part, " ")).strip()
            for part in repetition.split(separators.component)
        ]
        if any(components):
            texts.append(_write(components, field, value_kind))
    between = " " if field in ("OBX-5", "NTE-3") else "; "
    return between.join(text for text in texts if text)


def _write(components: Sequence[str], field: str, value_kind: str) -> str:
    if field == "OBX-5":
        return _value(components, value_kind)
    for fields, write in _WRITERS:
        if field in fields:
            return write(components)
    if field == "PID-8":
        return labels.SEX.get(components[0], components[0])
    if field in ("OBX-11", "OBR-25"):
        return labels.STATUS.get(components[0], components[0])
    return _plain(components)


def _plain(components: Sequence[str]) -> str:
    return " ".join(part for part in components if part)


def _value(components: Sequence[str], kind: str) -> str:
    if kind in _CODED_VALUES:
        return _coded(components)
    if kind in _TIME_VALUES:
        return _time(components)
    return _plain(components)


def _coded(components: Sequence[str]) -> str:
    """Return the text of a code, or of its alternative, or the code itself."""
    given = [*components, "", "", "", "", ""]
    return given[1] or given[4] or given[0] or given[3]


def _time(components: Sequence[str]) -> str:
    match = _TIME.fullmatch(components[0])
    if match is None:
        return _plain(components)
    year, month, day, hour, minute = match.groups()
    date = "-".join(part for part in (year, month, day) if part)
    return f"{date} {hour}:{minute}" if hour else date


def _name(components: Sequence[str]) -> str:
    family, given, middle, suffix, prefix, *_ = [*components, "", "", "", "", ""]
    return _plain([prefix, given, middle, family, suffix])


def _numbered_name(components: Sequence[str]) -> str:
    name = _name(components[1:])
    return ", ".join(part for part in (name, components[0]) if part)


def _address(components: Sequence[str]) -> str:
    return ", ".join(part for part in components[:6] if part)


def _telephone(components: Sequence[str]) -> str:
    """Return numbers and addresses, without the codes that say of what kind they are."""
    digits = [sum(character.isdigit() for character in part) for part in components]
    return _plain(
        [
            part
            for part, count in zip(components, digits, strict=True)
            if count >= _SHORTEST_NUMBER or "@" in part
        ]
    )


def _identifier(components: Sequence[str]) -> str:
    kind = components[4] if len(components) > 4 else ""
    return _plain([labels.IDENTIFIER_TYPES.get(kind, kind), components[0]])


_WRITERS = (
    (labels.CODED, _coded),
    (labels.TIMES, _time),
    (labels.NAMES, _name),
    (labels.NUMBERED_NAMES, _numbered_name),
    (labels.ADDRESSES, _address),
    (labels.TELEPHONES, _telephone),
    (labels.IDENTIFIERS, _identifier),
)


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: _character(match.group(1)), text)


def _character(code: str) -> str:
    if code.startswith("X"):
        return _from_hexadecimal(code[1:])
    # What remains is layout: breaks, indents, highlighting.
    return _CHARACTERS.get(code, " " if code.startswith(".") else "")


def _from_hexadecimal(digits: str) -> str:
    try:
        return bytes.fromhex(digits).decode("utf-8")
    except ValueError:
        return " "
