"""Errors of a workbook's cells are shown as the workbook shows them, at their place."""

import shutil

import pytest
import xlsxwriter

from qbrkit.sources.error_cells import show_errors


@pytest.fixture
def book(tmp_path):
    """A workbook of two sheets; the second holds #N/A in B3 and #REF! in AB1."""
    file = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(file) as made:
        made.add_worksheet("First & best").write_formula("A1", "=1/0", None, "#DIV/0!")
        sheet = made.add_worksheet("Lines")
        sheet.write_row("A2", ["text", 5])
        sheet.write_formula("B3", "=NA()", None, "#N/A")
        sheet.write_formula("AB1", "=#REF!", None, "#REF!")
    return file


def empty(height, width):
    return [[""] * width for _ in range(height)]


def test_errors_of_the_sheet_and_of_no_other_stand_at_their_place(book):
    rows = empty(3, 28)
    show_errors(rows, book, "Lines")
    expected = empty(3, 28)
    expected[2][1], expected[0][27] = "#N/A", "#REF!"
    assert rows == expected


def test_name_of_a_sheet_may_hold_signs_of_xml(book):
    rows = empty(1, 1)
    show_errors(rows, book, "First & best")
    assert rows == [["#DIV/0!"]]


def test_error_beyond_the_rows_given_is_left_alone(book):
    rows = empty(1, 1)
    show_errors(rows, book, "Lines")
    assert rows == [[""]]


@pytest.mark.parametrize("ending", ["xls", "ods", "xlsx"])
def test_file_that_is_no_such_workbook_changes_nothing(book, tmp_path, ending):
    other = tmp_path / f"other.{ending}"
    if ending == "xlsx":
        other.write_bytes(b"PK and nothing")
    else:
        shutil.copy(book, other)
    rows = empty(3, 28)
    show_errors(rows, other, "Lines")
    assert rows == empty(3, 28)
