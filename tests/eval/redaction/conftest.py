"""Labelled documents and redactions, written as text: `[Jane Doe|PERSON]`."""

from __future__ import annotations

import re

import pytest

from eval.redaction.labels import Labelled, LabelledSpan, Mark
from rag.records import Finding

_PIECE = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")


def parsed(marked):
    """The plain text, and the start, end and facts of each piece in brackets."""
    text, pieces, position = "", [], 0
    for match in _PIECE.finditer(marked):
        text += marked[position : match.start()]
        pieces.append((len(text), len(text) + len(match[1]), match[2].split(",")))
        text += match[1]
        position = match.end()
    return text + marked[position:], pieces


@pytest.fixture
def labelled():
    """Make a document of text in which labels are written `[words|KIND,mark,entity]`."""

    def make(marked, *, id="d#1"):  # noqa: A002
        text, pieces = parsed(marked)
        spans = [
            LabelledSpan(
                start=start,
                end=end,
                kind=facts[0],
                mark=Mark(facts[1] if len(facts) > 1 else ""),
                entity=facts[2] if len(facts) > 2 else "",
            )
            for start, end, facts in pieces
        ]
        return Labelled(id=id, corpus="d", text=text, spans=tuple(spans))

    return make


@pytest.fixture
def redacted():
    """Return what was replaced in a text in which it is written `[words|KIND]`."""

    def make(marked):
        return [
            Finding(kind=facts[0], start=start, end=end, score=0.8)
            for start, end, facts in parsed(marked)[1]
        ]

    return make
