"""A workspace opened: settings, tables of the contract, and what is wrong in them."""

import hashlib
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from qbrkit.columns import TABLES
from qbrkit.errors import DataError, SettingError
from qbrkit.periods import Coverage
from qbrkit.problems import NOTED, SHOWN, STOPS, Problem, stop_on
from qbrkit.settings import FILE, Settings, read_settings
from qbrkit.sources.checks import LINES, check_share_refused, check_table, refuse_rows
from qbrkit.sources.embedded import connect, drop_sources, lock, read_sources, stopping
from qbrkit.sources.entries import Source, name_sources
from qbrkit.sources.mapping import Mapping, find_mappings
from qbrkit.sources.recognize import quoted
from qbrkit.sources.relations import check_between_tables
from qbrkit.sources.tables import make_table


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
        SHA-256 over qbr.toml, all source files (of a database, the rows of its query) and
        the commentary.
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
                        self.settings.company.fiscal_year_start,
                        is_stated=periods.data_from is not None)


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
    """Read and check a workspace; what is wrong with its data is told in its problems.

    Raises
    ------
    SettingError
        If qbr.toml cannot be used.
    DataError
        If a commentary is not UTF-8.
    """
    settings = read_settings(folder)
    entries = _entries(settings)
    mappings = find_mappings(settings, entries)
    used = {name for mapping in mappings.values() for name in mapping.uses}
    sources = name_sources(settings.folder, {name: entry for name, entry in entries.items()
                                             if name in used})
    commentary = read_commentary(settings.folder)
    connection = connect()
    problems, readable = read_sources(connection, sources)
    lock(connection, sources)
    found, counts = _map_and_check(connection, settings, mappings, readable)
    problems += found
    stopped = {problem.table for problem in problems if problem.severity == STOPS}
    broken = {name for name in mappings if name in stopped or name not in counts}
    problems += check_between_tables(connection, set(counts) - broken, broken, settings)
    problems += _unclaimed_commentary(connection, counts, commentary)
    inputs_hash = _hash_inputs(connection, settings, sources, readable, commentary)
    drop_sources(connection, readable)
    tables = {name: _fetch(connection, name) for name in counts if name != LINES}
    return Workspace(settings, connection, tables, tuple(problems), counts, commentary,
                     inputs_hash)


def _entries(settings: Settings) -> dict[str, Any]:
    if not isinstance(settings.sources, dict):
        raise SettingError(f"{FILE}: sources must be a section: [sources]")
    return dict(settings.sources)


def _map_and_check(connection: duckdb.DuckDBPyConnection, settings: Settings,
                   mappings: dict[str, Mapping], readable: dict[str, Source],
                   ) -> tuple[list[Problem], dict[str, RowCount]]:
    """Every table whose sources can be read: its problems, and its rows when it can be used."""
    currency = settings.company.currency
    problems: list[Problem] = []
    counts = {}
    for name, mapping in mappings.items():
        if any(source not in readable for source in mapping.uses):
            continue  # why is told of the source
        try:
            made = make_table(connection, mapping, [readable[used] for used in mapping.uses])
        except DataError as error:
            problems += stopping(name, error)
            continue
        found = check_table(connection, mapping, made, currency)
        if all(column in made.found for column in mapping.table.required):
            rows, refused = refuse_rows(connection, mapping.table)
            counts[name] = RowCount(rows, refused)
            if not any(problem.severity == STOPS for problem in found):
                found += check_share_refused(mapping.table, rows, refused, settings)
        problems += found
    if LINES not in mappings:
        problems.append(Problem(LINES, "", "there is no such table", 0, STOPS,
                                fix=f"Map it in {FILE} under [tables.{LINES}]"))
    elif LINES in counts and not counts[LINES].accepted and not any(
            problem.table == LINES and problem.severity == STOPS for problem in problems):
        problems.append(Problem(LINES, "", "there is no line that can be used", 0, STOPS,
                                fix="Check the source and the mapping"))
    return problems, counts


def _fetch(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """A table with text as str, flags as nullable booleans, dates as timestamps."""
    columns = ", ".join(quoted(column) for column in TABLES[name].names)
    table = connection.execute(f"select {columns} from contract.{quoted(name)}").df()
    kinds = {"id": "str", "text": "str", "quarter": "str", "flag": "boolean",
             "date": "datetime64[us]", "month": "datetime64[us]"}
    return table.astype({column.name: kinds.get(column.kind, "float64")
                         for column in TABLES[name].columns})


def _unclaimed_commentary(connection: duckdb.DuckDBPyConnection, counts: Lookup[str, RowCount],
                          commentary: Lookup[str, str]) -> list[Problem]:
    """Texts whose file name is no account."""
    homes = [name for name in ("accounts", LINES) if name in counts]
    known = {account for name in homes for account, in connection.execute(
        f"select distinct account_id from contract.{name}").fetchall()}
    unclaimed = sorted(set(commentary) - known)
    if not homes or not unclaimed:
        return []
    return [Problem("commentary", "", "there is no account of this name", len(unclaimed), NOTED,
                    tuple(f"{one}.md" for one in unclaimed[:SHOWN]),
                    fix="Name each file after its account_id")]


def read_commentary(folder: Path) -> dict[str, str]:
    """Texts of ``commentary/<account_id>.md`` by account id; empty files count as none.

    Files are looked up by listing the folder, so an id never becomes a path.

    A file that is not UTF-8 is read as Windows writes its texts, windows-1252.
    """
    texts = {}
    for file in sorted((folder / "commentary").glob("*.md")):
        written = file.read_bytes()
        try:
            text = written.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = written.decode("windows-1252", errors="replace")
        texts[file.stem] = text.strip()
    return {account: text for account, text in texts.items() if text}


def _hash_inputs(connection: duckdb.DuckDBPyConnection, settings: Settings,
                 sources: list[Source], readable: dict[str, Source],
                 commentary: dict[str, str]) -> str:
    """SHA-256 over all that was read; of a database, over the rows of its query."""
    total = hashlib.sha256((settings.folder / FILE).read_bytes())
    for source in sources:
        for file in source.files:
            total.update(f"\0{source.name}\0{file.name}\0".encode())
            with open(file, "rb") as stream:
                total.update(hashlib.file_digest(stream, "sha256").digest())
        if not source.files and source.name in readable:
            relation = f"raw.{quoted(source.name)}"
            ((rows,),) = connection.execute(
                f"select sum(hash(source_row)) from {relation} source_row").fetchall()
            total.update(f"\0{source.name}\0{rows}\0".encode())
    for account, text in commentary.items():
        total.update(f"\0{account}\0{text}\0".encode())
    return total.hexdigest()
