"""What stands on a page of a PDF: words with their boxes, and ruling lines. The home of pypdfium2.

Everything is measured in points from the top left corner of the page as it is displayed.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag.errors import SkipDocument
from rag.records import Box

if TYPE_CHECKING:
    import pypdfium2

_HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})  # how pdfium marks a hyphen that ends a line
_BOLD_WEIGHT = 600
_FORCE_BOLD = 1 << 18
_MOST_PATHS = 5000
_FEW_SEGMENTS = 6
_THIN = 2.0
_LONGEST_FONT_NAME = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word with how it is set."""

    text: str = field(repr=False)
    box: Box
    size: float
    bold: bool = False
    upright: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A straight line along one axis: at `at` on the other, from `start` to `end`."""

    across: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, numbered from 1."""

    number: int
    width: float
    height: float
    words: Sequence[Word]
    rules: Sequence[Rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The pages of a PDF, and the title and the days it states: of its change, of its making."""

    title: str = field(repr=False)
    days: tuple[str, ...] = field(repr=False)
    pages: Sequence[Page]


def read_pages(data: bytes) -> Contents:
    """Read every page, or raise `SkipDocument` if the file is encrypted or damaged."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", 0) == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise SkipDocument("the PDF is encrypted" if locked else "the PDF is damaged") from None
    with closing(document):
        title = document.get_metadata_value("Title")
        days = tuple(document.get_metadata_value(key) for key in ("ModDate", "CreationDate"))
        pages = [_read_page(document, index) for index in range(len(document))]
    return Contents(title=title, days=days, pages=pages)


