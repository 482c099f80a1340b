"""From pieces to a document: one text, and exact ranges of each element and its headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from connectors.formats.rows import labelled_rows
from rag.errors import SkipDocument
from rag.records import Box, Element, ElementKind, Parsed, Span

SEPARATOR = "\n\n"
ROWS_OF_A_TABLE = 40
_LONGEST_TITLE = 200
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# Controls, halves of surrogate pairs and characters that are none; a byte order mark mid-text.
_NO_CHARACTER = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\ufdd0-\ufdef]"
)


def clean(text: str) -> str:
    """Return `text` in NFC without control characters, one space between words, no empty lines."""
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    lines = (" ".join(line.split()) for line in _NO_CHARACTER.sub("", text).split("\n"))
    return "\n".join(line for line in lines if line)


def clean_line(text: str) -> str:
    """Return `text` cleaned, all on one line."""
    return clean(text).replace("\n", " ")


def title_of(name: str) -> str:
    """Make a title of a file's name, for documents that have none of their own."""
    return clean_line(re.sub(r"[-_]+", " ", PurePosixPath(name).stem)) or "untitled"


@dataclass(slots=True)
class _Heading:
    level: int
    span: Span


@dataclass(slots=True)
class Assembler:
    """Collects the pieces of a document in reading order.

    Levels of headings count from 1, outermost first; a heading ends those of its level and below.
    """

    _texts: list[str] = field(default_factory=list)
    _elements: list[Element] = field(default_factory=list)
    _above: list[_Heading] = field(default_factory=list)
    _length: int = 0

    def add(
        self, kind: ElementKind, text: str, *, page: int | None = None, box: Box | None = None
    ) -> None:
        """Add a piece under the headings so far; one without any text is left out."""
        self._append(kind, clean(text), page, box)

    def heading(
        self, text: str, *, level: int, page: int | None = None, box: Box | None = None
    ) -> None:
        """Add a heading and put what follows under it."""
        line = clean_line(text)
        if not line:
            return
        self.close_headings(level)
        span = self._append(ElementKind.TITLE, line, page, box)
        self._above.append(_Heading(level=level, span=span))

    def close_headings(self, level: int) -> None:
        """End the headings of `level` and below."""
        self._above = [heading for heading in self._above if heading.level < level]

    def table(
        self,
        rows: Iterable[Sequence[str]],
        *,
        header: Sequence[str] = (),
        page: int | None = None,
        box: Box | None = None,
    ) -> None:
        """Add a table with each row as a line of `Header: cell | Header: cell`."""
        cells = [[clean_line(cell) for cell in row] for row in rows]
        lines = labelled_rows(cells, header=[clean_line(name) for name in header])
        for start in range(0, len(lines), ROWS_OF_A_TABLE):
            block = "\n".join(lines[start : start + ROWS_OF_A_TABLE])
            self._append(ElementKind.TABLE, block, page, box)

    def include(self, parsed: Parsed, *, level: int) -> None:
        """Add another document, such as an attachment, with its headings below `level`."""
        for element in parsed.elements:
            text = parsed.text[element.start : element.end]
            own = level + 1 + len(element.headings)
            if element.kind is ElementKind.TITLE:
                self.heading(text, level=own, page=element.page, box=element.box)
            else:
                self.close_headings(own)
                self.add(element.kind, text, page=element.page, box=element.box)

    def first_heading(self) -> str:
        """Return the first heading, or nothing."""
        for text, element in zip(self._texts, self._elements, strict=True):
            if element.kind is ElementKind.TITLE:
                return text
        return ""

    def parsed(
        self, *, title: str, media_type: str, metadata: Mapping[str, str] | None = None
    ) -> Parsed:
        """Return the document, or raise `SkipDocument` if there is no text in it."""
        if not self._elements:
            raise SkipDocument("holds no text")
        facts = {key: clean_line(value) for key, value in (metadata or {}).items()}
        return Parsed(
            text=SEPARATOR.join(self._texts),
            title=clean_line(title)[:_LONGEST_TITLE].strip(),
            elements=tuple(self._elements),
            media_type=media_type,
            metadata={key: value for key, value in facts.items() if value},
        )

    def _append(self, kind: ElementKind, text: str, page: int | None, box: Box | None) -> Span:
        start = self._length
        span = Span(start=start, end=start + len(text))
        if text:
            above = tuple(heading.span for heading in self._above)
            self._texts.append(text)
            self._elements.append(
                Element(
                    kind=kind, start=span.start, end=span.end, page=page, box=box, headings=above
                )
            )
            self._length = span.end + len(SEPARATOR)
        return span
