"""Tables of the contract from the sources: by columns, by SQL, or by equal names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from qbrkit.columns import TABLES, Column, Table
from qbrkit.errors import DataError, SettingError
from qbrkit.settings import Settings
from qbrkit.sources import recognize
from qbrkit.sources.read import PARQUET, TEXT_FILES, TEXT_OF, WORKBOOKS, Source
from qbrkit.sources.recognize import literal, quoted

UNREAD = "__unread_"
"""Prefix of the columns that keep what could not be read, for the checks."""
SQL_TYPES = {"id": "VARCHAR", "text": "VARCHAR", "quarter": "VARCHAR", "flag": "BOOLEAN",
             "date": "DATE", "month": "DATE", "number": "DOUBLE", "share": "DOUBLE",
             "money": recognize.MONEY_TYPE}
FLOATS = {"DOUBLE", "FLOAT"}


@dataclass(frozen=True)
class Mapping:
    """Where one table of the contract comes from.

    Parameters
    ----------
    table : Table
        The table of the contract.
    source : str
        Name of the source, empty when the table is made by SQL.
    columns : dict of str to str
        Contract column to source column or SQL expression.
    sql : str
        The query, empty when the table is made from one source.
    """

    table: Table
    source: str
    columns: dict[str, str]
    sql: str = ""


def find_mappings(settings: Settings, sources: dict[str, Any]) -> dict[str, Mapping]:
    """Every table of the contract that the workspace holds.

    A table is mapped under ``[tables]``, or a source or a file of its name is there;
    `sources` receives the files found that way.

    Raises
    ------
    SettingError
        If a mapping is neither columns nor SQL or names what is not there; all faults
        in one message.
    """
    faults: list[str] = []
    mappings = {}
    for name, table in TABLES.items():
        entry = settings.tables.get(name)
        if entry is None and name not in sources:
            if not (file := _own_file(settings.folder, name)):
                continue
            sources[name] = file.name
        entry = entry or {"source": name}
        source = entry.get("source", "" if "sql" in entry else name)
        faults += [f"[tables.{name}] {key} is not known; allowed are source, columns, sql"
                   for key in entry if key not in {"source", "columns", "sql"}]
        if "sql" in entry and ("source" in entry or "columns" in entry):
            faults.append(f"[tables.{name}] give sql, or source and columns, not both")
        if source and source not in sources:
            faults.append(f"[tables.{name}] source {source!r} is not under [sources]; there are "
                          f"{', '.join(sources) or 'none'}")
        unknown = [column for column in entry.get("columns", {}) if column not in table.names]
        faults += [f"[tables.{name}] {column} is no column of {name}; allowed are "
                   f"{', '.join(table.names)}" for column in unknown]
        mappings[name] = Mapping(table, source, dict(entry.get("columns", {})),
                                 entry.get("sql", ""))
    if faults:
        raise SettingError("\n".join(f"qbr.toml: {fault}" for fault in faults))
    return mappings


def _own_file(folder: Path, table: str) -> Path | None:
    endings = sorted(TEXT_FILES | WORKBOOKS | PARQUET)
    names = [table + ending + packed for ending in endings for packed in ("", ".gz")]
    return next((folder / name for name in names if (folder / name).is_file()), None)


def map_table(connection: duckdb.DuckDBPyConnection, mapping: Mapping,
              source: Source | None) -> list[str]:
    """Make ``contract."<table>"`` with every column of the contract, typed.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database with the sources read.
    mapping : Mapping
        Where the table comes from.
    source : Source or None
        The source, None for SQL.

    Returns
    -------
    list of str
        Names of the contract's columns that were found.

    Raises
    ------
    DataError
        If a query or an expression cannot be computed.
    """
    name = mapping.table.name
    try:
        found, select = _selection(connection, mapping)
        kinds = {column.lower(): kind for column, kind, *_ in
                 connection.execute(f"describe {select}").fetchall()}
        parts = []
        for column in mapping.table.columns:
            sql_type = SQL_TYPES[column.kind]
            if column.name not in found:
                parts.append(f"cast(null as {sql_type}) as {quoted(column.name)}")
                continue
            text = f"nullif(trim(cast({quoted(column.name)} as VARCHAR)), '')"
            read = _read_sql(connection, column, kinds[column.name], select, source)
            parts.append(f"{read} as {quoted(column.name)}")
            parts.append(f"case when ({read}) is null then {text} end "
                         f"as {quoted(UNREAD + column.name)}")
        origin = ("__file, __row" if "__row" in kinds
                  else "cast(null as VARCHAR) as __file, cast(null as BIGINT) as __row")
        connection.execute(f"create table contract.{quoted(name)} as "
                           f"select {', '.join(parts)}, {origin} from ({select})")
    except duckdb.Error as error:
        raise DataError(f"[tables.{name}] cannot be computed: {_cause(error)}", name) from error
    return found


def _selection(connection: duckdb.DuckDBPyConnection,
               mapping: Mapping) -> tuple[list[str], str]:
    """The columns found and the query that yields them under the contract's names."""
    if mapping.sql:
        query = f"({mapping.sql.strip().rstrip(';')})"
        described = [column[0] for column in
                     connection.execute(f"describe select * from {query}").fetchall()]
        named = {column.lower(): column for column in described}
        picked = {name: quoted(named[name]) for name in mapping.table.names if name in named}
        origin = ""
    else:
        query = f"located.{quoted(mapping.source)}"
        described = [column[0] for column in connection.execute(f"describe {query}").fetchall()]
        named = {column.strip().lower(): (TEXT_OF + column if TEXT_OF + column in described
                                          else column) for column in described}
        wanted = {name: name for name in mapping.table.names if name in named} | mapping.columns
        picked = {name: quoted(named[given.strip().lower()]) if given.strip().lower() in named
                  else f"({given})" for name, given in wanted.items()}
        origin = ", __file, __row"
    selected = ", ".join(f"{sql} as {quoted(name)}" for name, sql in picked.items())
    if not selected:
        raise DataError(f"{mapping.table.name}: none of its columns is there; the source has "
                        f"{', '.join(described)}; map them under [tables.{mapping.table.name}]",
                        mapping.table.name)
    return list(picked), f"(select {selected}{origin} from {query})"


