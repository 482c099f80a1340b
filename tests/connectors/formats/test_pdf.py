"""PDF: reading order, headings, running lines, tables, pages and boxes."""

import io

import pytest

from connectors.formats.pdf import PdfParser
from rag.errors import SkipDocument
from rag.records import ElementKind
from rag.testing.parser_contract import ParserContract, Sample

WIDTH, HEIGHT = 595, 842
LOREM = (
    "The committee meets on the second Tuesday of each month and decides on every change of the "
    "list, after it has heard the ward that asked for it and the pharmacist who knows the price."
)


class Sheet:
    """Draws text at places measured from the top left corner."""

    def __init__(self, **options: object) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=(WIDTH, HEIGHT), invariant=1, **options)

    def text(self, x: float, y: float, text: str, size: float = 10, *, bold: bool = False) -> None:
        self.canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        self.canvas.drawString(x, HEIGHT - y, text)

    def prose(self, x: float, y: float, text: str, width: float = 480, size: float = 10) -> float:
        from reportlab.lib.utils import simpleSplit

        for line in simpleSplit(text, "Helvetica", size, width):
            self.text(x, y, line, size)
            y += 1.3 * size
        return y

    def grid(self, x: float, y: float, widths: list[float], rows: list[list[str]]) -> float:
        height = 18
        for row, cells in enumerate(rows):
            left = x
            for width, cell in zip(widths, cells, strict=True):
                self.text(left + 4, y + row * height + 12, cell, 9, bold=row == 0)
                left += width
        lefts = [x + sum(widths[:n]) for n in range(len(widths) + 1)]
        tops = [HEIGHT - y - n * height for n in range(len(rows) + 1)]
        self.canvas.grid(lefts, tops)
        return y + len(rows) * height

    def next(self) -> None:
        self.canvas.showPage()

    def bytes(self) -> bytes:
        self.canvas.save()
        return self._buffer.getvalue()


def simple() -> bytes:
    sheet = Sheet()
    sheet.text(56, 80, "Hospital formulary", 18, bold=True)
    sheet.text(56, 110, "Purpose", 13, bold=True)
    sheet.prose(56, 130, LOREM)
    return sheet.bytes()


class TestPdfParser(ParserContract):
    @pytest.fixture(autouse=True)
    def _samples(self, monkeypatch):
        sample = Sample(name="a.pdf", data=simple(), words="The committee meets on the second")
        monkeypatch.setattr(type(self), "samples", (sample,))

    @pytest.fixture
    def parser(self):
        return PdfParser()


def parse(data: bytes):
    return PdfParser().parse(data, "list-of-medicines.pdf")


def pieces(data: bytes) -> list[tuple[ElementKind, str]]:
    parsed = parse(data)
    return [(e.kind, parsed.text[e.start : e.end]) for e in parsed.elements]


def test_lines_become_paragraphs_under_headings_by_size():
    parsed = parse(simple())
    assert pieces(simple()) == [
        (ElementKind.TITLE, "Hospital formulary"),
        (ElementKind.TITLE, "Purpose"),
        (ElementKind.TEXT, LOREM),
    ]
    above = [parsed.text[s.start : s.end] for s in parsed.elements[2].headings]
    assert above == ["Hospital formulary", "Purpose"]
    assert parsed.title == "Hospital formulary"


def test_boxes_are_in_points_from_the_top_left_corner():
    title = parse(simple()).elements[0]
    assert title.page == 1
    assert title.box is not None
    assert title.box.left == pytest.approx(56, abs=1)
    assert 60 < title.box.top < 70
    assert 80 < title.box.bottom < 88
    assert 200 < title.box.right < 230


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_on_a_turned_page_boxes_are_where_the_reader_sees_them(rotation):
    sheet = Sheet()
    sheet.canvas.setPageRotation(rotation)
    # Upright for the reader: the writing turns with the page, whose sides reportlab swaps.
    sheet.canvas.translate(*{90: (HEIGHT, 0), 180: (WIDTH, HEIGHT), 270: (0, WIDTH)}[rotation])
    sheet.canvas.rotate(rotation)
    sheet.canvas.setFont("Helvetica", 10)
    sheet.canvas.drawString(100, HEIGHT - 200, "First words of the page.")
    sheet.canvas.drawString(100, HEIGHT - 213, "second line of the same.")
    (element,) = parse(sheet.bytes()).elements
    assert element.box is not None
    assert element.box.left == pytest.approx(100, abs=2)
    assert element.box.top == pytest.approx(191, abs=3)
    assert element.box.bottom == pytest.approx(215, abs=3)


