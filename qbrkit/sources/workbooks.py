"""One sheet of an Excel or LibreOffice workbook as a table of text."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from qbrkit.errors import DataError
from qbrkit.sources.cells import column_names, text_table
from qbrkit.sources.entries import Source


def read_sheet(file: Path, source: Source) -> pa.Table:
    """The sheet that the source names, else the first one.

    Parameters
    ----------
    file : Path
        The workbook.
    source : Source
        ``sheet`` is a name or a number counted from 1; ``skip_rows`` are the rows above
        the column names.

    Returns
    -------
    Table
        Columns of text, ``__file`` and ``__row``; rows are numbered as the workbook does.

    Raises
    ------
    DataError
        If the workbook, the sheet or its column names cannot be read.
    """
    rows = _rows(file, source)[source.skip_rows:]
    while rows and not _is_filled(rows[-1]):
        rows.pop()
    if not rows or not (_is_filled(rows[0]) or not source.has_header):
        where = f"row {source.skip_rows + 1}"
        raise DataError(f"{file.name}: {where} of the sheet is empty; the column names must stand "
                        f"there: set skip_rows of [sources] {source.name} to the number of rows "
                        "above them")
    names = column_names(rows[0], source.has_header)
    first = int(source.has_header)
    return text_table(names, rows[first:], str(file), source.skip_rows + first + 1)


def _rows(file: Path, source: Source) -> list[list[Any]]:
    """All cells of the sheet, empty rows and columns at its top and left included."""
    try:
        with calamine.CalamineWorkbook.from_path(str(file)) as workbook:
            names = workbook.sheet_names
            wanted = source.options.get("sheet", 1)
            if wanted not in names and not (isinstance(wanted, int) and wanted <= len(names)):
                raise DataError(f"{file.name}: there is no sheet {wanted!r}; there are "
                                f"{', '.join(map(repr, names))}")
            name = names[wanted - 1] if isinstance(wanted, int) else wanted
            return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except calamine.PasswordError as error:
        raise DataError(f"{file.name}: is protected by a password; save it without") from error
    except (calamine.CalamineError, OSError) as error:
        raise DataError(f"{file.name}: cannot be read as a workbook ({error}); save it anew as "
                        ".xlsx, or as CSV") from error


def _is_filled(row: list[Any]) -> bool:
    return any(cell != "" and cell is not None for cell in row)
