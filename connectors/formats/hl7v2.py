"""HL7 v2 messages: one labelled line a segment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from connectors.formats.assemble import Assembler, title_of
from connectors.formats.damage import damage_skips
from connectors.formats.encoding import decode
from connectors.formats.hl7_fields import Separators, written
from connectors.formats.hl7_labels import LABELS, SECTIONS
from connectors.formats.rows import CELL_SEPARATOR
from rag.errors import SkipDocument
from rag.records import ElementKind, Parsed

if TYPE_CHECKING:
    import hl7

_FRAMING = re.compile("[\x0b\x1c]")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}(?:[^A-Za-z0-9\s]|$)")
_WRAPPERS = ("FHS", "BHS", "FTS", "BTS", "DSC")
_NO_SECTION_END = frozenset({"NTE", "OBX", "ORC", "RXR", "PD1", "PV2", "EVN", "SFT"})
_KIND_FIELD = 2  # of OBX: what kind of value it holds


class Hl7Parser:
    """Reads `.hl7`: one message or several, whatever their line ends, framed or not."""

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings it reads."""
        return frozenset({".hl7"})

    @damage_skips()
    def parse(self, data: bytes, name: str) -> Parsed:
        """Return the segments as labelled lines, in sections."""
        messages = list(_messages(decode(data)))
        if not messages:
            raise SkipDocument("holds no HL7 message")
        assembler = Assembler()
        for number, segments in enumerate(messages, start=1):
            if len(messages) > 1:
                assembler.heading(f"Message {number}", level=1)
            _add_message(assembler, segments)
        return assembler.parsed(title=title_of(name), media_type="application/hl7-v2")


def _messages(text: str) -> Iterator[list[str]]:
    """Yield the segments of each message; a line that begins none continues the one before."""
    segments: list[str] = []
    for raw in _FRAMING.sub("\n", text).splitlines():
        line = raw.strip()
        if not line or line.startswith(_WRAPPERS):
            continue
        if line.startswith("MSH"):
            if segments:
                yield segments
            segments = [line]
        elif segments and _SEGMENT.match(line):
            segments.append(line)
        elif segments:
            segments[-1] += f" {line}"
    if segments:
        yield segments


def _add_message(assembler: Assembler, segments: Sequence[str]) -> None:
    """Add the segments of a message under the heading of what they are about."""
    import hl7

    message = hl7.parse("\r".join(segments))
    separators = Separators.of(segments[0])
    section = ""
    lines: list[str] = []
    for segment in message:
        kind = str(segment[0])
        own = SECTIONS.get(kind, section if kind in _NO_SECTION_END else "Further segments")
        if own != section or kind == "OBR":
            _add_section(assembler, section, lines)
            section, lines = own, []
        line = _line(segment, kind, separators)
        if line:
            lines.append(line)
    _add_section(assembler, section, lines)


def _add_section(assembler: Assembler, section: str, lines: Sequence[str]) -> None:
    if lines:
        assembler.heading(section or "Message", level=2)
        assembler.add(ElementKind.LIST, "\n".join(lines))


def _line(segment: hl7.Segment, kind: str, separators: Separators) -> str:
    """Return a segment as `Label: value | Label: value`; a field without a value is left out."""
    known = LABELS.get(kind)
    value_kind = _raw(segment, _KIND_FIELD) if kind == "OBX" else ""
    fields = []
    for number in range(1, len(segment)):
        if known is not None and number not in known:
            continue
        value = written(_raw(segment, number), f"{kind}-{number}", separators, value_kind)
        if value:
            fields.append(f"{known[number] if known else f'{kind} {number}'}: {value}")
    return CELL_SEPARATOR.join(fields)


def _raw(segment: hl7.Segment, number: int) -> str:
    return str(segment[number]) if number < len(segment) else ""
