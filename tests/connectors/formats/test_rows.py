"""Rows of tables: what is a header, and how a row reads."""

import pytest

from connectors.formats.rows import labelled_rows, split_header, split_preamble


@pytest.mark.parametrize(
    "row",
    [
        ["Drug", "Dose"],
        ["", "Ward 3", "Theatres"],
        ["Item", "FY 2022", "FY 2023"],
        ["Indicator", "31 Dec 2024", "31 Mar 2025"],
        ["Code", "2024", "2025"],
        ["Time", "Refrigerator 4 (C)"],
    ],
)
def test_names_of_columns_are_a_header(row):
    body = [["x", "1", "2"][: len(row)], ["y", "3", "4"][: len(row)]]
    assert split_header([row, *body]) == (row, body)


@pytest.mark.parametrize(
    "row",
    [
        ["Metformin", "500 mg"],
        ["2025-06-08", "5.9"],
        ["Total", "EUR 1,204.50"],
        ["Rate", "2.65%"],
        ["same", "Same"],
        ["one", ""],
        ["Patient:", "Ngozi Adeyinka"],
        ["Range", "3.5-5.3"],
    ],
)
def test_a_row_of_data_is_no_header(row):
    rows = [row, ["x", "1"], ["y", "2"]]
    assert split_header(rows) == ((), rows)


def test_a_single_row_has_no_header():
    assert split_header([["a", "b"]]) == ((), [["a", "b"]])
    assert split_header([]) == ((), [])


def test_cells_beyond_the_header_stand_without_a_label():
    assert labelled_rows([["1", "2", "3"]], header=["A", "B"]) == ["A: 1 | B: 2 | 3"]


def test_rows_without_a_header_are_cells_and_empty_rows_are_left_out():
    assert labelled_rows([["1", "", "3"], ["", ""]]) == ["1 | 3"]


def test_a_form_reads_as_label_and_value():
    assert labelled_rows([["Born:", "1958"], ["Ward:", ""]]) == ["Born: 1958", "Ward:"]


def test_lines_above_the_header_of_an_export_are_split_off():
    rows = [["Tariff 2025", "", ""], ["A", "B", "C"], ["1", "2", "3"]]
    assert split_preamble(rows) == (rows[:1], rows[1:])


def test_a_table_of_two_columns_has_no_preamble():
    rows = [["a", ""], ["b", "c"], ["d", "e"]]
    assert split_preamble(rows) == ([], rows)
