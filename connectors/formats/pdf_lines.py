"""From words to lines, and from lines to columns: the reading order of a page."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from connectors.formats.pdf_page import Word
from rag.records import Box

_SAME_LINE = 0.5
_GAP = 1.0  # in sizes of the font: wider than between words
_NARROWEST_GUTTER = 6.0
_FEWEST_LINES = 3
_WORDS_OF_PROSE = 3.5
_MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The cells of a table by row, where it stands, and where its columns begin."""

    rows: Sequence[Sequence[str]] = field(repr=False)
    box: Box
    columns: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Words of one line with no wide gap between them; or a whole table in their place."""

    words: Sequence[Word] = field(repr=False)
    box: Box
    table: Table | None = None


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around some."""
    found = list(boxes)
    return Box(
        left=min(box.left for box in found),
        top=min(box.top for box in found),
        right=max(box.right for box in found),
        bottom=max(box.bottom for box in found),
    )


def lines_of(words: Sequence[Word]) -> list[list[Word]]:
    """Group words by line, top to bottom, each line in reading order."""
    lines: list[list[Word]] = []
    bands: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda word: (word.box.top, word.box.left)):
        for index in range(len(lines) - 1, max(len(lines) - 4, -1), -1):
            if _overlap(word.box, bands[index]):
                lines[index].append(word)
                break
        else:
            lines.append([word])
            bands.append((word.box.top, word.box.bottom))
    return [_in_order(line) for line in lines]


def _overlap(box: Box, band: tuple[float, float]) -> bool:
    shared = min(box.bottom, band[1]) - max(box.top, band[0])
    return shared >= _SAME_LINE * min(box.bottom - box.top, band[1] - band[0])


def _in_order(line: list[Word]) -> list[Word]:
    """Sort by place, from the right where most letters are of a script that runs that way."""
    letters = "".join(word.text for word in line)
    directions = Counter(map(unicodedata.bidirectional, letters))
    leftward = directions["R"] + directions["AL"] > directions["L"]
    return sorted(line, key=lambda word: -word.box.right if leftward else word.box.left)


def line_text(line: Sequence[Word]) -> str:
    """Return the words of a line with a space where there is room for one."""
    text = ""
    before: Word | None = None
    for word in line:
        tight = before is not None and _distance(before.box, word.box) < 0.08 * word.size
        text += word.text if before is None or tight else f" {word.text}"
        before = word
    return text


def _distance(one: Box, other: Box) -> float:
    return max(other.left - one.right, one.left - other.right)


def segments_of(words: Sequence[Word]) -> list[Segment]:
    """Cut lines at wide gaps."""
    segments = []
    for line in lines_of(words):
        run: list[Word] = []
        for word in line:
            if run and _distance(run[-1].box, word.box) > _GAP * max(word.size, run[-1].size):
                segments.append(_segment(run))
                run = []
            run.append(word)
        segments.append(_segment(run))
    return segments


def _segment(words: list[Word]) -> Segment:
    return Segment(words=words, box=union(word.box for word in words))


def columns_of(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Return the parts of a page in reading order, each of one column.

    A gutter is looked for where many lines begin. What crosses it, such as a title over both
    columns, cuts the page into bands; each band is read down its left side, then its right.
    """
    gutter = _gutter(segments)
    if gutter is None:
        return [list(segments)] if segments else []
    parts: list[list[Segment]] = []
    plain: list[Segment] = []
    for left, right, crossing in _bands(segments, gutter):
        if left and right:
            if plain:
                parts.append(plain)
                plain = []
            parts += [*columns_of(left), *columns_of(right)]
        else:
            plain += left or right
        plain += crossing
    return [*parts, plain] if plain else parts


_Band = tuple[list[Segment], list[Segment], list[Segment]]


def _bands(segments: Sequence[Segment], gutter: float) -> list[_Band]:
    """Cut at what crosses the gutter: what is left and right of it, and the crossing below."""
    bands: list[_Band] = [([], [], [])]
    for segment in sorted(segments, key=lambda segment: segment.box.top):
        left, right, crossing = bands[-1]
        if segment.box.right <= gutter:
            side = left
        elif segment.box.left >= gutter:
            side = right
        else:
            crossing.append(segment)
            continue
        if crossing:
            bands.append(([], [], []))
            side = bands[-1][0] if side is left else bands[-1][1]
        side.append(segment)
    return bands


def _gutter(segments: Sequence[Segment]) -> float | None:
    """Return where a gutter between columns of prose runs, if there is one."""
    if len(segments) < 2 * _FEWEST_LINES:
        return None
    whole = union(segment.box for segment in segments)
    starts = Counter(round(segment.box.left / 2) * 2 for segment in segments)
    near, far = (whole.left + share * (whole.right - whole.left) for share in (0.15, 0.85))
    candidates = [
        start - 2.0
        for start, count in starts.most_common(_MOST_CANDIDATES)
        if near < start < far and count >= _FEWEST_LINES
    ]
    scored = [(_score(segments, gutter), gutter) for gutter in candidates]
    best, gutter = max(scored, default=(0, 0.0))
    return gutter if best >= max(2 * _FEWEST_LINES, 0.3 * len(segments)) else None


def _score(segments: Sequence[Segment], gutter: float) -> int:
    """Count the lines that stand in bands with prose on both sides."""
    return sum(
        len(left) + len(right)
        for left, right, _ in _bands(segments, gutter)
        if _is_prose(left) and _is_prose(right) and _side_by_side(left, right)
    )


def _is_prose(side: Sequence[Segment]) -> bool:
    lines = [len(segment.words) for segment in side if segment.table is None]
    return len(lines) >= _FEWEST_LINES and sum(lines) >= _WORDS_OF_PROSE * len(lines)


def _side_by_side(left: Sequence[Segment], right: Sequence[Segment]) -> bool:
    one, other = (union(segment.box for segment in side) for side in (left, right))
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    lower = min(one.bottom - one.top, other.bottom - other.top)
    return other.left - one.right >= _NARROWEST_GUTTER and shared >= 0.5 * lower


def by_line(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Put segments of one line together again, top to bottom."""
    owner = {id(word): segment for segment in segments for word in segment.words}
    lines = lines_of([word for segment in segments for word in segment.words])
    found: list[list[Segment]] = []
    for line in lines:
        mine = {id(owner[id(word)]): owner[id(word)] for word in line}
        found.append(list(mine.values()))
    return found
