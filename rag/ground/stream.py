"""Sentences out of a stream of pieces of text, each as soon as it is complete, with its citations.

Citations `[2]`, `[1][2]` and `[1, 2]` may stand before the full stop or after it, and in pieces;
pseudonyms such as `[PERSON:k3f2mnop]` are none. A sentence is complete once it is known that no
citation follows it: with the first character of the next one, or at the end.
"""

from __future__ import annotations

import re

from rag.chunk.sentences import sentence_spans
from rag.records import DraftSentence

MOST_CITED = 20
_CITED = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
_BESIDE = re.compile(r"\s*\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\]")
_BEGUN = re.compile(r"\s*(?:\[[\s\d,;]*)?")
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?…](?:\s|$))")
_LONGEST = 4_000


class SentenceStream:
    """Takes pieces of a draft and gives its complete sentences."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> list[DraftSentence]:
        """Take a piece of text; return the sentences that it completes."""
        self._held += piece
        done: list[DraftSentence] = []
        while True:
            end = self._complete()
            if end is None:
                return done
            done += parsed(self._held[:end])
            self._held = self._held[end:]

    def close(self) -> list[DraftSentence]:
        """Return what is left, complete or not."""
        left, self._held = self._held, ""
        return parsed(left)

    def _complete(self) -> int | None:
        """Return where the first sentence with its citations ends, if that is known."""
        if len(self._held) > _LONGEST:
            return _LONGEST
        shown, places = _without_citations(self._held)
        spans = sentence_spans(shown)
        if not spans:
            return None
        end = places[spans[0].end - 1] + 1
        match = _BESIDE.match(self._held, end)
        while match:
            end = match.end()
            match = _BESIDE.match(self._held, end)
        rest = self._held[end:]
        # A letter may continue an abbreviation, a bracket may become a citation.
        if _BEGUN.fullmatch(rest) and "\n" not in rest:
            return None
        ended = len(spans) > 1 or "\n" in self._held[places[spans[0].end - 1] :]
        return end if ended else None


def parsed(text: str) -> list[DraftSentence]:
    """Return the sentences of a whole text, each with the numbers that it cites."""
    shown, places = _without_citations(text)
    spans = sentence_spans(shown)
    found = []
    for n, span in enumerate(spans):
        start = 0 if n == 0 else _after(text, places[spans[n - 1].end - 1] + 1)
        last = places[span.end - 1] + 1
        end = len(text) if n + 1 == len(spans) else _after(text, last)
        said = _SPACE_BEFORE.sub("", shown[span.start : span.end])
        found.append(DraftSentence(text=said, cites=_cites(text[start:end])))
    return found


def _after(text: str, end: int) -> int:
    """Return where the citations end that stand behind a sentence."""
    match = _BESIDE.match(text, end)
    while match:
        end = match.end()
        match = _BESIDE.match(text, end)
    return end


def _cites(text: str) -> tuple[int, ...]:
    """Return the numbers cited in a text, each once, in order."""
    numbers = [int(n) for match in _CITED.finditer(text) for n in re.findall(r"\d+", match[1])]
    return tuple(dict.fromkeys(n for n in numbers if 0 < n <= MOST_CITED))


def _without_citations(text: str) -> tuple[str, list[int]]:
    """Return a text without its citations, and where each character of it stood."""
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for match in _CITED.finditer(text):
        cut = match.start()
        before = text[at:cut]
        following = text[match.end() : match.end() + 1]
        if before.endswith(" ") and (following.isspace() or following in (".", ",", ";", "")):
            before = before[:-1]
        pieces.append(before)
        places += range(at, at + len(before))
        at = match.end()
    pieces.append(text[at:])
    places += range(at, len(text))
    return "".join(pieces), places