def _read_page(document: pypdfium2.PdfDocument, index: int) -> Page:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        raise SkipDocument(f"page {index + 1} of the PDF is damaged") from None
    with closing(page):
        place = _Placement.of(page)
        with closing(page.get_textpage()) as text:
            words = list(_words(text, place))
        return Page(
            number=index + 1,
            width=place.width,
            height=place.height,
            words=words,
            rules=[rule for rule in _rules(page, place) if place.shows(rule)],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placement:
    """From the coordinates of a page's content to where a reader sees it."""

    left: float
    bottom: float
    width: float
    height: float
    rotation: int

    @classmethod
    def of(cls, page: pypdfium2.PdfPage) -> _Placement:
        left, bottom, _, _ = page.get_cropbox()
        width, height = page.get_size()
        rotation = page.get_rotation()
        return cls(left=left, bottom=bottom, width=width, height=height, rotation=rotation)

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        if self.rotation == 90:
            return y, x
        if self.rotation == 180:
            return self.width - x, y
        if self.rotation == 270:
            return self.width - y, self.height - x
        return x, self.height - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        (x0, y0), (x1, y1) = self.point(left, bottom), self.point(right, top)
        return Box(left=min(x0, x1), top=min(y0, y1), right=max(x0, x1), bottom=max(y0, y1))

    def shows(self, rule: Rule) -> bool:
        """Whether any of a line lies on the visible page."""
        across, along = (self.height, self.width) if rule.across else (self.width, self.height)
        return 0 <= rule.at <= across and rule.end > 0 and rule.start < along


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    size: float
    bold: bool
    angle: float


def _words(text: pypdfium2.PdfTextPage, place: _Placement) -> Iterator[Word]:
    from pypdfium2 import raw

    styles: dict[int, _Style] = {}
    start, letters = 0, list[int]()
    count = text.count_chars()
    for index in range(count + 1):
        code = raw.FPDFText_GetUnicode(text, index) if index < count else 0x20
        hyphen = code in _HYPHENS
        if not hyphen and (code <= 0x20 or code == 0xA0 or chr(min(code, 0x10FFFF)).isspace()):
            ended = True
        else:
            ended = hyphen
            if not letters:
                start = index
            letters.append(0x2D if hyphen else code)
        if ended and letters:
            last = index if hyphen else index - 1
            yield _word(text, letters, start, last, place, styles)
            letters = []


def _word(
    text: pypdfium2.PdfTextPage,
    letters: Sequence[int],
    start: int,
    last: int,
    place: _Placement,
    styles: dict[int, _Style],
) -> Word:
    from pypdfium2 import raw

    first_box, last_box = (text.get_charbox(index, loose=True) for index in (start, last))
    box = place.box(
        min(first_box[0], last_box[0]),
        min(first_box[1], last_box[1]),
        max(first_box[2], last_box[2]),
        max(first_box[3], last_box[3]),
    )
    owner = raw.FPDFText_GetTextObject(text, start)
    key = ctypes.cast(owner, ctypes.c_void_p).value or 0
    if key not in styles:
        styles[key] = _style(text, start)
    style = styles[key]
    turned = (style.angle - place.rotation) % 360
    return Word(
        text=_joined(letters),
        box=box,
        size=style.size,
        bold=style.bold,
        upright=turned < 20 or turned > 340,
    )


def _joined(letters: Sequence[int]) -> str:
    text = "".join(map(chr, letters))
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _style(text: pypdfium2.PdfTextPage, index: int) -> _Style:
    """Return the size a character has on the page, whether it is bold, and which way it runs."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    scale, angle = 1.0, 0.0
    if raw.FPDFText_GetMatrix(text, index, matrix):
        scale = math.hypot(matrix.c, matrix.d)
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) % 360
    name = ctypes.create_string_buffer(_LONGEST_FONT_NAME)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, name, _LONGEST_FONT_NAME, flags)
    bold = (
        b"bold" in name.value.lower()
        or raw.FPDFText_GetFontWeight(text, index) >= _BOLD_WEIGHT
        or bool(flags.value & _FORCE_BOLD)
    )
    size = raw.FPDFText_GetFontSize(text, index) * scale
    return _Style(size=round(size, 1), bold=bold, angle=angle)


def _rules(page: pypdfium2.PdfPage, place: _Placement) -> Iterator[Rule]:
    """Yield the straight lines of the page, drawn as lines or as thin or hollow rectangles."""
    from pypdfium2 import raw

    paths = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1)
    for _, path in zip(range(_MOST_PATHS), paths, strict=False):
        if raw.FPDFPath_CountSegments(path) <= _FEW_SEGMENTS:
            yield from _edges(place.box(*path.get_bounds()))
        else:
            yield from _segments(path, place)


def _edges(box: Box) -> Iterator[Rule]:
    width, height = box.right - box.left, box.bottom - box.top
    if height <= _THIN and width > _THIN:
        middle = (box.top + box.bottom) / 2
        yield Rule(across=True, at=middle, start=box.left, end=box.right)
    elif width <= _THIN and height > _THIN:
        middle = (box.left + box.right) / 2
        yield Rule(across=False, at=middle, start=box.top, end=box.bottom)
    elif width > _THIN:
        for at in (box.top, box.bottom):
            yield Rule(across=True, at=at, start=box.left, end=box.right)
        for at in (box.left, box.right):
            yield Rule(across=False, at=at, start=box.top, end=box.bottom)


def _segments(path: Any, place: _Placement) -> Iterator[Rule]:  # noqa: ANN401 - pypdfium2 is untyped
    """Yield the straight pieces of a path of many, such as a whole grid drawn at once."""
    from pypdfium2 import raw

    matrix = path.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    before: tuple[float, float] | None = None
    for index in range(min(raw.FPDFPath_CountSegments(path), _MOST_PATHS)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        if not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        here = place.point(*matrix.on_point(x.value, y.value))
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO and before:
            (x0, x1), (y0, y1) = sorted((before[0], here[0])), sorted((before[1], here[1]))
            box = Box(left=x0, top=y0, right=x1, bottom=y1)
            if min(x1 - x0, y1 - y0) <= _THIN:
                yield from _edges(box)
        before = here
