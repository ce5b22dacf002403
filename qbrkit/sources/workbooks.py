"""One sheet of an Excel or LibreOffice workbook as a table of text."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from qbrkit.errors import DataError
from qbrkit.sources.cells import column_names, text_table
from qbrkit.sources.decode import HEAD, markup_of
from qbrkit.sources.entries import Source
from qbrkit.sources.error_cells import show_errors


def read_sheet(file: Path, source: Source, sheet: str | int = 1) -> pa.Table:
    """One sheet of a workbook.

    Parameters
    ----------
    file : Path
        The workbook.
    source : Source
        ``skip_rows`` are the rows above the column names.
    sheet : str or int
        Its name, or its number counted from 1.

    Returns
    -------
    Table
        Columns of text, ``__file`` and ``__row``; rows are numbered as the workbook does.

    Raises
    ------
    DataError
        If the workbook, the sheet or its column names cannot be read.
    """
    rows = _rows(file, sheet)[source.skip_rows:]
    while rows and not _is_filled(rows[-1]):
        rows.pop()
    if not rows or not (_is_filled(rows[0]) or not source.has_header):
        where = f"row {source.skip_rows + 1}"
        raise DataError(f"{file.name}: {where} of the sheet is empty; the column names must stand "
                        f"there: set skip_rows of [sources] {source.name} to the number of rows "
                        "above them")
    names = column_names(rows[0], source.has_header)
    first = int(source.has_header)
    where = str(file) if len(source.sheets) == 1 else f"{file} [{sheet}]"
    return text_table(names, rows[first:], where, source.skip_rows + first + 1)


def _rows(file: Path, wanted: str | int) -> list[list[Any]]:
    """All cells of the sheet, empty rows and columns at its top and left included."""
    try:
        with calamine.CalamineWorkbook.from_path(str(file)) as workbook:
            names = workbook.sheet_names
            if wanted not in names and not (isinstance(wanted, int) and wanted <= len(names)):
                raise DataError(f"{file.name}: there is no sheet {wanted!r}; there are "
                                f"{', '.join(map(repr, names))}")
            name = names[wanted - 1] if isinstance(wanted, int) else wanted
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        show_errors(rows, file, name)
        return rows
    except calamine.PasswordError as error:
        raise DataError(f"{file.name}: is protected by a password; save it without") from error
    except (calamine.CalamineError, OSError) as error:
        raise DataError(f"{file.name}: {_no_workbook(file, error)}") from error


def _no_workbook(file: Path, error: Exception) -> str:
    """What a file is that bears the ending of a workbook and is none."""
    start = b""
    if not isinstance(error, OSError):
        with open(file, "rb") as stream:
            start = stream.read(HEAD)
    if kind := markup_of(start):
        return f"is {kind}, not a workbook; open it and save it as .xlsx, or export it as CSV"
    if start and b"\0" not in start and b"\n" in start:
        return "is a text file, not a workbook; give it the ending .csv"
    reason = getattr(error, "strerror", None) or str(error).partition("(")[0].strip()
    return f"cannot be read as a workbook ({reason}); save it anew as .xlsx, or as CSV"


def _is_filled(row: list[Any]) -> bool:
    return any(cell != "" and cell is not None for cell in row)
