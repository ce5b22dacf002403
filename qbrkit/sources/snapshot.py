"""Tables that were read and checked, kept as Parquet: the exports are read once.

A snapshot is named after the content of the exports and what qbr.toml says about reading
them; when either changes, another one is made. Its folder can stand for the workspace
itself: the notebooks of a run read it, so that all pages rest on the same data.
"""

import json
import os
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb

from qbrkit.errors import DataError
from qbrkit.problems import Problem
from qbrkit.settings import FILE, Settings, read_settings
from qbrkit.sources.counts import RowCount
from qbrkit.sources.embedded import connect
from qbrkit.sources.reading import Reading
from qbrkit.sources.recognize import literal, quoted

READING, STANDS_FOR = "reading.json", "workspace.json"
KEPT = 2
"""Snapshots that stay in a work folder: the present one and the one before."""


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
    return _restored(folder, settings) if name and (folder / READING).is_file() else None


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
        if not (folder / READING).is_file():  # else another run was quicker
            shutil.rmtree(folder, ignore_errors=True)
            unfinished.rename(folder)
    except (OSError, duckdb.IOException) as error:
        raise DataError(f"the tables read cannot be kept in {root}: {error}; choose another "
                        "folder with --out") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _remove_old(root)
    return folder


def stand_for(snapshot: Path, settings: Settings, commentary: dict[str, str],
              inputs_hash: str) -> None:
    """Let a snapshot stand for the workspace in its present state."""
    (snapshot / FILE).write_bytes((settings.folder / FILE).read_bytes())
    _write_json(snapshot / STANDS_FOR, {
        "folder": str(settings.folder.resolve()), "commentary": commentary,
        "inputs_hash": inputs_hash})


def open_snapshot(folder: Path) -> tuple[Settings, Reading, dict[str, str], str]:
    """Settings, tables, commentary and hash of the inputs of the workspace it stands for."""
    told = _read_json(folder / STANDS_FOR)
    settings = replace(read_settings(folder), folder=Path(told["folder"]))
    return settings, _restored(folder, settings), told["commentary"], told["inputs_hash"]


def _restored(folder: Path, settings: Settings) -> Reading:
    """The tables of a snapshot as views over its files."""
    told = _read_json(folder / READING)
    connection = connect(settings.embedded.memory_limit_gb)
    counts = {table: RowCount(**count) for table, count in told["counts"].items()}
    files = {table: folder / f"{table}.parquet" for table in counts}
    connection.execute(f"set allowed_paths = [{', '.join(literal(str(f)) for f in files.values())}]"
                       "; set enable_external_access = false")
    for table, file in files.items():
        connection.execute(f"create view contract.{quoted(table)} as "
                           f"select * from read_parquet({literal(str(file))})")
    problems = tuple(Problem(**record | {"values": tuple(record["values"]),
                                         "places": tuple(record["places"])})
                     for record in told["problems"])
    os.utime(folder)  # in use: not the one to be removed next
    return Reading(connection, problems, counts, told["rows_hash"], snapshot=folder)


def _folder_name(name: str) -> str:
    return f"tables-{name[:16]}"


def _remove_old(root: Path) -> None:
    """Remove all but the latest snapshots of a work folder."""
    ours = sorted(root.glob("tables-*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in ours[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def _write_json(file: Path, content: dict[str, Any]) -> None:
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(file)


def _read_json(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))
