"""Cells of a workbook that hold an error, as ``#N/A``: a reader of workbooks sees them empty."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ERROR_CELL = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d+)"[^>]*>'
                        rb"(?:(?!</c>).)*?<v>([^<]+)</v>", re.DOTALL)


def show_errors(rows: list[list[Any]], file: Path, sheet: str) -> None:
    """Put the errors of a sheet into its rows, as the workbook shows them.

    An error is not an empty cell: an account that could not be looked up is not a line
    without account, and a currency that could not is not the company's.

    Parameters
    ----------
    rows : list of lists
        All cells of the sheet from its first row and column on; errors are written into it.
    file : Path
        The workbook; only ``.xlsx`` and ``.xlsm`` are looked into.
    sheet : str
        Name of the sheet.
    """
    for row, column, error in _errors(file, sheet):
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = error


def _errors(file: Path, sheet: str) -> Iterator[tuple[int, int, str]]:
    """Row and column, counted from 0, and text of every error of a sheet."""
    if file.suffix.lower() not in {".xlsx", ".xlsm"}:
        return
    try:
        with zipfile.ZipFile(file) as book:
            cells = book.read(_part(book, sheet))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):  # what reads it will say so
        return
    if b't="e"' not in cells:
        return
    for letters, number, error in ERROR_CELL.findall(cells):
        column = 0
        for letter in letters:
            column = column * 26 + letter - ord("A") + 1
        yield int(number) - 1, column - 1, error.decode()


def _part(book: zipfile.ZipFile, sheet: str) -> str:
    """Name of the file within a workbook that holds a sheet."""
    links = {one.get("Id"): one.get("Target", "") for one in
             ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))}
    for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():
        if one.tag.endswith("}sheet") and one.get("name") == sheet:
            link = next((value for name, value in one.items() if name.endswith("}id")), "")
            target = links[link]
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)
