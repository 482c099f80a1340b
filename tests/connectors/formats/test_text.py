"""Plain text and Markdown."""

import pytest

from connectors.formats.text import TextParser
from rag.records import ElementKind
from rag.testing.parser_contract import ParserContract, Sample

WRAPPED = """St. Brannoc Clinic
A LEAFLET FOR PATIENTS

How to complain

You can complain in person, by telephone, by letter or by e-mail, and
you do not need to use a form.

1. FIRST STEPS

Write to us.
Then wait.
"""


class TestTextParser(ParserContract):
    samples = (
        Sample(name="a.txt", data=WRAPPED.encode(), words="by e-mail, and you do not need"),
        Sample(name="a.md", data=b"# Title\n\nWords of *it*.\n", words="Words of *it*."),
        Sample(name="a.log", data=b"12:00 up\n12:01 down\n", words="12:00 up 12:01 down"),
    )

    @pytest.fixture
    def parser(self):
        return TextParser()


def pieces(text: str, name: str = "a.txt") -> list[tuple[ElementKind, str]]:
    parsed = TextParser().parse(text.encode(), name)
    return [(e.kind, parsed.text[e.start : e.end]) for e in parsed.elements]


def test_wrapped_lines_are_joined_and_headings_recognised():
    assert pieces(WRAPPED) == [
        (ElementKind.TEXT, "St. Brannoc Clinic\nA LEAFLET FOR PATIENTS"),
        (ElementKind.TITLE, "How to complain"),
        (
            ElementKind.TEXT,
            (
                "You can complain in person, by telephone, by letter or by e-mail, and you do not "
                "need to use a form."
            ),
        ),
        (ElementKind.TITLE, "1. FIRST STEPS"),
        (ElementKind.TEXT, "Write to us.\nThen wait."),
    ]


def test_the_title_is_what_the_text_begins_with():
    parsed = TextParser().parse(WRAPPED.encode(), "x.txt")
    assert parsed.title == "St. Brannoc Clinic - A LEAFLET FOR PATIENTS"


def test_without_any_title_the_name_serves():
    assert TextParser().parse(b"just a sentence.", "note-to-all.txt").title == "note to all"


@pytest.mark.parametrize(
    "line",
    [
        "A sentence.",
        "Dear Sir,",
        "not capital",
        "Ends with a colon:",
        "- item",
        "Key: value",
        "***",
    ],
)
def test_short_lines_that_are_no_headings(line):
    assert ElementKind.TITLE not in [kind for kind, _ in pieces(f"{line}\n\nMore text follows.")]


def test_the_last_line_of_a_text_heads_nothing():
    assert pieces("Some text.\n\nThe End")[-1] == (ElementKind.TEXT, "The End")


def test_markdown_headings_nest():
    parsed = TextParser().parse(b"# A\n\n## B\nwords\n\nC\n=\n\nD\n===\nmore\n", "a.md")
    words = next(e for e in parsed.elements if parsed.text[e.start : e.end] == "words")
    assert [parsed.text[s.start : s.end] for s in words.headings] == ["A", "B"]
    more = next(e for e in parsed.elements if parsed.text[e.start : e.end] == "more")
    assert [parsed.text[s.start : s.end] for s in more.headings] == ["D"]


def test_lists_keep_an_item_a_line():
    assert pieces("Bring these:\n- a passport,\n  valid\n* a photo\n2) money\n") == [
        (ElementKind.TEXT, "Bring these:"),
        (ElementKind.LIST, "a passport, valid\na photo\n2) money"),
    ]


def test_a_markdown_table_is_a_table():
    assert pieces("| Drug | Dose |\n|---|---|\n| A | 5 mg |\n", "a.md") == [
        (ElementKind.TABLE, "Drug: A | Dose: 5 mg")
    ]


def test_lines_that_are_whole_paragraphs_are_not_joined():
    long = (
        "This line is a whole paragraph that was never wrapped, and it goes on and on and on " * 2
    )
    assert pieces(f"{long.strip()}.\nNext one") == [
        (ElementKind.TEXT, f"{long.strip()}.\nNext one")
    ]


def test_a_log_keeps_its_lines_and_has_no_headings():
    assert pieces("Started\n\n10:00 one\n10:01 two", "a.log") == [
        (ElementKind.TEXT, "Started"),
        (ElementKind.TEXT, "10:00 one\n10:01 two"),
    ]
