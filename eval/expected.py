"""What answers are expected of those who only see redacted documents.

A case is written from the document as it was: an answer in it that holds a name is given with the
name's pseudonym. Where an answer stands in its passage, the document says how it reads now; in
other wordings the values that were replaced in the passage are replaced as they were there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from eval.cases import Case, Gold
from eval.solver import Library
from rag.records import RedactedDocument, RedactedText, Redaction, Span
from rag.redact.ranges import to_redacted

MOST_KEPT = 3


def as_indexed(case: Case, library: Library) -> Case:
    """Return a case whose expected answers read as its documents do."""
    passages = _passages(case, library)
    if not any(passage.redactions for passage in passages):
        return case
    return replace(case, answers=tuple(_read(one, passages) for one in case.answers))


def kept(case: Case, library: Library) -> tuple[RedactedText, ...]:
    """Return the first of a case's expected answers as a run may keep them, without identifiers."""
    passages = _passages(case, library)
    found = []
    for answer in case.answers[:MOST_KEPT]:
        pieces = [piece for one in passages for piece in one.pieces(answer)]
        found.append(pieces[0] if pieces else library.redacted(_read(answer, passages)))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """A passage as it was written and as it is indexed."""

    gold: Gold
    document: RedactedDocument
    redactions: Sequence[Redaction] = field(repr=False)

    def pieces(self, answer: str) -> list[RedactedText]:
        """Return what now stands where the answer stood."""
        return [self._piece(span) for span in _places(answer, self.gold.quote)]

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield what was replaced in the passage, and by what."""
        for one in self.redactions:
            start, end = one.source_start - self.gold.start, one.source_end - self.gold.start
            if start >= 0 and end <= len(self.gold.quote):
                yield self.gold.quote[start:end], str(self.document.text[one.start : one.end])

    def _piece(self, span: Span) -> RedactedText:
        start, end = self.gold.start + span.start, self.gold.start + span.end
        indexed = to_redacted(self.document.redactions, start, end)
        return self.document.text.cut(indexed.start, indexed.end)


def _passages(case: Case, library: Library) -> list[_Passage]:
    """Return the passages of which every character's place in its document is known."""
    found = []
    for gold in case.gold:
        if len(gold.quote) == gold.end - gold.start:
            document = library.named(gold.document, corpus=case.corpus)
            inside = [
                one
                for one in document.redactions
                if one.source_start < gold.end and gold.start < one.source_end
            ]
            found.append(_Passage(gold=gold, document=document, redactions=inside))
    return found


def _read(answer: str, passages: Sequence[_Passage]) -> str:
    """Return how an answer reads in the index.

    One that stands anywhere in a passage untouched is left as it is: a number, say, that is also
    a part of an identifier.
    """
    pieces = [str(piece) for one in passages for piece in one.pieces(answer)]
    if pieces:
        same = any(_plain(piece) == _plain(answer) for piece in pieces)
        return answer if same else pieces[0]
    values = dict(value for one in passages for value in one.values())
    for value in sorted(values, key=len, reverse=True):
        for span in reversed(_places(value, answer)):
            answer = answer[: span.start] + values[value] + answer[span.end :]
    return answer


def _places(words: str, text: str) -> list[Span]:
    """Return where words stand in a text as words of their own, whatever case and white space."""
    if not words.split():
        return []
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?!\w)"
    found = re.finditer(pattern, text, re.IGNORECASE)
    return [Span(start=one.start(), end=one.end()) for one in found]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
