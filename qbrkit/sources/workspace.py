"""A workspace opened: settings, tables of the contract, and what is wrong in them."""

import os
import uuid
from collections.abc import Callable
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from qbrkit.columns import TABLES
from qbrkit.periods import Coverage
from qbrkit.problems import Problem, stop_on
from qbrkit.settings import SPARK, Settings, read_settings
from qbrkit.sources import inputs
from qbrkit.sources.checks import LINES
from qbrkit.sources.commentary import (
    find_ignored,
    find_unclaimed,
    find_unprinted,
    read_commentary,
)
from qbrkit.sources.counts import RowCount
from qbrkit.sources.entries import Source, name_sources
from qbrkit.sources.mapping import Mapping, find_mappings
from qbrkit.sources.reading import Reading, read_on_spark, read_tables
from qbrkit.sources.recognize import quoted
from qbrkit.sources.snapshot import find_snapshot, is_snapshot, keep, open_snapshot, stand_for

if TYPE_CHECKING:
    from qbrkit.sources.spark.lines import SparkLines


@dataclass(frozen=True)
class Workspace:
    """All that the export holds, checked.

    Parameters
    ----------
    settings : Settings
        What qbr.toml says.
    connection : DuckDBPyConnection
        The embedded database; ``contract.invoice_lines`` holds the lines.
    tables : mapping of str to DataFrame
        Every table of the contract that is there, but the invoice lines. All columns
        of the contract are present; dates are timestamps, flags are nullable booleans.
    problems : tuple of Problem
        What was found wrong.
    counts : mapping of str to RowCount
        Rows of each table.
    commentary : mapping of str to str
        The account managers' own words, as Markdown, by account id.
    inputs_hash : str
        SHA-256 over qbr.toml, all source files (of a database, the rows of its query) and
        the commentary.
    reading : Reading
        How the tables were read, and the folder they are kept in.
    state : Path or None
        Folder that stands for the workspace; a notebook opens it in its place.
    """

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    tables: Lookup[str, pd.DataFrame]
    problems: tuple[Problem, ...]
    counts: Lookup[str, RowCount]
    commentary: Lookup[str, str]
    inputs_hash: str
    reading: Reading
    state: Path | None = None
    _gathered: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @property
    def snapshot(self) -> Path | None:
        """Folder in which the tables are kept."""
        return self.reading.snapshot

    @property
    def lines(self) -> Any:
        """Every invoice line that counts: a relation of the embedded database, or Spark's."""
        if self.settings.engine == SPARK:
            return self._spark.lines
        columns = ", ".join(quoted(column) for column in TABLES[LINES].names)
        return self.connection.table(f"contract.{LINES}").project(columns)

    @property
    def products(self) -> Any:
        """The products, of the same engine as the lines; None without any."""
        if "products" not in self.tables:
            return None
        if self.settings.engine == SPARK:
            return self._spark.table(self.connection, "products")
        return self.connection.table("contract.products")

    def kept(self, name: str, gather: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """What is gathered from all lines: once, and kept with the tables.

        All pages of a run then rest on one sum, and no notebook sees the lines.
        """
        file = self.snapshot / f"{name}.parquet" if self.snapshot else None
        if name not in self._gathered:
            self._gathered[name] = (pd.read_parquet(file) if file and file.is_file()
                                    else gather())
        if file and not file.is_file():
            _write_whole(self._gathered[name], file)
        return self._gathered[name]

    @cached_property
    def _spark(self) -> "SparkLines":
        """The lines on Spark; read again where tables that were kept stand for the workspace."""
        return self.reading.on_spark or read_on_spark(self.settings)

    @property
    def coverage(self) -> Coverage:
        """The days from which and until which the lines are whole."""
        ((first, last),) = self.connection.execute(
            f"select min(invoice_date), max(invoice_date) from contract.{LINES}").fetchall()
        days = self.connection.execute(
            f"select distinct invoice_date from contract.{LINES} where invoice_date > "
            "cast(? as DATE) - interval 1 year order by 1", [last]).fetchall()
        periods = self.settings.periods
        return Coverage(pd.Timestamp(periods.data_from or first),
                        pd.Timestamp(periods.data_until or last),
                        self.settings.company.fiscal_year_start,
                        is_stated=periods.data_from is not None,
                        days=tuple(pd.Timestamp(day) for day, in days))


def open_workspace(folder: Path | str, work: Path | None = None) -> Workspace:
    """Read and check a workspace; stop when no figure of it could be trusted.

    Parameters
    ----------
    folder : path
        Folder with ``qbr.toml``, or a snapshot that stands for it.
    work : Path, optional
        Folder in which `keep_workspace` keeps tables; they are taken from there when
        neither exports nor mapping have changed.

    Returns
    -------
    Workspace

    Raises
    ------
    SettingError
        If qbr.toml cannot be used.
    DataError
        If a file cannot be read, or a check stops the run; all such faults together.
    """
    workspace = inspect_workspace(folder, work)
    stop_on(workspace.problems)
    return workspace


def inspect_workspace(folder: Path | str, work: Path | None = None) -> Workspace:
    """Read and check a workspace; what is wrong with its data is told in its problems.

    Raises
    ------
    SettingError
        If qbr.toml cannot be used.
    DataError
        If a file may not be read.
    """
    if is_snapshot(Path(folder)):
        return _workspace(*open_snapshot(Path(folder)))
    found = find_inputs(folder)
    settings, name = found.settings, found.reading_hash if work else ""
    reading = find_snapshot(work, name, settings) if work else None
    if reading is None:
        reading = read_tables(settings, found.mappings, found.sources, work)
    return _workspace(settings, replace(reading, name=name or uuid.uuid4().hex),
                      dict(found.commentary), found.inputs_hash(reading.rows_hash))


@dataclass(frozen=True)
class Inputs:
    """What a workspace is made of, before any of it is read.

    Parameters
    ----------
    settings : Settings
        What qbr.toml says.
    mappings : mapping of str to Mapping
        Where each table comes from.
    sources : list of Source
        The sources used.
    files : str
        Hash over the content of all source files.
    commentary : mapping of str to str
        The account managers' own words by account id.
    """

    settings: Settings
    mappings: dict[str, Mapping]
    sources: list[Source]
    files: str
    commentary: Lookup[str, str]

    @property
    def reading_hash(self) -> str:
        """Hash over all that decides what the tables hold; see `inputs.hash_reading`."""
        return inputs.hash_reading(self.settings, self.sources, self.files)

    def inputs_hash(self, rows_hash: str) -> str:
        """Hash over everything, the rows that came from databases included."""
        return inputs.hash_inputs(self.settings, self.files, rows_hash, self.commentary)


def find_inputs(folder: Path | str) -> Inputs:
    """Settings, source files and commentary of a workspace; no table is read.

    Raises
    ------
    SettingError
        If qbr.toml cannot be used.
    DataError
        If a file may not be read.
    """
    settings = read_settings(folder)
    entries = dict(settings.sources)
    mappings = find_mappings(settings, entries)
    used = {name for table, mapping in mappings.items() for name in mapping.uses
            if not (settings.engine == SPARK and table == LINES)}
    sources = name_sources(settings.folder, {name: entry for name, entry in entries.items()
                                             if name in used})
    return Inputs(settings, mappings, sources, inputs.hash_files(sources),
                  read_commentary(settings.folder))


def keep_workspace(workspace: Workspace, work: Path) -> Workspace:
    """Keep the tables, so that the notebooks of a run and later runs need not read the exports.

    Parameters
    ----------
    workspace : Workspace
        Opened with the same work folder.
    work : Path
        The folder; several states of the exports lie side by side in it.

    Returns
    -------
    Workspace
        The same, with its ``snapshot`` and ``state``.

    Raises
    ------
    DataError
        If the folder cannot be written to.
    """
    snapshot = workspace.snapshot or keep(workspace.reading, work)
    for name, table in workspace._gathered.items():
        _write_whole(table, snapshot / f"{name}.parquet")
    state = stand_for(snapshot, workspace.settings, dict(workspace.commentary),
                      workspace.inputs_hash)
    return replace(workspace, reading=replace(workspace.reading, snapshot=snapshot), state=state)


def _workspace(settings: Settings, reading: Reading, commentary: dict[str, str],
               inputs_hash: str) -> Workspace:
    """What was read as a workspace, with what is wrong with the commentary."""
    tables = {name: _fetch(reading.connection, name) for name in reading.counts if name != LINES}
    problems = (*reading.problems, *find_unclaimed(reading.connection, reading.counts, commentary),
                *find_ignored(settings.folder), *find_unprinted(commentary))
    return Workspace(settings, reading.connection, tables, problems, reading.counts, commentary,
                     inputs_hash, reading)


def _fetch(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """A table with text as str, flags as nullable booleans, dates as timestamps."""
    columns = ", ".join(quoted(column) for column in TABLES[name].names)
    table = connection.execute(f"select {columns} from contract.{quoted(name)}").df()
    kinds = {"id": "str", "text": "str", "quarter": "str", "flag": "boolean",
             "date": "datetime64[us]", "month": "datetime64[us]"}
    return table.astype({column.name: kinds.get(column.kind, "float64")
                         for column in TABLES[name].columns})


def _write_whole(table: pd.DataFrame, file: Path) -> None:
    """Write a table under a temporary name and rename it: it is there whole or not at all."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    table.to_parquet(unfinished)
    unfinished.replace(file)
