"""Any export as a table of the embedded database: text stays text until it is recognized.

Each source becomes three relations: ``raw."name"`` holds what the export holds, blanks
trimmed and empty text missing; the view ``"name"`` shows columns that are numbers or
dates throughout as numbers and dates, so that SQL in qbr.toml can calculate with them;
``located."name"`` also keeps their text, and the file and row of each record.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from qbrkit.errors import DataError, SettingError
from qbrkit.problems import NOTED, Problem
from qbrkit.sources import recognize
from qbrkit.sources.entries import PARQUET, TEXT_FILES, WORKBOOKS, Source, suffix
from qbrkit.sources.kinds import Kind, find_kinds, force_kind
from qbrkit.sources.recognize import literal, quoted
from qbrkit.sources.text_files import explain, select_text
from qbrkit.sources.workbooks import read_sheet

TEXT_OF = "__text_of_"
"""Prefix of the columns of ``located`` that keep the text of a recognized column."""
STAGED = "raw.__staged"
BLANKS = " \t\r\n\u00a0"
ORIGIN = ("__file", "__row")
"""Where a row stands: file, and row as a spreadsheet counts it."""


def read_source(connection: duckdb.DuckDBPyConnection, source: Source,
                scratch: Path) -> list[Problem]:
    """Make the three relations of one source.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    source : Source
        What to read.
    scratch : Path
        Folder for converted copies of its files.

    Returns
    -------
    list of Problem
        Values that are not of the kind given under ``types``.

    Raises
    ------
    DataError
        If a file cannot be read as its options say; the message names file and line.
    SettingError
        If an option cannot be used with these files.
    """
    try:
        if "url" in source.options:
            _read_database(connection, source)
        else:
            _read_files(connection, source, scratch)
        return _show_recognized(connection, source)
    except duckdb.Error as error:
        if source.files and suffix(source.files[0]) in TEXT_FILES:
            raise explain(error, source) from error
        files = ", ".join(file.name for file in source.files) or "its rows"
        raise DataError(f"{files}: cannot be read: {str(error).splitlines()[0]}") from error


def _read_files(connection: duckdb.DuckDBPyConnection, source: Source, scratch: Path) -> None:
    """All files of a source, one below the other, columns matched by name."""
    faults, selects = [], []
    for number, file in enumerate(source.files):
        try:
            if suffix(file) in PARQUET:
                selects.append(_select_parquet(file))
            elif suffix(file) in WORKBOOKS:
                registered = f"__{source.name}_{number}"
                connection.register(registered, read_sheet(file, source))
                selects.append(f"select * from {quoted(registered)}")
            else:
                folder = scratch / f"{source.name}_{number}".replace("/", "_")
                folder.mkdir()
                selects.append(select_text(file, source, folder / file.name))
        except DataError as error:
            faults.append(str(error))
    if faults:
        raise DataError("\n".join(faults))
    described = [_describe(connection, select, file)
                 for select, file in zip(selects, source.files, strict=True)]
    cleaned = [_cleaned(select, kinds, described, source)
               for select, kinds in zip(selects, described, strict=True)]
    # Parquet stays in its files: a view reads only the columns that are needed.
    what = "view" if suffix(source.files[0]) in PARQUET else "table"
    connection.execute(f"create {what} raw.{quoted(source.name)} as "
                       + " union all by name ".join(cleaned))
    for number in range(len(source.files)):
        connection.unregister(f"__{source.name}_{number}")


def _read_database(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    from qbrkit.sources.database import read_database  # its packages may not be installed

    read_database(connection, source, STAGED)
    select = f"select * from {STAGED}"
    kinds = _describe(connection, select, Path(source.name))
    connection.execute(f"create table raw.{quoted(source.name)} as "
                       + _cleaned(select, kinds, [kinds], source))
    connection.execute(f"drop table {STAGED}")


def _select_parquet(file: Path) -> str:
    path = literal(str(file))
    return (f"select * exclude (file_row_number), {path} as __file, "
            f"file_row_number + 2 as __row from read_parquet({path}, file_row_number=true)")


def _describe(connection: duckdb.DuckDBPyConnection, select: str, file: Path) -> dict[str, str]:
    """Types of the columns of a selection by their names."""
    try:
        return {name: str(kind) for name, kind, *_ in
                connection.execute(f"describe {select}").fetchall()}
    except duckdb.Error as error:
        raise DataError(f"{file.name}: cannot be read: {str(error).splitlines()[0]}; export it "
                        "again") from error


def _cleaned(select: str, kinds: dict[str, str], all_kinds: list[dict[str, str]],
             source: Source) -> str:
    """A selection with blanks trimmed, null marks missing, and rows without any value left out."""
    marks = ", ".join(literal(mark) for mark in source.null_marks)
    columns = {}
    for name, kind in kinds.items():
        columns[name] = column = quoted(name)
        if name in ORIGIN:
            continue
        if kind == "VARCHAR":
            text = f"trim({column}, {literal(BLANKS)})"
            columns[name] = f"case when {text} not in ({marks}) then {text} end"
        elif kind in recognize.FLOATS:
            columns[name] = f"case when not isnan({column}) then {column} end"
            if any(other.get(name) == "VARCHAR" for other in all_kinds):
                columns[name] = recognize.float_text_sql(column)
    selected = ", ".join(f"{sql} as {quoted(name.strip())}" for name, sql in columns.items())
    filled = " or ".join(f"{quoted(name)} is not null" for name in kinds if name not in ORIGIN)
    return f"select {selected} from ({select}) where {filled or 'true'}"


def _show_recognized(connection: duckdb.DuckDBPyConnection, source: Source) -> list[Problem]:
    """Views of the raw table in which columns of numbers and dates throughout are such."""
    raw = f"raw.{quoted(source.name)}"
    types = {name: str(kind) for name, kind, *_ in
             connection.execute(f"describe {raw}").fetchall()}
    columns = [name for name in types if name not in ORIGIN]
    kinds = find_kinds(connection, raw, {name: types[name] for name in columns},
                       source.decimal, source.date_formats)
    problems = list(_force_kinds(connection, source, types, kinds))
    sql = {name: kind.sql(quoted(name)) for name, kind in kinds.items() if kind.name != "text"}
    shown = ", ".join(f"{sql.get(name, quoted(name))} as {quoted(name)}" for name in columns)
    untouched = "".join(f", {quoted(name)} as {quoted(TEXT_OF + name)}" for name in sql)
    connection.execute(f"create view located.{quoted(source.name)} as "
                       f"select {shown}{untouched}, {', '.join(ORIGIN)} from {raw}")
    connection.execute(f"create view {quoted(source.name)} as select {shown} from {raw}")
    return problems


def _force_kinds(connection: duckdb.DuckDBPyConnection, source: Source, types: dict[str, str],
                 kinds: dict[str, Kind]) -> Iterator[Problem]:
    """Put the kinds given under ``types`` in place of those found."""
    named = {name.lower(): name for name, kind in types.items()
             if kind == "VARCHAR" and name not in ORIGIN}
    for given, kind in source.options.get("types", {}).items():
        name = named.get(given.strip().lower())
        if name is None:
            raise SettingError(f"[sources] {source.name}: types names {given!r}, which is no text "
                               f"column there; there are {', '.join(named.values())}")
        forced = force_kind(connection, f"raw.{quoted(source.name)}", name,
                            Kind(kind, source.decimal, source.date_formats))
        if kind == "date" and not forced.formats and recognize.is_undecided(forced.evidence):
            raise SettingError(
                f"[sources] {source.name}: day and month of {name} cannot be told apart; write "
                'date_format = "%d/%m/%Y" (day first) or "%m/%d/%Y" (month first)')
        kinds[name] = forced
        if kind == "text":
            continue
        column = quoted(name)
        others = connection.execute(
            f"select {column}, count(*) from raw.{quoted(source.name)} where {column} is not null "
            f"and ({forced.sql(column)}) is null group by 1 order by 2 desc, 1").fetchall()
        if others:
            yield Problem(f"[sources] {source.name}", name, f"is not a {kind}; SQL sees it empty",
                          sum(count for _, count in others), NOTED,
                          tuple(text for text, _ in others[:5]),
                          fix="Name marks for nothing in null_values, or repair the values")
