"""From lines to paragraphs, headings and lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from connectors.formats.pdf_lines import Segment, Table, by_line, line_text, union
from connectors.formats.pdf_page import Word
from connectors.formats.pdf_tables import aligned_tables
from rag.records import Box

_STEP = 1.18  # times the usual step from line to line: a gap between paragraphs
_LEADING = 1.35
_INDENT = 6.0
_SPACE = 0.6
_SHORT = 0.85  # of the width: a line that ends before was ended on purpose
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")
BULLET = re.compile(r"[•‣◦▪●○■□–·\uf0b7\uf0a7*-]\s+")
_ITEM = re.compile(r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+\S")
_LONGEST_HEADING = 160
_LONGEST_CAPITALS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a column."""

    text: str = field(repr=False)
    box: Box
    size: float
    bold: bool
    first_word: float  # how wide it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph or a table, with the page it begins on."""

    page: int
    box: Box
    lines: Sequence[Line] = ()
    table: Table | None = None
    opens_column: bool = False
    fills_width: bool = False  # its last line runs to the end of its column

    @property
    def size(self) -> float:
        """The size of its letters."""
        return max((line.size for line in self.lines), default=0.0)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return bool(self.lines) and all(line.bold for line in self.lines)


def blocks_of(column: Sequence[Segment], page: int) -> list[Block]:
    """Cut one column into paragraphs and tables, top to bottom."""
    drawn = sorted((s for s in column if s.table is not None), key=lambda s: s.box.top)
    texts = by_line([segment for segment in column if segment.table is None])
    blocks: list[Block] = []
    for segment in [*drawn, None]:
        end = segment.box.top if segment else float("inf")
        above = [line for line in texts if line[0].box.top < end]
        texts = texts[len(above) :]
        blocks += _paragraphs_and_tables(above, page)
        if segment is not None:
            blocks.append(Block(page=page, box=segment.box, table=segment.table))
    if blocks:
        blocks[0] = replace(blocks[0], opens_column=True)
    return blocks


def _paragraphs_and_tables(lines: Sequence[Sequence[Segment]], page: int) -> list[Block]:
    blocks: list[Block] = []
    run: list[Line] = []
    for entry in aligned_tables(lines):
        if isinstance(entry, Table):
            blocks += _paragraphs(run, page)
            run = []
            blocks.append(Block(page=page, box=entry.box, table=entry))
        else:
            run.append(_line(entry))
    return blocks + _paragraphs(run, page)


def _line(segments: Sequence[Segment]) -> Line:
    words = [word for segment in segments for word in segment.words]
    return Line(
        text=line_text(words),
        box=union(word.box for word in words),
        size=usual_size(words),
        bold=all(word.bold for word in words if any(map(str.isalnum, word.text))),
        first_word=words[0].box.right - words[0].box.left,
    )


def usual_size(words: Iterable[Word]) -> float:
    """Return the size most letters have."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _paragraphs(lines: Sequence[Line], page: int) -> list[Block]:
    if not lines:
        return []
    column = union(line.box for line in lines)
    steps = [b.box.bottom - a.box.bottom for a, b in pairwise(lines)]
    usual = _Usual(
        step=min(median(steps), 2 * median(line.size for line in lines)) if steps else 0.0,
        size=median(line.size for line in lines),
        right=column.right,
    )
    groups = [[lines[0]]]
    for before, line in pairwise(lines):
        if _begins(before, line, usual, first=groups[-1][0]):
            groups.append([])
        groups[-1].append(line)
    width = column.right - column.left
    return [
        Block(
            page=page,
            box=union(line.box for line in group),
            lines=group,
            fills_width=group[-1].box.right > column.left + _SHORT * width,
        )
        for group in groups
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Usual:
    """What is usual in a column: the step from line to line, the size, where lines end."""

    step: float
    size: float
    right: float


def _begins(before: Line, line: Line, usual: _Usual, *, first: Line) -> bool:
    """Whether a paragraph begins with `line`."""
    step = max(usual.step, line.size)
    if line.size > usual.size:
        step = max(step, _LEADING * line.size)  # a heading of several lines
    if line.box.bottom - before.box.bottom > _STEP * step:
        return True
    if abs(line.size - before.size) > 0.6 or line.bold is not before.bold:
        return True
    if BULLET.match(line.text) or _ITEM.match(line.text):
        return True
    if _SENTENCE_END.search(before.text) is None:
        return False
    indented = line.box.left - before.box.left > _INDENT and before is not first
    room = usual.right - before.box.right > line.first_word + _SPACE * line.size
    return indented or (room and not line.text[:1].islower())


def is_item(block: Block) -> bool:
    """Whether a paragraph is an item of a list."""
    return bool(block.lines) and BULLET.match(block.lines[0].text) is not None


def is_heading(block: Block, body: float) -> bool:
    """Whether a paragraph is a heading: larger, bold or in capitals, short, and no sentence."""
    text = " ".join(line.text for line in block.lines)
    letters = [letter for letter in text if letter.isalpha()]
    if not letters or len(text) > _LONGEST_HEADING or is_item(block):
        return False
    if block.size >= 1.12 * body:
        return True
    if text.endswith((".", ",", ";", ":")) or block.size < 0.9 * body:
        return False
    capitals = len(letters) > 3 and text.isupper() and len(text) <= _LONGEST_CAPITALS
    return block.bold or (capitals and len(block.lines) == 1)


def continues(before: Block, block: Block) -> bool:
    """Whether a paragraph goes on from the foot of one column or page at the head of the next."""
    if not (block.opens_column and before.lines and block.lines) or is_item(block):
        return False
    if abs(before.size - block.size) > 0.6 or before.bold is not block.bold:
        return False
    last, first = before.lines[-1].text, block.lines[0].text
    if _SENTENCE_END.search(last) or _ITEM.match(first):
        return False
    return first[:1].islower() or last.endswith(("-", ",")) or before.fills_width


def joined(lines: Sequence[Line], vocabulary: frozenset[str]) -> str:
    """Join lines to a paragraph; a hyphen stays if it is the word's own.

    It is the word's own if the document writes the word so within a line, or if the word has
    another hyphen; it goes if the rest begins with a small letter.
    """
    text = ""
    for line in lines:
        head, _, tail = text.rpartition(" ")
        first = line.text.split(maxsplit=1)[0] if line.text.split() else ""
        if not text:
            text = line.text
        elif tail.endswith("-") and len(tail) > 1 and tail[-2].isalpha() and first[:1].isalpha():
            whole = f"{tail}{first}" if _keeps(tail, first, vocabulary) else f"{tail[:-1]}{first}"
            text = f"{head} {whole}{line.text[len(first) :]}".lstrip()
        else:
            text = f"{text} {line.text}"
    return text


def _keeps(tail: str, first: str, vocabulary: frozenset[str]) -> bool:
    kept, closed = (bare(word) for word in (f"{tail}{first}", f"{tail[:-1]}{first}"))
    if kept in vocabulary or closed in vocabulary:
        return kept in vocabulary
    return not first[0].islower() or "-" in tail[:-1]


def bare(word: str) -> str:
    """Return a word without the punctuation around it, in small letters."""
    return word.strip(".,;:!?()[]\"'“”‘’").casefold()
