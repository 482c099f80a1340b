"""What the facts of the training text are about: attributes, and the ways to state and ask them.

A template file holds blocks of lines. `about` is the kind of entity, `value` the kind of value,
`names` what the attribute is called, `fact` a way to state it, `ask` a way to ask for it. Lines
with an exclamation mark are held out: training never sees them, evaluation sees nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
DOMAINS = ("clinical", "legal", "finance")
CARRIERS = "carriers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Templates of one kind: those that are learnt from, and those that are held out."""

    learnt: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()

    def of(self, *, held_out: bool) -> tuple[str, ...]:
        """Return one side."""
        return self.held_out if held_out else self.learnt


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something that a fact may say of an entity."""

    about: str
    value: str
    names: tuple[str, ...]
    facts: Ways = Ways()
    asks: Ways = Ways()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """Ways to state and to ask any attribute by its name, and sentences that state none."""

    facts: Ways
    asks: Ways
    fillers: Ways


@cache
def attributes(files: tuple[str, ...] = DOMAINS) -> tuple[Attribute, ...]:
    """Return the attributes that have templates of their own, by default those of all domains."""
    return tuple(_attribute(block) for name in files for block in _blocks(name))


@cache
def carriers(file: str = CARRIERS) -> Carriers:
    """Return the templates that suit every attribute."""
    lines = _blocks(file)[0]
    return Carriers(
        facts=_ways(lines, "fact"), asks=_ways(lines, "ask"), fillers=_ways(lines, "filler")
    )


def _blocks(name: str) -> list[list[tuple[str, str]]]:
    text = (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8")
    blocks = []
    for block in text.split("---\n"):
        lines = [line.partition(" ") for line in block.splitlines() if line.strip()]
        blocks.append([(key, rest) for key, _, rest in lines])
    return blocks


def _attribute(lines: list[tuple[str, str]]) -> Attribute:
    said = dict(lines)
    return Attribute(
        about=said["about"],
        value=said["value"],
        names=tuple(name.strip() for name in said["names"].split("|")),
        facts=_ways(lines, "fact"),
        asks=_ways(lines, "ask"),
    )


def _ways(lines: list[tuple[str, str]], key: str) -> Ways:
    return Ways(
        learnt=tuple(rest for found, rest in lines if found == key),
        held_out=tuple(rest for found, rest in lines if found == f"{key}!"),
    )
