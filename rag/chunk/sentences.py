"""Where sentences begin and end, as exact character ranges.

Rows of tables and items of lists stand on lines of their own and count as sentences. No model
and no download: rules for the ends of sentences, and a list of what only looks like one.
"""

from __future__ import annotations

import re

from rag.records import Span

# Not after these: titles, references and Latin that are written with a full stop. Units are left
# out: a capital after `5 mg.` begins a sentence.
_WORDS = """
    mr mrs ms dr prof st jr sr no nos art arts sec para paras cl ch fig figs eq vs v cf e.g i.e al
    approx ca inc ltd llc plc co corp dept est ext vol pp p ed eds rev ref tel min max u.s u.k e.u
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
"""
_ABBREVIATIONS = frozenset(_WORDS.split())
_END = re.compile(r"[.!?…。！？]+[\"'”’)\]]*(?=\s|$)")
_WORD_BEFORE = re.compile(r"([\w.]+)$")


def sentence_spans(text: str) -> list[Span]:
    """Return the sentences of `text` in order, without the white space around them."""
    spans: list[Span] = []
    start = 0
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for end in _ends_in(line.group()):
            _add(spans, text, start, line.start() + end)
            start = line.start() + end
        _add(spans, text, start, line.end())
    return spans


def split_sentences(text: str) -> list[str]:
    """Cut `text` after each sentence; the pieces joined are the text again."""
    pieces = []
    start = 0
    for span in sentence_spans(text)[1:]:
        pieces.append(text[start : span.start])
        start = span.start
    pieces.append(text[start:])
    return pieces


def _ends_in(line: str) -> list[int]:
    """Return where sentences end within one line."""
    return [match.end() for match in _END.finditer(line) if _is_end(line, match)]


def _is_end(line: str, match: re.Match[str]) -> bool:
    rest = line[match.end() :].lstrip()
    if not rest:
        return False  # the line ends here anyway
    if rest[0].islower():
        return False
    if match.group()[0] != ".":
        return True
    word = _WORD_BEFORE.search(line[: match.start()])
    if word is None:
        return True
    last = word.group(1).casefold()
    initial = len(last) == 1 and word.group(1).isupper()  # `1.5 g. Then` ends, `J. Bach` does not
    numbering = last.replace(".", "").isdigit() and not line[: word.start()].strip()
    return not (last in _ABBREVIATIONS or initial or numbering)


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    if end > start:
        spans.append(Span(start=start, end=end))
