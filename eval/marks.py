"""A redacted text cut into what is plain, what was replaced, and what was found and left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from eval.groups import group_of
from rag.redact.report import RedactionReport


class What(StrEnum):
    """What a piece of a redacted text is."""

    PLAIN = "plain"
    REPLACED = "replaced"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A piece of a redacted text; `value` is what stood there, where it may be shown."""

    what: What
    text: str = field(repr=False)
    group: str = ""
    note: str = ""
    value: str = field(default="", repr=False)


def cut(report: RedactionReport, values: Sequence[str], shown: int) -> Iterator[Mark]:
    """Cut the first characters of a document into pieces; none is cut in two.

    Args:
        report: The document and what was left in it.
        values: The originals of its redactions in order, or none.
        shown: How many characters; a piece that begins before the end is given whole.
    """
    text, position = report.document.text, 0
    for start, end, mark in sorted(_marked(report, values), key=lambda one: (one[0], -one[1])):
        if start >= shown:
            break
        if start < position:
            continue  # found as two kinds: the longer says it
        if start > position:
            yield Mark(what=What.PLAIN, text=text[position:start])
        yield mark
        position = end
    if position < shown:
        yield Mark(what=What.PLAIN, text=text[position:shown])


def _marked(report: RedactionReport, values: Sequence[str]) -> Iterator[tuple[int, int, Mark]]:
    text = report.document.text
    for place, one in enumerate(report.document.redactions):
        yield (
            one.start,
            one.end,
            Mark(
                what=What.REPLACED,
                text=text[one.start : one.end],
                group=group_of(one.kind),
                note=f"{one.kind}, score {one.score:.2f}",
                value=values[place] if values else "",
            ),
        )
    for left in report.left:
        yield (
            left.start,
            left.end,
            Mark(
                what=What.LEFT,
                text=text[left.start : left.end],
                group=group_of(left.kind),
                note=f"{left.kind}, score {left.score:.2f}: {left.reason.value}",
            ),
        )