def test_two_columns_are_read_one_after_the_other_below_the_title():
    sheet = Sheet()
    sheet.text(56, 80, "A title that runs over both of the columns of this page", 16, bold=True)
    left, right = (f"{side} column. {LOREM} {LOREM}" for side in ("Left", "Right"))
    sheet.prose(56, 120, left, width=230)
    sheet.prose(308, 127, right, width=230)
    assert [text for _, text in pieces(sheet.bytes())][1:] == [left, right]


def test_three_columns_are_read_one_after_the_other():
    sheet = Sheet()
    texts = [f"Column {n}. {LOREM}" for n in ("one", "two", "three")]
    for number, text in enumerate(texts):
        sheet.prose(40 + 180 * number, 100, text, width=160)
    assert [text for _, text in pieces(sheet.bytes())] == texts


def test_a_paragraph_goes_on_over_columns_and_pages():
    sheet = Sheet()
    sheet.prose(56, 100, LOREM + " The list is printed")
    sheet.next()
    sheet.prose(56, 100, "twice a year. The end.")
    parsed = parse(sheet.bytes())
    assert parsed.text == LOREM + " The list is printed twice a year. The end."
    assert [element.page for element in parsed.elements] == [1]


def test_running_headers_and_footers_are_kept_as_such():
    sheet = Sheet()
    for page in (1, 2, 3):
        sheet.text(56, 34, "St. Brannoc Clinic - internal", 10)
        sheet.prose(56, 100, f"{LOREM} This is page {page} of it.")
        sheet.text(500, 815, f"Page {page}", 10)
        sheet.next()
    found = pieces(sheet.bytes())
    headers = [text for kind, text in found if kind is ElementKind.HEADER]
    assert headers == [
        text for page in (1, 2, 3) for text in ("St. Brannoc Clinic - internal", f"Page {page}")
    ]
    assert sum(kind is ElementKind.TEXT for kind, _ in found) == 3


def test_text_at_the_margin_of_a_single_page_is_text_unless_set_small():
    sheet = Sheet()
    sheet.text(56, 40, "Dear reader, this letter begins high up.", 10)
    sheet.prose(56, 100, LOREM)
    sheet.text(56, 815, "Registered in Norrvik", 7)
    assert [kind for kind, _ in pieces(sheet.bytes())] == [
        ElementKind.TEXT,
        ElementKind.TEXT,
        ElementKind.HEADER,
    ]


ROWS = [["Drug", "Dose", "How often"], ["Metformin", "500 mg", "twice"], ["Ramipril", "", "once"]]
ROWS_READ = "Drug: Metformin | Dose: 500 mg | How often: twice\nDrug: Ramipril | How often: once"


def test_a_ruled_table_is_rows_with_headers():
    sheet = Sheet()
    sheet.prose(56, 100, LOREM)
    sheet.grid(56, 200, [150, 100, 150], ROWS)
    sheet.prose(56, 300, LOREM)
    assert pieces(sheet.bytes()) == [
        (ElementKind.TEXT, LOREM),
        (ElementKind.TABLE, ROWS_READ),
        (ElementKind.TEXT, LOREM),
    ]


def test_a_table_drawn_as_separate_boxes_is_a_table():
    sheet = Sheet()
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            sheet.canvas.rect(56 + 120 * column, HEIGHT - 200 - 18 * row, 120, 18)
            sheet.text(60 + 120 * column, 195 + 18 * row, cell, 9)
    sheet.prose(56, 300, LOREM)
    assert pieces(sheet.bytes())[0] == (ElementKind.TABLE, ROWS_READ)


def test_a_frame_around_text_is_no_table():
    sheet = Sheet()
    sheet.canvas.rect(50, HEIGHT - 200, 500, 120)
    sheet.prose(56, 100, LOREM)
    assert pieces(sheet.bytes()) == [(ElementKind.TEXT, LOREM)]


def test_a_drawing_of_thousands_of_lines_is_no_table():
    sheet = Sheet()
    sheet.prose(56, 100, LOREM)
    for n in range(3000):
        sheet.canvas.line(50, 50 + n / 10, 550, 50 + n / 10)
    assert pieces(sheet.bytes()) == [(ElementKind.TEXT, LOREM)]


