"""Delimited tables."""

import csv

import pytest

from connectors.formats.table import TableParser, delimiter_of
from rag.errors import SkipDocument
from rag.testing.parser_contract import ParserContract, Sample

CSV = b'Code,Service,Price\nT-1,Room,540\nT-2,"Scan, both\nsides",598\n'


class TestTableParser(ParserContract):
    samples = (
        Sample(name="a.csv", data=CSV, words="Code: T-2 | Service: Scan, both sides | Price: 598"),
        Sample(name="a.tsv", data=b"A\tB\nx, y\t1\n", words="A: x, y | B: 1"),
    )

    @pytest.fixture
    def parser(self):
        return TableParser()


def text_of(data: str) -> str:
    return TableParser().parse(data.encode(), "a.csv").text


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_whatever_the_ending(delimiter):
    rows = ["Name", "Sum"], ["a", "1.5"], ["b", "2.5"]
    assert text_of("\n".join(map(delimiter.join, rows))) == "Name: a | Sum: 1.5\nName: b | Sum: 2.5"


def test_decimal_commas_do_not_win_over_semicolons():
    assert delimiter_of("Name;Price;Unit\nA;1,50;kg\nB;2,75;kg\n") == ";"


def test_a_table_of_one_column_is_its_lines():
    assert text_of("Names\nAnna\nBert\n") == "Names\nAnna\nBert"


def test_empty_cells_and_rows_are_left_out():
    assert text_of("A,B,C\n1,,3\n,,\n\n4,5,6\n") == "A: 1 | C: 3\nA: 4 | B: 5 | C: 6"


def test_the_lines_above_the_header_are_text():
    assert text_of("Tariff 2025,,\nCode,Name,Price\nT,Room,5\n") == (
        "Tariff 2025\n\nCode: T | Name: Room | Price: 5"
    )


def test_a_giant_cell_is_skipped():
    with pytest.raises(SkipDocument, match="giant cell"):
        text_of("A,B\n1," + "x" * (csv.field_size_limit() + 1))


def test_the_title_is_the_files_name():
    assert TableParser().parse(CSV, "tariff-2025.csv").title == "tariff 2025"
