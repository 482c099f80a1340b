"""Tables of a PDF page, from their ruling lines or from cells that stand in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from connectors.formats.pdf_lines import Segment, Table, line_text, lines_of, union
from connectors.formats.pdf_page import Page, Rule, Word
from rag.records import Box

_NEAR = 3.0
_FEWEST = 3  # lines each way: two rows, two columns; or rows, where no lines are drawn
_MOST_RULES = 1500
_WIDEST_STEP = 1.2
_MOST_WORDS = 5
_FILLED = 0.7
_MOST_GOING_ON = 0.15
_GOES_ON = "•▪–,;"


def ruled_tables(page: Page) -> tuple[list[Table], list[Word]]:
    """Return the tables drawn with lines, and the words that stand in none of them."""
    tables: list[Table] = []
    words = list(page.words)
    if len(page.rules) > _MOST_RULES:
        return tables, words  # a drawing; looking for a grid in it would take seconds
    for rules in _connected(page.rules):
        across = _distinct(rule.at for rule in rules if rule.across)
        down = _distinct(rule.at for rule in rules if not rule.across)
        if len(across) < _FEWEST or len(down) < _FEWEST:
            continue
        box = Box(left=down[0], top=across[0], right=down[-1], bottom=across[-1])
        inside = [word for word in words if word.upright and _within(word, box)]
        rows = _rows(inside, across, down, [rule for rule in rules if not rule.across])
        if sum(len([cell for cell in row if cell]) > 1 for row in rows) < 2:
            continue  # a frame or a form, but no table
        tables.append(Table(rows=rows, box=box, columns=down[:-1]))
        taken = set(map(id, inside))
        words = [word for word in words if id(word) not in taken]
    return tables, words


def _connected(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Yield groups of lines that touch each other."""
    left = list(rules)
    while left:
        group = [left.pop()]
        for member in group:
            touching = [rule for rule in left if _touch(member, rule)]
            if touching:
                group += touching
                taken = set(map(id, touching))
                left = [rule for rule in left if id(rule) not in taken]
        yield group


def _touch(one: Rule, other: Rule) -> bool:
    if one.across is other.across:
        return (
            abs(one.at - other.at) <= _NEAR
            and one.start <= other.end + _NEAR
            and other.start <= one.end + _NEAR
        )
    return (
        other.start - _NEAR <= one.at <= other.end + _NEAR
        and one.start - _NEAR <= other.at <= one.end + _NEAR
    )


def _distinct(places: Iterator[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def _within(word: Word, box: Box) -> bool:
    x, y = (word.box.left + word.box.right) / 2, (word.box.top + word.box.bottom) / 2
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _rows(
    words: Sequence[Word], across: Sequence[float], down: Sequence[float], verticals: Sequence[Rule]
) -> list[list[str]]:
    rows = []
    for top, bottom in pairwise(across):
        middle = (top + bottom) / 2
        band = [word for word in words if top <= (word.box.top + word.box.bottom) / 2 < bottom]
        # A cell that spans columns has no line between them at this height.
        crossing = _distinct(
            rule.at for rule in verticals if rule.start - _NEAR <= middle <= rule.end + _NEAR
        )
        cells = _cells(band, crossing, down)
        if any(cells):
            rows.append(cells)
    return rows


def _cells(band: Sequence[Word], crossing: Sequence[float], down: Sequence[float]) -> list[str]:
    cells: list[list[Word]] = [[] for _ in down[1:]]
    for word in band:
        middle = (word.box.left + word.box.right) / 2
        left = max((at for at in crossing if at <= middle), default=down[0])
        column = sum(at < left - _NEAR for at in down)
        cells[min(column, len(cells) - 1)].append(word)
    return [" ".join(map(line_text, lines_of(words))) for words in cells]


def aligned_tables(lines: Sequence[Sequence[Segment]]) -> list[Table | Sequence[Segment]]:
    """Put a table in the place of every run of lines whose pieces stand in columns."""
    found: list[Table | Sequence[Segment]] = []
    run: list[Sequence[Segment]] = []
    for line in lines:
        if not _continues(run, line):
            found += _closed(run)
            run = []
        if run or len(line) > 1:
            run.append(line)
        else:
            found.append(line)
    return [*found, *_closed(run)]


def _continues(run: Sequence[Sequence[Segment]], line: Sequence[Segment]) -> bool:
    """Whether a line can be a row of the run, or the second line of a cell in its last row."""
    if not run:
        return False
    last = union(segment.box for segment in run[-1])
    step = last.bottom - last.top
    if min(segment.box.top for segment in line) - last.bottom > _WIDEST_STEP * step:
        return False
    columns = _column_spans([*run, line])
    if len(columns) < 2 or len(columns) < len(_column_spans(run)):
        return False
    return len(line) > 1 or line[0].box.left > columns[0][1]


def _closed(run: Sequence[Sequence[Segment]]) -> list[Table | Sequence[Segment]]:
    full = [line for line in run if len(line) > 1]
    pieces = [segment for line in full for segment in line]
    words = sum(len(segment.words) for segment in pieces)
    if len(full) < _FEWEST or words > _MOST_WORDS * len(pieces):
        return list(run)
    columns = _column_spans(run)
    rows: list[list[str]] = []
    for line in run:
        if len(line) > 1 or not rows:
            rows.append(["" for _ in columns])
        for segment in line:
            column = next(n for n, (_, end) in enumerate(columns) if segment.box.right <= end)
            rows[-1][column] = f"{rows[-1][column]} {line_text(segment.words)}".strip()
    if not _is_tabular(rows):
        return list(run)
    box = union(segment.box for line in run for segment in line)
    return [Table(rows=rows, box=box, columns=[start for start, _ in columns])]


def _is_tabular(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are records: most cells filled, and few that go on from the line above.

    Without drawn lines nobody can say where a cell of several lines ends; such a table is left
    as lines of text, since wrongly joined cells would state what the document does not.
    """
    cells = [cell for row in rows for cell in row if cell]
    going_on = sum(cell[0].islower() or cell[0] in _GOES_ON for cell in cells)
    filled = len(cells) >= _FILLED * sum(map(len, rows))
    return filled and going_on <= _MOST_GOING_ON * len(cells)


def _column_spans(lines: Sequence[Sequence[Segment]]) -> list[tuple[float, float]]:
    """Return the ranges of the page's width that the pieces of all lines cover together."""
    spans: list[tuple[float, float]] = []
    for segment in sorted((s for line in lines for s in line), key=lambda s: s.box.left):
        left, right = segment.box.left, segment.box.right
        if spans and left < spans[-1][1] + _NEAR:
            spans[-1] = (spans[-1][0], max(right, spans[-1][1]))
        else:
            spans.append((left, right))
    return spans
