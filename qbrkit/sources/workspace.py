"""A workspace opened: settings, tables of the contract, and what is wrong in them."""

import hashlib
import os
import tempfile
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from qbrkit.columns import TABLES
from qbrkit.periods import Coverage
from qbrkit.problems import STOPS, Problem, stop_on
from qbrkit.settings import FILE, Settings, read_settings
from qbrkit.sources.checks import TableChecks, check_between_tables, check_share_refused
from qbrkit.sources.mapping import Mapping, find_mappings, map_table
from qbrkit.sources.read import Source, name_sources, read_source
from qbrkit.sources.recognize import quoted

LINES = "invoice_lines"


@dataclass(frozen=True)
class RowCount:
    """Rows of one table: read, and left out because they cannot be used."""

    rows: int
    refused: int

    @property
    def accepted(self) -> int:
        """Rows that count."""
        return self.rows - self.refused


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
        SHA-256 over qbr.toml, all source files and the commentary.
    """

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    tables: Lookup[str, pd.DataFrame]
    problems: tuple[Problem, ...]
    counts: Lookup[str, RowCount]
    commentary: Lookup[str, str]
    inputs_hash: str

    @property
    def lines(self) -> duckdb.DuckDBPyRelation:
        """Every invoice line that counts, as a relation of the embedded database."""
        columns = ", ".join(quoted(column) for column in TABLES[LINES].names)
        return self.connection.table(f"contract.{LINES}").project(columns)

    @property
    def coverage(self) -> Coverage:
        """The days from which and until which the lines are whole."""
        ((first, last),) = self.connection.execute(
            f"select min(invoice_date), max(invoice_date) from contract.{LINES}").fetchall()
        periods = self.settings.periods
        return Coverage(pd.Timestamp(periods.data_from or first),
                        pd.Timestamp(periods.data_until or last),
                        self.settings.company.fiscal_year_start)


def open_workspace(folder: Path | str) -> Workspace:
    """Read and check a workspace; stop when no figure of it could be trusted.

    Parameters
    ----------
    folder : path
        Folder with ``qbr.toml``.

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
    workspace = inspect_workspace(folder)
    stop_on(workspace.problems)
    return workspace


def inspect_workspace(folder: Path | str) -> Workspace:
    """Read and check a workspace; what is wrong is told in its problems.

    Raises
    ------
    SettingError
        If qbr.toml cannot be used.
    DataError
        If a file cannot be read at all.
    """
    settings = read_settings(folder)
    entries = dict(settings.sources)
    mappings = find_mappings(settings, entries)
    used = _sources_used(settings, mappings, entries)
    connection = _connect()
    with tempfile.TemporaryDirectory(prefix="qbr-", ignore_cleanup_errors=True) as scratch:
        for source in used.values():
            read_source(connection, source, Path(scratch))
    problems, counts = _map_and_check(connection, settings, mappings, used)
    connection.execute("drop schema located cascade; drop schema raw cascade")
    if LINES not in mappings:
        problems.append(Problem(LINES, "", "there is no such table", 0, STOPS,
                                fix=f"Map it in {FILE} under [tables.{LINES}]"))
    elif not counts.get(LINES, RowCount(0, 0)).accepted:
        problems.append(Problem(LINES, "", "no line can be used", 0, STOPS,
                                fix="Check the source and the mapping"))
    readable = [name for name in mappings if name in counts]
    problems += check_between_tables(connection, readable, settings.company.currency)
    tables = {name: _fetch(connection, name) for name in readable if name != LINES}
    return Workspace(settings, connection, tables, tuple(problems), counts,
                     read_commentary(settings.folder), _hash_inputs(settings, used))


def _sources_used(settings: Settings, mappings: dict[str, Mapping],
                  entries: dict) -> dict[str, Source]:
    """Sources that a table needs; SQL may use any of them."""
    all_needed = any(mapping.sql for mapping in mappings.values())
    named = {mapping.source for mapping in mappings.values()}
    wanted = {name: entry for name, entry in entries.items() if all_needed or name in named}
    return {source.name: source for source in name_sources(settings.folder, wanted)}


def _connect() -> duckdb.DuckDBPyConnection:
    """An embedded database that spills what does not fit into memory to the temp folder."""
    connection = duckdb.connect()
    connection.execute("set old_implicit_casting = true; set preserve_insertion_order = true")
    connection.execute("set temp_directory = ?",
                       [str(Path(tempfile.gettempdir()) / f"qbr-spill-{os.getpid()}")])
    for schema in ("raw", "located", "contract"):
        connection.execute(f"create schema {schema}")
    return connection


def _map_and_check(connection: duckdb.DuckDBPyConnection, settings: Settings,
                   mappings: dict[str, Mapping],
                   sources: dict[str, Source]) -> tuple[list[Problem], dict[str, RowCount]]:
    problems: list[Problem] = []
    counts = {}
    for name, mapping in mappings.items():
        source = sources.get(mapping.source)
        found = map_table(connection, mapping, source)
        checks = TableChecks(connection, mapping, found, source)
        problems += checks.problems()
        if any(column not in found for column in mapping.table.required):
            continue
        rows, refused = checks.refuse()
        counts[name] = RowCount(rows, refused)
        problems += check_share_refused(mapping.table, rows, refused, settings)
    return problems, counts


def _fetch(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """A table with text as str, flags as nullable booleans, dates as timestamps."""
    columns = ", ".join(quoted(column) for column in TABLES[name].names)
    table = connection.execute(f"select {columns} from contract.{quoted(name)}").df()
    kinds = {"id": "str", "text": "str", "quarter": "str", "flag": "boolean",
             "date": "datetime64[us]", "month": "datetime64[us]"}
    return table.astype({column.name: kinds.get(column.kind, "float64")
                         for column in TABLES[name].columns})


def read_commentary(folder: Path) -> dict[str, str]:
    """Texts of ``commentary/<account_id>.md`` by account id; empty files count as none.

    Files are looked up by listing the folder, so an id never becomes a path.
    """
    texts = {file.stem: file.read_text(encoding="utf-8-sig").strip()
             for file in sorted((folder / "commentary").glob("*.md"))}
    return {account: text for account, text in texts.items() if text}


def _hash_inputs(settings: Settings, sources: dict[str, Source]) -> str:
    total = hashlib.sha256((settings.folder / FILE).read_bytes())
    for source in sources.values():
        for file in source.files:
            with open(file, "rb") as stream:
                total.update(hashlib.file_digest(stream, "sha256").digest())
    for account, text in read_commentary(settings.folder).items():
        total.update(f"{account}\0{text}\0".encode())
    return total.hexdigest()
