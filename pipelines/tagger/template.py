"""What a template is made of.

Text, slots to fill `{{PERSON#1:last}}`, labelled words `{{TITLE=Mr.}}`, choices `[[this|that]]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
REGISTERS = ("clinical", "legal", "finance", "records", "everyday", "negatives")

# What a slot is called in the model's labels; a slot `x:` is no name and has none.
LABELS = {
    "PERSON": "PERSON",
    "TITLE": "PERSON_TITLE",
    "ORGANIZATION": "ORGANIZATION",
    "PUBLIC_BODY": "PUBLIC_BODY",
    "LOCATION": "LOCATION",
    "DEMOGRAPHIC": "DEMOGRAPHIC",
    "DATE": "DATE",
    "AGE": "AGE",
    "ADDRESS": "STREET_ADDRESS",
}
NEUTRAL = "x"

_SLOT = re.compile(
    r"\{\{(?P<kind>[A-Za-z_]+)"
    r"(?:#(?P<before>\w+))?(?::(?P<form>\w+))?(?:#(?P<after>\w+))?(?:=(?P<said>[^{}=|]+))?\}\}"
)
_CHOICE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_SEPARATOR = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place to fill; slots of equal kind and index are about the same thing."""

    kind: str
    form: str
    index: str
    said: str = ""

    @property
    def label(self) -> str | None:
        """What the model should say of it, if anything."""
        return None if self.kind == NEUTRAL else LABELS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several ways to go on."""

    ways: tuple[tuple[Piece, ...], ...]


Piece = str | Slot | Choice


@cache
def parse(template: str) -> tuple[Piece, ...]:
    """Return the pieces of a template, or raise on a slot that nobody fills."""
    pieces: list[Piece] = []
    for number, part in enumerate(_CHOICE.split(template)):
        if number % 2:
            pieces.append(Choice(ways=tuple(_slots(way) for way in part.split("|"))))
        else:
            pieces += _slots(part)
    return tuple(pieces)


def slots(pieces: tuple[Piece, ...]) -> list[Slot]:
    """Return every slot, those of all choices among them."""
    found: list[Slot] = []
    for piece in pieces:
        if isinstance(piece, Slot):
            found.append(piece)
        elif isinstance(piece, Choice):
            for way in piece.ways:
                found += slots(way)
    return found


def read_templates(register: str) -> list[str]:
    """Return the templates of one register."""
    text = (TEMPLATES / f"{register}.txt").read_text(encoding="utf-8")
    return [block.strip("\n") for block in _SEPARATOR.split(text) if block.strip()]


def _slots(text: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    end = 0
    for match in _SLOT.finditer(text):
        if match.start() > end:
            pieces.append(text[end : match.start()])
        kind = match["kind"]
        if kind not in LABELS and kind != NEUTRAL:
            raise ValueError(f"no such slot: {kind}")
        index = match["before"] or match["after"] or ""
        said = match["said"] or ""
        pieces.append(Slot(kind=kind, form=match["form"] or "", index=index, said=said))
        end = match.end()
    if end < len(text):
        pieces.append(text[end:])
    if any(isinstance(piece, str) and ("{{" in piece or "}}" in piece) for piece in pieces):
        raise ValueError("a slot is not closed or not spelled as one")
    return tuple(pieces)
