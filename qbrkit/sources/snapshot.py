"""Tables that were read and checked, kept as Parquet: the exports are read once.

Tables are named after the content of the exports and what qbr.toml says about reading them;
when either changes, others are made. A second, small folder stands for the workspace in one
state of qbr.toml and of the commentary: the notebooks of a run open it, so that all pages
rest on the same data and the same settings.
"""

import json
import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb

from qbrkit.errors import DataError
from qbrkit.problems import Problem
from qbrkit.settings import FILE, Settings, read_settings
from qbrkit.sources.counts import RowCount
from qbrkit.sources.embedded import allowed, connect
from qbrkit.sources.reading import Reading
from qbrkit.sources.recognize import file_literal, literal, quoted

READING, STANDS_FOR = "reading.json", "workspace.json"
OURS = re.compile(r"tables-[0-9a-f]{16}")
KEPT = 2
"""Readings that stay in a work folder: the present one and the one before."""
IN_USE = 3600
"""Seconds in which a reading may still serve a run that is under way."""


def is_snapshot(folder: Path) -> bool:
    """Whether a folder holds tables that stand for a workspace."""
    return (folder / STANDS_FOR).is_file()


def find_snapshot(root: Path, name: str, settings: Settings) -> Reading | None:
    """The tables kept under a name; None when there are none.

    Parameters
    ----------
    root : Path
        The work folder.
    name : str
        From `inputs.hash_reading`; empty finds nothing.
    settings : Settings
        What qbr.toml says.
    """
    folder = root / _folder_name(name)
    if not name or not (folder / READING).is_file():
        return None
    try:
        return _restored(folder, settings)
    except (OSError, ValueError, KeyError, TypeError, duckdb.Error):  # damaged: read anew
        shutil.rmtree(folder, ignore_errors=True)
        return None


def keep(reading: Reading, root: Path) -> Path:
    """Write the tables into the work folder, whole or not at all.

    Returns
    -------
    Path
        The folder they are kept in.

    Raises
    ------
    DataError
        If the folder cannot be written to.
    """
    folder = root / _folder_name(reading.name)
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for table in reading.counts:
            file = literal(str(unfinished / f"{table}.parquet"))
            reading.connection.execute(
                f"copy contract.{quoted(table)} to {file} (format parquet)").fetchall()
        _write_json(unfinished / READING, {
            "problems": [problem.record() for problem in reading.problems],
            "counts": {table: asdict(count) for table, count in reading.counts.items()},
            "rows_hash": reading.rows_hash})
        _put(unfinished, folder)
    except (OSError, duckdb.IOException) as error:
        raise DataError(f"the tables read cannot be kept in {root}: {error}; choose another "
                        "folder with --out") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _remove_old(root)
    return folder


def stand_for(tables: Path, settings: Settings, commentary: dict[str, str],
              inputs_hash: str) -> Path:
    """A folder that stands for the workspace in its present state, beside the tables kept.

    Returns
    -------
    Path
        Can be opened in place of the workspace.
    """
    folder = tables.with_name(f"state-{inputs_hash[:16]}")
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(settings.text, encoding="utf-8")
    _write_json(folder / STANDS_FOR, {
        "folder": str(settings.folder.resolve()), "tables": tables.name,
        "commentary": commentary, "inputs_hash": inputs_hash})
    return folder


def open_snapshot(folder: Path) -> tuple[Settings, Reading, dict[str, str], str]:
    """Settings, tables, commentary and hash of the inputs of the workspace it stands for.

    Raises
    ------
    DataError
        If its tables were removed.
    """
    told = _read_json(folder / STANDS_FOR)
    settings = replace(read_settings(folder), folder=Path(told["folder"]))
    tables = folder.with_name(told["tables"])
    if not (tables / READING).is_file():
        raise DataError(f"{tables}: is no longer there; run the review again")
    return settings, _restored(tables, settings), told["commentary"], told["inputs_hash"]


def _restored(folder: Path, settings: Settings) -> Reading:
    """The tables of a snapshot as views over its files."""
    told = _read_json(folder / READING)
    connection = connect(settings.embedded.memory_limit_gb)
    counts = {table: RowCount(**count) for table, count in told["counts"].items()}
    files = {table: folder / f"{table}.parquet" for table in counts}
    connection.execute(f"set allowed_paths = [{', '.join(map(allowed, files.values()))}]; "
                       "set enable_external_access = false")
    for table, file in files.items():
        connection.execute(f"create view contract.{quoted(table)} as "
                           f"select * from read_parquet({file_literal(file)})")
    problems = tuple(Problem(**record | {"values": tuple(record["values"]),
                                         "places": tuple(record["places"])})
                     for record in told["problems"])
    with suppress(OSError):  # in use: not the one to be removed next
        os.utime(folder)
    return Reading(connection, problems, counts, told["rows_hash"], snapshot=folder)


def _folder_name(name: str) -> str:
    return f"tables-{name[:16]}"


def _put(unfinished: Path, folder: Path) -> None:
    """Give a whole folder its name; when another run was quicker, its folder stays."""
    try:
        if folder.exists() and not (folder / READING).is_file():
            shutil.rmtree(folder)
        unfinished.rename(folder)
    except OSError:
        if not (folder / READING).is_file():
            raise


def _remove_old(root: Path) -> None:
    """Remove readings before the last ones, what stood for them, and what a killed run left."""
    def age(folder: Path) -> float:
        return time.time() - folder.stat().st_mtime

    ours = sorted((one for one in root.glob("tables-*") if OURS.fullmatch(one.name)
                   and (one / READING).is_file()), key=age)
    unfinished = [one for one in root.glob(".tables-*")
                  if OURS.fullmatch(one.name[1:].partition(".")[0])]
    for folder in [*ours[KEPT:], *unfinished]:
        if age(folder) > IN_USE:
            shutil.rmtree(folder, ignore_errors=True)
    for told in root.glob(f"state-*/{STANDS_FOR}"):
        if not (root / _read_json(told)["tables"]).is_dir():
            shutil.rmtree(told.parent, ignore_errors=True)


def _write_json(file: Path, content: dict[str, Any]) -> None:
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(file)


def _read_json(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))