def _read_sql(connection: duckdb.DuckDBPyConnection, column: Column, kind: str, select: str,
              source: Source | None) -> str:
    """SQL that reads one column as the kind the contract wants."""
    name = quoted(column.name)
    text = f"nullif(trim(cast({name} as VARCHAR)), '')"
    if kind == "VARCHAR":
        return _read_text_sql(connection, column, text, select, source)
    if column.kind in {"id", "text"}:
        whole = f"case when {name} = floor({name}) and abs({name}) < 1e15 " \
                f"then cast(cast({name} as BIGINT) as VARCHAR) else {text} end"
        return whole if kind in FLOATS else text
    if column.kind in {"money", "number", "share"}:
        finite = f"case when isfinite({name}) then {name} end" if kind in FLOATS else name
        return f"try_cast({finite} as {SQL_TYPES[column.kind]})"
    if column.kind == "date" and not _is_number(kind):
        return f"try_cast({name} as DATE)"
    if column.kind == "month" and not _is_number(kind):
        return f"cast(date_trunc('month', try_cast({name} as DATE)) as DATE)"
    return _read_text_sql(connection, column, text, select, source)


def _read_text_sql(connection: duckdb.DuckDBPyConnection, column: Column, text: str, select: str,
                   source: Source | None) -> str:
    decimal = source.options.get("decimal") if source else None
    if column.kind in {"date", "month"}:
        formats = source.date_formats if source else ()
        if not formats:
            ((counts,),) = connection.execute(
                f"select {recognize.date_order_sql(text)} from {select}").fetchall()
            formats = recognize.date_formats(counts)
        reader = recognize.date_sql if column.kind == "date" else recognize.month_sql
        return reader(text, formats)
    if column.kind in {"money", "number", "share"}:
        return recognize.number_sql(text, decimal, SQL_TYPES[column.kind])
    if column.kind == "flag":
        return recognize.flag_sql(text)
    if column.kind == "quarter":
        return recognize.quarter_sql(text)
    if column.allowed:
        listed = ", ".join(literal(value) for value in column.allowed)
        normal = f"replace(replace(lower({text}), ' ', '_'), '-', '_')"
        return f"case when {normal} in ({listed}) then {normal} end"
    return text


def _is_number(kind: str) -> bool:
    return kind.startswith("DECIMAL") or kind in FLOATS or kind.endswith("INT") \
        or kind == "INTEGER"


def _cause(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3])[:400]
