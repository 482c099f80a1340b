"""Labels in brat's standoff format, discontinuous ones too.

`T1<tab>PERSON 0 5;9 14<tab>text` labels pieces of one entity, `*<tab>Equiv T1 T2` says that two
are the same, and an attribute with the value DIRECT, QUASI or NO_MASK marks the risk. Notes,
relations and events are passed over.
"""

from __future__ import annotations

import re
from dataclasses import replace

from eval.redaction.kinds import own_kind
from eval.redaction.labels import LabelledSpan, Mark

_ENTITY = re.compile(r"(T\S+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t(.*))?")
_ATTRIBUTE = re.compile(r"A\S+\t\S+ (T\S+) (DIRECT|QUASI|NO_MASK)")
_MARKS = {"DIRECT": Mark.DIRECT, "QUASI": Mark.QUASI, "NO_MASK": Mark.NONE}


def read_pair(text: str, labels: str) -> tuple[LabelledSpan, ...]:
    """Return the labels of a text; a ValueError says the line and what is wrong with it."""
    spans: list[LabelledSpan] = []
    marks: dict[str, Mark] = {}
    same: dict[str, str] = {}
    for number, line in enumerate(labels.replace("\r\n", "\n").split("\n"), start=1):
        if line.startswith("T"):
            match = _ENTITY.fullmatch(line)
            if match is None:
                raise ValueError(f"line {number}: not an entity of brat's format")
            spans += _pieces(text, match, number)
        elif attribute := _ATTRIBUTE.fullmatch(line):
            marks[attribute[1]] = _MARKS[attribute[2]]
        elif line.startswith("*\tEquiv ") and len(line.split()) > 2:
            first, *others = (_root(same, name) for name in line.split()[2:])
            same |= {other: first for other in others if other != first}
    return tuple(
        replace(span, mark=marks.get(span.entity, Mark.UNSAID), entity=_root(same, span.entity))
        for span in spans
    )


def _pieces(text: str, match: re.Match[str], number: int) -> list[LabelledSpan]:
    name, label, places, said = match.groups()
    ranges = [tuple(map(int, place.split())) for place in places.split(";")]
    for start, end in ranges:
        if not start < end <= len(text):
            raise ValueError(f"line {number}: the range {start}-{end} is not in the text")
    there = " ".join(text[start:end] for start, end in ranges)
    if said is not None and there.split() != said.split():
        raise ValueError(f"line {number}: the text there is not what the label says")
    kind = own_kind(label)
    return [LabelledSpan(start=start, end=end, kind=kind, entity=name) for start, end in ranges]


def _root(same: dict[str, str], name: str) -> str:
    while name in same:
        name = same[name]
    return name
