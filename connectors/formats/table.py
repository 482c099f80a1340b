"""Delimited tables: CSV and its relatives."""

from __future__ import annotations

import csv
import io
from collections import Counter

from connectors.formats.assemble import Assembler, title_of
from connectors.formats.damage import damage_skips
from connectors.formats.encoding import decode
from connectors.formats.rows import split_header, split_preamble
from rag.errors import SkipDocument
from rag.records import ElementKind, Parsed

DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 50


class TableParser:
    """Reads `.csv` and `.tsv`, whichever of the usual delimiters they use."""

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings it reads."""
        return frozenset({".csv", ".tsv"})

    @damage_skips()
    def parse(self, data: bytes, name: str) -> Parsed:
        """Return the rows as lines of `Header: cell | Header: cell`."""
        text = decode(data).replace("\0", "")
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)))
        except csv.Error:
            raise SkipDocument("the table cannot be read: broken quoting or a giant cell") from None
        preamble, rows_below = split_preamble([row for row in rows if any(map(str.strip, row))])
        header, body = split_header(rows_below)
        assembler = Assembler()
        for row in preamble:
            assembler.add(ElementKind.TEXT, " ".join(row))
        assembler.table(body, header=header)
        return assembler.parsed(title=title_of(name), media_type="text/csv")


def delimiter_of(text: str) -> str:
    """Return the delimiter that cuts the first rows most evenly into most cells."""
    return max(DELIMITERS, key=lambda delimiter: _evenness(text, delimiter))


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    try:
        for row, _ in zip(reader, range(_SAMPLE_ROWS), strict=False):
            widths[len(row)] += 1
    except csv.Error:
        return 0.0, 0
    widths.pop(0, None)
    if not widths:
        return 0.0, 0
    width, count = widths.most_common(1)[0]
    return (count / widths.total() if width > 1 else 0.0), width
