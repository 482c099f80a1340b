"""What every parser must do, as tests that the tests of a parser inherit.

A new parser needs five lines::

    class TestMyParser(ParserContract):
        @pytest.fixture
        def parser(self):
            return MyParser()

        samples = (Sample(name="a.mine", data=b"...", words="what stands in it"),)
"""
# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest

from rag.errors import SkipDocument
from rag.ports import Parser
from rag.records import ElementKind, Parsed
from rag.testing.hostile import CANARY, HOSTILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A document, and words that must stand in what is made of it."""

    name: str
    data: bytes
    words: str


class ParserContract:
    """Ranges are exact, the same bytes give the same document, and no bytes break it."""

    samples: ClassVar[Sequence[Sample]] = ()

    @pytest.fixture
    def parser(self) -> Parser:
        """Return the parser under test."""
        raise NotImplementedError

    @pytest.fixture
    def parsed(self, parser: Parser) -> list[Parsed]:
        """Return what it makes of the samples."""
        assert self.samples, "a parser's tests give samples"
        return [parser.parse(sample.data, sample.name) for sample in self.samples]

    def test_its_endings_are_lower_case_with_the_dot(self, parser: Parser) -> None:
        assert parser.suffixes
        for suffix in parser.suffixes:
            assert suffix.startswith(".")
            assert suffix == suffix.lower()

    def test_the_text_holds_what_the_document_says(self, parsed: list[Parsed]) -> None:
        for sample, document in zip(self.samples, parsed, strict=True):
            assert sample.words in " ".join(document.text.split())

    def test_every_document_has_a_title_of_one_line(self, parsed: list[Parsed]) -> None:
        for document in parsed:
            assert document.title
            assert "\n" not in document.title

    def test_elements_cover_the_text_in_order(self, parsed: list[Parsed]) -> None:
        for document in parsed:
            assert_ranges_are_exact(document)

    def test_headings_are_titles_that_stand_before(self, parsed: list[Parsed]) -> None:
        for document in parsed:
            assert_headings_stand_before(document)

    def test_the_text_is_clean(self, parsed: list[Parsed]) -> None:
        for document in parsed:
            assert_text_is_clean(document)

    def test_pages_and_boxes_are_of_this_world(self, parsed: list[Parsed]) -> None:
        for document in parsed:
            for element in document.elements:
                assert element.page is None or element.page >= 1
                box = element.box
                assert box is None or (box.left <= box.right and box.top <= box.bottom)

    def test_the_same_bytes_give_the_same_document(self, parser: Parser) -> None:
        for sample in self.samples:
            first, second = (parser.parse(sample.data, sample.name) for _ in range(2))
            assert first == second

    def test_no_text_shows_in_a_repr(self, parsed: list[Parsed]) -> None:
        for sample, document in zip(self.samples, parsed, strict=True):
            assert sample.words not in repr(document)

    @pytest.mark.parametrize("kind", HOSTILE)
    def test_hostile_bytes_are_skipped_or_parsed_exactly(self, parser: Parser, kind: str) -> None:
        for suffix in sorted(parser.suffixes):
            outcome = attempt(parser, HOSTILE[kind], f"hostile{suffix}")
            if isinstance(outcome, SkipDocument):
                assert str(outcome)
                assert CANARY not in f"{outcome} {outcome.__cause__}"
            else:
                assert_ranges_are_exact(outcome)
                assert_headings_stand_before(outcome)
                assert_text_is_clean(outcome)

    @pytest.mark.parametrize("kind", ["empty", "white space", "0xff"])
    def test_bytes_without_text_are_skipped(self, parser: Parser, kind: str) -> None:
        for suffix in sorted(parser.suffixes):
            with pytest.raises(SkipDocument):
                parser.parse(HOSTILE[kind], f"hostile{suffix}")

    def test_half_a_document_is_skipped_or_parsed_exactly(self, parser: Parser) -> None:
        for sample in self.samples:
            for share in (0.25, 0.5, 0.9):
                cut = sample.data[: int(len(sample.data) * share)]
                outcome = attempt(parser, cut, sample.name)
                if isinstance(outcome, SkipDocument):
                    assert str(outcome)
                else:
                    assert_ranges_are_exact(outcome)


def attempt(parser: Parser, data: bytes, name: str) -> Parsed | SkipDocument:
    """Return the document, or the only error a parser may raise."""
    try:
        return parser.parse(data, name)
    except SkipDocument as error:
        return error


def assert_ranges_are_exact(document: Parsed) -> None:
    """Elements follow each other, each without white space around it, and only that between."""
    at = 0
    for element in document.elements:
        assert at <= element.start < element.end <= len(document.text)
        assert not document.text[at : element.start].strip()
        piece = document.text[element.start : element.end]
        assert piece == piece.strip()
        at = element.end
    assert not document.text[at:].strip()


def assert_headings_stand_before(document: Parsed) -> None:
    """Every heading above an element is the range of a title before it, outermost first."""
    titles: set[tuple[int, int]] = set()
    for element in document.elements:
        starts = [span.start for span in element.headings]
        assert starts == sorted(set(starts))
        assert all((span.start, span.end) in titles for span in element.headings)
        if element.kind is ElementKind.TITLE:
            titles.add((element.start, element.end))


def assert_text_is_clean(document: Parsed) -> None:
    """No control characters, no halves of surrogate pairs, and composed letters."""
    assert document.text
    for character in set(document.text) - {"\n"}:
        assert unicodedata.category(character) not in ("Cc", "Cs")
    for element in document.elements:
        piece = document.text[element.start : element.end]
        assert unicodedata.is_normalized("NFC", piece)
