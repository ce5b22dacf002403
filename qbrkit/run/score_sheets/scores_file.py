"""Scores into the workspace's black_ops_scores.csv, every other row of it left as it is."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qbrkit.errors import DataError
from qbrkit.run.paths import write_whole
from qbrkit.run.score_sheets.session import CHANCES, COLUMNS, SCORES
from qbrkit.settings import Settings

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Written:
    """What became of the scores.

    Parameters
    ----------
    file : Path
        Where they stand.
    added_n, same_n, replaced_n : int
        Rows written anew, rows that stood there already, and old rows taken out.
    is_own : bool
        The workspace reads the file; else the analyst has to bring it there.
    """

    file: Path
    added_n: int
    same_n: int
    replaced_n: int
    is_own: bool


def write_scores(settings: Settings, mapped: bool, scores: list[dict[str, Any]], raters: list[str],
                 apart: Path, force: bool) -> Written:
    """Put the scores of one round where the workspace reads them.

    Parameters
    ----------
    settings : Settings
        The workspace.
    mapped : bool
        Whether the workspace has the table.
    scores : list of dict
        Rows of the contract.
    raters : list of str
        Everyone whose sheet was read, those without a score too.
    apart : Path
        File to write where the workspace takes the table from elsewhere, or from a file
        of other columns.
    force : bool
        Replace scores of these raters, of this session and round, that are not the same.

    Returns
    -------
    Written

    Raises
    ------
    DataError
        If scores of a rater stand there otherwise and `force` is not set.
    """
    lines = [_line(row) for row in scores]
    old = _own_records(settings, mapped)
    file, is_own = (settings.folder / f"{SCORES}.csv", True) if old is not None else (apart, False)
    if old is None:  # a file of this session and round alone
        old = (_records(apart) if apart.is_file() else []) or [",".join(COLUMNS) + "\n"]
    end = "\r\n" if old[0].endswith("\r\n") else "\n"
    wanted = {(row[0], row[1], rater) for row in lines[:1] for rater in raters}
    standing = {at: row for at, record in enumerate(old[1:], start=1)
                if (row := _parsed(record)) and tuple(row[:3]) in wanted}
    changed = _changed(standing.values(), lines)
    if changed and not force:
        raise DataError(
            f"{file.name}: scores of {', '.join(sorted(changed))} of {lines[0][0]}, round "
            f"{lines[0][1]}, stand there otherwise than on the sheets read now; --force replaces "
            "them, and leaves all other rows as they are", SCORES)
    out = {at for at, row in standing.items() if row[2] in changed}
    there = {_same(row) for at, row in standing.items() if at not in out}
    new = [row for row in lines if _same(row) not in there]
    if new or out:
        kept = [record for at, record in enumerate(old) if at not in out]
        if not kept[-1].endswith("\n"):
            kept[-1] += end
        added = io.StringIO()
        csv.writer(added, lineterminator=end).writerows(new)
        write_whole(file, "".join(kept) + added.getvalue())
    return Written(file, len(new), len(lines) - len(new), len(out), is_own)


def _own_records(settings: Settings, mapped: bool) -> list[str] | None:
    """Records of the workspace's own file, the head first; None where rows cannot be added to it.

    A workspace without the table gets the file.
    """
    file = settings.folder / f"{SCORES}.csv"
    if SCORES in settings.tables or SCORES in settings.sources:
        return None
    if not file.is_file():
        return None if mapped else [",".join(COLUMNS) + "\n"]
    records = _records(file)
    heads = [head.strip() for head in _parsed(records[0].removeprefix("\ufeff"))] if records else []
    dates = (row[0] for row in map(_parsed, records[1:]) if row)
    return records if heads == list(COLUMNS) and all(map(DAY.fullmatch, dates)) else None


def _records(file: Path) -> list[str]:
    """Rows of a CSV file as they stand, line ends included; a quoted field may hold some.

    Of bytes that are no UTF-8 nothing is made: a file of another encoding is not added to.
    """
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return []
    records, begun = [], ""
    for line in io.StringIO(text, newline=""):
        begun += line
        if begun.count('"') % 2 == 0:
            records.append(begun)
            begun = ""
    return [*records, begun] if begun else records


def _parsed(record: str) -> list[str]:
    return next(csv.reader([record.rstrip("\r\n")]), []) if record.strip() else []


def _line(row: Row) -> list[str]:
    """One row as it is written: shares as they are, money to the cent."""
    told = {name: f"{row[name]:.10g}" for name in CHANCES} | {"loss": f"{row['loss']:.2f}"}
    return [str(told.get(name, row[name])) for name in COLUMNS]


def _same(row: Iterable[str]) -> tuple[str, ...]:
    """A row as it is compared: numbers as numbers, however they are written."""
    return tuple(map(_plain, row))


def _plain(cell: str) -> str:
    try:
        return f"{float(cell):.10g}"
    except ValueError:
        return cell.strip()


def _changed(standing: Iterable[list[str]], lines: list[list[str]]) -> set[str]:
    """Raters of whom something stands there that the sheets do not say."""
    new = {_same(row) for row in lines}
    return {row[2] for row in standing if _same(row) not in new}
