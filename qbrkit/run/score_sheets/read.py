"""One filled workbook: whose it is, its scores, and every fault in it."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from qbrkit.errors import DataError
from qbrkit.run.score_sheets.cells import NAMES, READERS, CellError, is_empty, read_yes
from qbrkit.run.score_sheets.session import (
    ABOUT,
    CHANCES,
    FILLED,
    FORMAT,
    ITEM,
    KEYS_SHEET,
    OWN_PLAN,
    ROW_KEYS,
)

Item = tuple[str, str]
NOT_OURS = "is no score sheet of qbr score-sheets; take it out of the folder"
LOOKED_FOR_KEYS = 10
"""Rows at the top of a sheet in which its keys are looked for."""


@dataclass(frozen=True)
class Filled:
    """One workbook as it came back.

    Parameters
    ----------
    file : str
        Its name.
    about : mapping of str to str
        Its keys, as `session.ABOUT`.
    items : tuple of (str, str)
        Account and dimension of the rows asked for.
    scores : list of dict
        The rows filled, with the columns of the contract.
    own_plans : tuple of str
        Accounts whose plan the rater wrote; their rows are not in `scores`.
    faults : list of str
        What is wrong, each a sentence.
    """

    file: str
    about: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    scores: list[dict[str, Any]] = field(default_factory=list)
    own_plans: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)

    @property
    def missing_n(self) -> int:
        """Rows left empty, those of own plans apart."""
        asked = sum(account not in self.own_plans for account, _ in self.items)
        return asked - len(self.scores)

    @property
    def without_move_n(self) -> int:
        """Rows with figures and without a move."""
        return sum(not row["move"] for row in self.scores)


def read_filled(file: Path) -> Filled:
    """What a rater sent back.

    Parameters
    ----------
    file : Path
        The workbook, also when Excel or LibreOffice saved it anew, and with rows or columns
        in another order.

    Returns
    -------
    Filled
        With its faults; none is raised, so that those of several workbooks are told together.
    """
    try:
        sheets = _sheets(file)
    except DataError as error:
        return Filled(file.name, faults=[str(error)])
    keys = [row for row in sheets.get(KEYS_SHEET, []) if row and not is_empty(row[0])]
    about = {str(row[0]): _text(row[1]) for row in keys if len(row) > 1 and row[0] != ITEM}
    if not set(ABOUT) <= set(about):
        return Filled(file.name, faults=[f"{file.name}: {NOT_OURS}"])
    if about["format"] != FORMAT:
        return Filled(file.name, faults=[
            f"{file.name}: was made by another version of the kit ({about['format']}; this one "
            f"reads {FORMAT}); write the sheets anew"])
    items = tuple((_text(row[1]), _text(row[2])) for row in keys if row[0] == ITEM)
    for name, rows in sheets.items():
        if (found := _find_keys(rows)) is not None:
            return _read_rows(file.name, name, rows, *found, about, items)
    return Filled(file.name, about, items, faults=[
        f"{file.name}: the sheet with the scores is missing or lacks its hidden first row; ask "
        f"{about['rater']} to fill a new copy of the sheet"])


def _sheets(file: Path) -> dict[str, list[list[Any]]]:
    """All cells of all sheets, from the first row and column on, errors shown.

    Raises
    ------
    DataError
        If the file is no workbook that can be read.
    """
    import python_calamine as calamine

    from qbrkit.sources.error_cells import show_errors

    try:
        with calamine.CalamineWorkbook.from_path(str(file)) as book:
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                      for name in book.sheet_names}
    except calamine.PasswordError as error:
        raise DataError(f"{file.name}: is protected by a password; ask for it without") from error
    except (calamine.CalamineError, OSError) as error:
        raise DataError(f"{file.name}: cannot be read as a workbook; open it and save it anew as "
                        ".xlsx, or take it out of the folder") from error
    for name, rows in sheets.items():
        show_errors(rows, file, name)
    return sheets


def _find_keys(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    """Number of the row that holds the keys, and the column of each."""
    for at, row in enumerate(rows[:LOOKED_FOR_KEYS]):
        found = {_text(cell): column for column, cell in enumerate(row)
                 if _text(cell) in ROW_KEYS}
        if set(ROW_KEYS) <= set(found):
            return at, found
    return None


def _read_rows(file: str, sheet: str, rows: list[list[Any]], keys_at: int,
               columns: dict[str, int], about: Mapping[str, str],
               items: tuple[Item, ...]) -> Filled:
    """The scores of a sheet whose keys were found."""
    faults: list[str] = []
    asked = set(items)
    placed: dict[Item, list[tuple[int, dict[str, Any]]]] = {}
    for number, row in enumerate(rows[keys_at + 1:], start=keys_at + 2):
        cells = {name: row[column] for name, column in columns.items()}
        item = _text(cells["account_id"]), _text(cells["dimension"])
        if item in asked:
            placed.setdefault(item, []).append((number, cells))
        elif any(item):
            faults.append(f"{file}, {sheet}, row {number}: {item[0]} with {item[1]!r} was not "
                          "asked for; allowed are the rows that the sheet came with")
    own_plans = _own_plans(file, sheet, placed, about, faults)
    scores = []
    for item, found in placed.items():
        if len(found) > 1:
            listed = ", ".join(str(number) for number, _ in found)
            faults.append(f"{file}, {sheet}, rows {listed}: are all {item[0]} with "
                          f"{item[1]!r}; keep one of them")
            continue
        number, cells = found[0]
        if item[0] in own_plans or all(is_empty(cells[name]) for name in FILLED):
            continue
        wrong = list(_row_faults(cells))
        faults += [f"{file}, {sheet}, row {number}: {one}" for one in wrong]
        if not wrong:
            scores.append(_score(item, cells, about))
    return Filled(file, about, items, scores, own_plans, faults)


def _own_plans(file: str, sheet: str, placed: Mapping[Item, list[tuple[int, dict[str, Any]]]],
               about: Mapping[str, str], faults: list[str]) -> tuple[str, ...]:
    """Accounts beside which yes stands; what is neither yes nor no goes to `faults`."""
    own: dict[str, None] = {}
    for (account, _), found in placed.items():
        for number, cells in found:
            value = cells[OWN_PLAN]
            try:
                if not is_empty(value) and read_yes(value, about["yes"], about["no"]):
                    own[account] = None
            except CellError as error:
                faults.append(f"{file}, {sheet}, row {number}: {NAMES[OWN_PLAN]} {error}")
    return tuple(own)


def _row_faults(cells: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a row that is not empty."""
    numbers = {}
    missing = [NAMES[name] for name in FILLED[:-1] if is_empty(cells[name])]
    if missing:
        listed = ", ".join(missing[:-1]) + " and " + missing[-1] if missing[1:] else missing[0]
        yield (f"{listed} {'are' if missing[1:] else 'is'} missing; fill the row, or leave all of "
               "it empty")
    for name in FILLED:
        try:
            if not is_empty(cells[name]):
                numbers[name] = READERS[name](cells[name])
        except CellError as error:
            yield f"{NAMES[name]} {error}"
    known = [(name, numbers[name]) for name in CHANCES if name in numbers]
    for (lower, low), (higher, high) in pairwise(known):
        if low > high:
            yield (f"{NAMES[lower]}, {low * 100:.4g}%, is above {NAMES[higher]}, "
                   f"{high * 100:.4g}%; allowed is the order at least, best guess, at most")


def _score(item: Item, cells: Mapping[str, Any], about: Mapping[str, str]) -> dict[str, Any]:
    """One row of the contract."""
    read = {name: READERS[name](cells[name]) if not is_empty(cells[name]) else ""
            for name in FILLED}
    return {"session_date": about["session_date"], "round": int(about["round"]),
            "rater": about["rater"], "department": about["department"],
            "account_id": item[0], "dimension": item[1], **read}


def _text(value: Any) -> str:
    """A key as text: a number that a program made of it without its decimals."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value).strip()