def test_cells_that_stand_in_columns_are_a_table_without_any_line():
    sheet = Sheet()
    sheet.prose(56, 100, LOREM)
    rows = [
        ["Drug", "Dose", "Price"],
        ["Metformin", "500 mg", "4.20"],
        ["Ramipril", "5 mg", "1.64"],
    ]
    for row, cells in enumerate(rows):
        for x, cell in zip((56, 200, 320), cells, strict=True):
            sheet.text(x, 200 + 14 * row, cell)
    assert pieces(sheet.bytes())[1] == (
        ElementKind.TABLE,
        "Drug: Metformin | Dose: 500 mg | Price: 4.20\nDrug: Ramipril | Dose: 5 mg | Price: 1.64",
    )


@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_over_two_pages_keeps_its_header(repeated):
    sheet = Sheet()
    sheet.prose(56, 100, LOREM)
    sheet.grid(56, 700, [150, 150], [["Item", "Ward"], ["Morphine", "three"]])
    sheet.next()
    below = [["Fentanyl", "none"], ["Ketamine", "four"]]
    sheet.grid(56, 60, [150, 150], [["Item", "Ward"], *below] if repeated else below)
    tables = [text for kind, text in pieces(sheet.bytes()) if kind is ElementKind.TABLE]
    assert tables == [
        "Item: Morphine | Ward: three",
        "Item: Fentanyl | Ward: none\nItem: Ketamine | Ward: four",
    ]


def test_hyphens_at_line_ends_go_unless_they_are_the_words_own():
    sheet = Sheet()
    lines = [
        "The follow-up examination is a long one and the medi-",
        "cation is given at once, after which the loan-to-",
        "value ratio and the follow-",
        "up are of no interest to anyone who waits here.",
    ]
    for number, line in enumerate(lines):
        sheet.text(56, 100 + 13 * number, line)
    ((_, text),) = pieces(sheet.bytes())
    assert "medication is given" in text
    assert "loan-to-value ratio" in text
    assert "the follow-up are" in text


def test_bullets_make_a_list_an_item_a_line():
    sheet = Sheet()
    sheet.prose(56, 100, LOREM)
    for number, item in enumerate(("first item that is long", "second item", "third item")):
        sheet.text(60, 160 + 16 * number, "\u2022")
        sheet.text(72, 160 + 16 * number, item)
    assert pieces(sheet.bytes())[1] == (
        ElementKind.LIST,
        "first item that is long\nsecond item\nthird item",
    )


def test_an_encrypted_file_is_skipped():
    from reportlab.lib.pdfencrypt import StandardEncryption

    sheet = Sheet(encrypt=StandardEncryption("secret", ownerPassword="owner"))
    sheet.text(56, 100, "hidden")
    with pytest.raises(SkipDocument, match="^the PDF is encrypted$"):
        parse(sheet.bytes())


def test_pages_without_text_need_recognition():
    sheet = Sheet()
    sheet.canvas.rect(50, 50, 100, 100, fill=1)
    with pytest.raises(SkipDocument, match="^no text on its pages: needs OCR$"):
        parse(sheet.bytes())


def test_pages_without_text_among_others_are_counted():
    sheet = Sheet()
    sheet.prose(56, 100, LOREM)
    sheet.next()
    sheet.canvas.rect(50, 50, 100, 100, fill=1)
    sheet.next()
    assert parse(sheet.bytes()).metadata == {
        "pages": "2",
        "pages_without_text": "1",
        "dated": "2000-01-01",
    }


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Stated title", "Stated title"),
        ("Microsoft Word - x.docx", "list of medicines"),
        ("untitled", "list of medicines"),
        ("scan.pdf", "list of medicines"),
    ],
)
def test_without_a_heading_the_stated_title_serves_if_it_is_one(stated, title):
    sheet = Sheet()
    sheet.canvas.setTitle(stated)
    sheet.prose(56, 100, LOREM)
    assert parse(sheet.bytes()).title == title


def test_every_handle_is_closed(monkeypatch):
    import pypdfium2

    closed: list[str] = []
    for kind in (pypdfium2.PdfDocument, pypdfium2.PdfPage, pypdfium2.PdfTextPage):
        close = kind.close

        def recorded(self, *args, _close=close, **kwargs):
            closed.append(type(self).__name__)
            return _close(self, *args, **kwargs)

        monkeypatch.setattr(kind, "close", recorded)
    parse(simple())
    assert sorted(set(closed)) == ["PdfDocument", "PdfPage", "PdfTextPage"]


def test_text_of_another_direction_on_the_page_is_kept():
    sheet = Sheet()
    sheet.prose(56, 100, LOREM)
    sheet.canvas.rotate(90)
    sheet.canvas.drawString(200, -30, "Sideways words")
    texts = [text for _, text in pieces(sheet.bytes())]
    assert texts == [LOREM, "Sideways words"]
