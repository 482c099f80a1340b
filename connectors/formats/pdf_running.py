"""Running headers and footers of a PDF: what stands at the margins of its pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.formats.pdf_lines import line_text, lines_of, union
from connectors.formats.pdf_page import Page, Word
from connectors.formats.pdf_paragraphs import usual_size
from rag.records import Box

_MARGIN = 0.09  # of the height
_SHARE_OF_PAGES = 0.3
_SMALL = 0.9
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.)?\s*[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:of|/|von)\s*\d{1,4})?", re.IGNORECASE
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """A line at the top or the bottom of a page."""

    words: Sequence[Word] = field(repr=False)
    box: Box
    above: bool

    @property
    def text(self) -> str:
        """What it says."""
        return line_text(self.words)

    @property
    def key(self) -> tuple[str, int]:
        """What it says whatever the numbers in it, and at what height."""
        return _DIGITS.sub("#", self.text), round(self.box.top / 6)


def running_lines(pages: Sequence[Page], body: float) -> dict[int, list[Margin]]:
    """Return by page number the lines that repeat, count pages or are set small, at its margins."""
    margins = {page.number: _margins(page) for page in pages}
    times = Counter(key for lines in margins.values() for key in {line.key for line in lines})
    needed = max(2, _SHARE_OF_PAGES * len(pages))
    numbers = _numbers_under_text(pages)
    return {
        number: [
            *(
                line
                for line in lines
                if times[line.key] >= needed
                or _PAGE_NUMBER.fullmatch(line.text)
                or (len(pages) == 1 and usual_size(line.words) <= _SMALL * body)
            ),
            *numbers.get(number, ()),
        ]
        for number, lines in margins.items()
    }


def _margins(page: Page) -> list[Margin]:
    return [line for line in _lines(page) if line.above or line.box.top > _foot(page)]


def _numbers_under_text(pages: Sequence[Page]) -> dict[int, list[Margin]]:
    """Return the page numbers of pages that end early, where they stand right under the text."""
    found: dict[int, tuple[int, Margin]] = {}
    for page in pages:
        inner = [line for line in _lines(page) if not line.above and line.box.top <= _foot(page)]
        if inner and _BARE_NUMBER.fullmatch(inner[-1].text):
            found[page.number] = (int(inner[-1].text) - page.number, inner[-1])
    offsets = Counter(offset for offset, _ in found.values())
    return {number: [line] for number, (offset, line) in found.items() if offsets[offset] > 1}


def _foot(page: Page) -> float:
    return (1 - _MARGIN) * page.height


def _lines(page: Page) -> list[Margin]:
    head = _MARGIN * page.height
    lines = lines_of([word for word in page.words if word.upright])
    boxes = [union(word.box for word in line) for line in lines]
    return [
        Margin(words=line, box=box, above=box.bottom < head)
        for line, box in zip(lines, boxes, strict=True)
    ]
