"""Score sheets as raters send them back: filled in place, or saved anew by another program."""

import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import python_calamine as calamine
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

SCORES_PART = "xl/worksheets/sheet3.xml"
FIRST_ROW = 4
"""Row of the first score, as a spreadsheet counts it."""
GOOD = {"probability_low": 0.1, "probability_best": 0.25, "probability_high": 0.4,
        "loss": 1000, "ease": 3, "move": "undercut us"}


def read_book(file: Path) -> dict[str, list[list[Any]]]:
    """All cells by sheet."""
    with calamine.CalamineWorkbook.from_path(str(file)) as book:
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in book.sheet_names}


def columns(file: Path) -> dict[str, int]:
    """Column of each key."""
    return {key: at for at, key in enumerate(read_book(file)["Scores"][0]) if key}


def fill(file: Path, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Type values into a workbook as it was handed out; nothing else of it changes."""
    place = columns(file)
    cells = {xl_rowcol_to_cell(row - 1, place[key]): value
             for row, values in rows.items() for key, value in values.items()}
    with zipfile.ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    xml = parts[SCORES_PART].decode()
    for cell, value in cells.items():
        typed = (f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is>'
                 if isinstance(value, str) else f"><v>{value!r}</v>")
        xml, count = re.subn(rf'<c r="{cell}"( s="\d+")/>', rf'<c r="{cell}"\1{typed}</c>', xml)
        assert count == 1, f"{cell} is no empty cell"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, xml if name == SCORES_PART else part)


def fill_all(file: Path, **values: Any) -> None:
    """Type the same into every row."""
    last = len(read_book(file)["Scores"])
    fill(file, dict.fromkeys(range(FIRST_ROW, last + 1), GOOD | values))


def save_anew(file: Path, change: Callable[[dict[str, list[list[Any]]]], None]) -> None:
    """The cells alone, as another program may save them, after a change."""
    sheets = read_book(file)
    change(sheets)
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value != "":
                        sheet.write(at, column, value)
