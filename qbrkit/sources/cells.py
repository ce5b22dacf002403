"""Rows of cells from a workbook or a database as a table of text, like a text file's."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

EXACT = 2**53
"""Whole numbers below it are exact in a float."""


def cell_text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form, nothing as ``""``."""
    if cell is None or cell != cell:  # the second is true of not-a-number only
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def column_names(cells: Iterable[Any], has_header: bool) -> list[str]:
    """Names of the columns from the first row.

    A column without a name is called after its position, ``column3``; a name that
    repeats gets a number, ``Date_2``.
    """
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, 1):
        wanted = (cell_text(cell).strip() if has_header else "") or f"column{position}"
        name, number = wanted, 1
        while name.lower() in taken:
            number += 1
            name = f"{wanted}_{number}"
        names.append(name)
        taken.add(name.lower())
    return names


def text_table(names: Sequence[str], rows: Sequence[Sequence[Any]], file: str,
               first_row: int | None) -> pa.Table:
    """Rows of cells as columns of text, empty cells missing, with the file and row of each.

    Parameters
    ----------
    names : sequence of str
        Names of the columns; rows shorter than it end with empty cells.
    rows : sequence of sequences
        The cells.
    file : str
        Where they stand.
    first_row : int or None
        Number of the first row; None when rows have no numbers.
    """
    columns = {name: pa.array([(cell_text(row[at]) or None) if at < len(row) else None
                               for row in rows], pa.string())
               for at, name in enumerate(names)}
    numbers = [None] * len(rows) if first_row is None else range(first_row, first_row + len(rows))
    return pa.table({**columns, "__file": pa.array([file] * len(rows), pa.string()),
                     "__row": pa.array(numbers, pa.int64())})
