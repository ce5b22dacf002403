"""Any export as a table of the embedded database: text stays text until it is recognized.

Each source becomes three relations: ``raw."name"`` holds what the export holds, blanks
trimmed and empty text missing; the view ``"name"`` shows columns that are numbers or
dates throughout as numbers and dates, so that SQL in qbr.toml can calculate with them;
``located."name"`` also keeps their text, and the file and row of each record.
"""

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb

from qbrkit.errors import DataError, SettingError
from qbrkit.problems import NOTED, Problem
from qbrkit.sources import recognize
from qbrkit.sources.date_orders import files_decided_by_others
from qbrkit.sources.decimals import POINT
from qbrkit.sources.entries import ORIGIN, PARQUET, TEXT_FILES, WORKBOOKS, Source, suffix
from qbrkit.sources.kinds import Kind, find_kinds, force_kind
from qbrkit.sources.loading import load_texts, trimmed_sql
from qbrkit.sources.overlap import count_overlap_once
from qbrkit.sources.recognize import file_literal, literal, quoted
from qbrkit.sources.text_files import TextScan, explain, scan_text
from qbrkit.sources.workbooks import read_sheet

TEXT_OF = "__text_of_"
"""Prefix of the columns of ``located`` that keep the text of a recognized column."""
STAGED = "raw.__staged"


def read_source(connection: duckdb.DuckDBPyConnection, source: Source, scratch: Path,
                wanted_as_text: Collection[str] = (),
                is_calculated_with: bool = True) -> list[Problem]:
    """Make the three relations of one source.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    source : Source
        What to read.
    scratch : Path
        Folder for converted copies of its files.
    wanted_as_text : collection of str
        Columns, in small letters, that the mapping uses as ids or texts.
    is_calculated_with : bool, default True
        SQL of qbr.toml calculates with its columns, so that numbers must be seen as such.

    Returns
    -------
    list of Problem
        Values that are not of the kind given under ``types``, and rows counted once.

    Raises
    ------
    DataError
        If a file cannot be read as its options say; the message names file and line.
    SettingError
        If an option cannot be used with these files.
    """
    try:
        problems: list[Problem] = []
        parts = (_load_database(connection, source) if "url" in source.options
                 else _load_files(connection, source, scratch, wanted_as_text, problems))
        parts = [_renamed(connection, part, source) for part in parts]
        needs_kinds = is_calculated_with or len(parts) > 1 or "types" in source.options
        return problems + show_recognized(connection, source, parts, needs_kinds)
    except duckdb.Error as error:
        if source.files and suffix(source.files[0]) in TEXT_FILES:
            raise explain(error, source) from error
        files = ", ".join(file.name for file in source.files) or "its rows"
        raise DataError(f"{files}: {_unreadable(error)}") from error


def _load_files(connection: duckdb.DuckDBPyConnection, source: Source, scratch: Path,
                wanted_as_text: Collection[str], problems: list[Problem]) -> list[str]:
    """SQL of each file of a source; what is to be said of them goes to `problems`."""
    kind = suffix(source.files[0])
    if kind in PARQUET:
        return _clean_parquet(connection, source)
    if kind in WORKBOOKS:
        return _load_sheets(connection, source)
    scans = _scan_texts(source, scratch)
    problems += [Problem(f"[sources] {source.name}", "", f"{scan.file.name} names "
                         f"{', '.join(scan.repeated)} twice; the first keeps its name, the second "
                         f"is {', '.join(f'{name}_2' for name in scan.repeated)}", 0, NOTED,
                         fix="Check which of them is meant, and map that one by its name")
                 for scan in scans if scan.repeated]
    return load_texts(connection, source, scans, wanted_as_text)


def _scan_texts(source: Source, scratch: Path) -> list[TextScan]:
    """How each text file is scanned; what is wrong with any is told together."""
    faults, scans = [], []
    for file in source.files:
        folder = Path(tempfile.mkdtemp(dir=scratch))
        try:
            scans.append(scan_text(file, source, folder / file.name))
        except DataError as error:
            faults.append(str(error))
    if faults:
        raise DataError("\n".join(faults))
    return scans


def _load_sheets(connection: duckdb.DuckDBPyConnection, source: Source) -> list[str]:
    """Every sheet of every workbook as a table; rows without any value are left out."""
    faults, sheets = [], []
    for file in source.files:
        for sheet in source.sheets:
            try:
                sheets.append(read_sheet(file, source, sheet))
            except DataError as error:
                faults.append(str(error))
    if faults:
        raise DataError("\n".join(faults))
    parts = []
    for number, sheet in enumerate(sheets):
        connection.register("__sheet", sheet)
        parts.append(_loaded(connection, source, "__sheet", source.part_name(number)))
        connection.unregister("__sheet")
    return parts


def _load_database(connection: duckdb.DuckDBPyConnection, source: Source) -> list[str]:
    from qbrkit.sources.database import read_database  # its packages may not be installed

    read_database(connection, source, STAGED)
    part = _loaded(connection, source, STAGED, source.part_name(0))
    connection.execute(f"drop table {STAGED}")
    return [part]


def _loaded(connection: duckdb.DuckDBPyConnection, source: Source, relation: str,
            name: str) -> str:
    """A relation of texts as a table: blanks trimmed, null marks missing, no empty rows."""
    kinds = _describe(connection, f"select * from {relation}", name)
    columns = ", ".join(f"{clean_sql(column, kind, source)} as {quoted(column)}"
                        for column, kind in kinds.items())
    filled = " or ".join(f"{quoted(column)} is not null" for column in kinds
                         if column not in ORIGIN)
    connection.execute(f"create table raw.{quoted(name)} as "
                       f"select * from (select {columns} from {relation}) where {filled or 'true'}")
    return f"select * from raw.{quoted(name)}"


def clean_sql(name: str, kind: str, source: Source) -> str:
    """SQL of a column of a source without blanks around it and without marks for nothing."""
    column = quoted(name)
    if name in ORIGIN:
        return column
    if kind == "VARCHAR":
        marks = ", ".join(map(literal, source.null_marks))
        text = trimmed_sql(column)
        return f"case when {text} not in ({marks}) then {text} end"
    is_float = kind in recognize.FLOATS
    return f"case when not isnan({column}) then {column} end" if is_float else column


def _clean_parquet(connection: duckdb.DuckDBPyConnection, source: Source) -> list[str]:
    """Parquet stays in its files: a view reads only the columns that are needed."""
    selects = []
    for file in source.files:
        selects.append(f"select * exclude (file_row_number), {literal(str(file))} as __file, "
                       "file_row_number + 2 as __row from "
                       f"read_parquet({file_literal(file)}, file_row_number=true)")
    described = [_describe(connection, select, file.name)
                 for select, file in zip(selects, source.files, strict=True)]
    parts = []
    for select, kinds in zip(selects, described, strict=True):
        columns = []
        for name, kind in kinds.items():
            is_text_elsewhere = kind in recognize.FLOATS and any(
                other.get(name) == "VARCHAR" for other in described)
            sql = (recognize.float_text_sql(quoted(name)) if is_text_elsewhere
                   else clean_sql(name, kind, source))
            columns.append(f"{sql} as {quoted(name)}")
        parts.append(f"select {', '.join(columns)} from ({select})")
    return parts


def _renamed(connection: duckdb.DuckDBPyConnection, part: str, source: Source) -> str:
    """A selection with its columns named as qbr.toml wants them.

    Raises
    ------
    SettingError
        If two columns would bear the same name.
    """
    names = list(_describe(connection, part, source.name))
    wanted = [name if name in ORIGIN else name.strip() for name in source.renamed(names)]
    lower = [name.lower() for name in wanted]
    if repeated := {name for name, key in zip(wanted, lower, strict=True) if lower.count(key) > 1}:
        raise SettingError(f"[sources] {source.name}: rename makes two columns "
                           f"{', '.join(sorted(repeated))}; take another name")
    if wanted == names:
        return part
    columns = ", ".join(f"{quoted(name)} as {quoted(new)}"
                        for name, new in zip(names, wanted, strict=True))
    return f"select {columns} from ({part})"


def _describe(connection: duckdb.DuckDBPyConnection, select: str, file: str) -> dict[str, str]:
    """Types of the columns of a selection by their names."""
    try:
        return {name: str(kind) for name, kind, *_ in
                connection.execute(f"describe {select}").fetchall()}
    except duckdb.Error as error:
        raise DataError(f"{file}: {_unreadable(error)}") from error


def _unreadable(error: duckdb.Error) -> str:
    """Why a file that is no text cannot be read, in place of the words of a database."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"does not fit into memory: {str(error).splitlines()[0]}"
    return "is damaged, or is no file of the kind its ending says; export it again"


def show_recognized(connection: duckdb.DuckDBPyConnection, source: Source, parts: list[str],
                    needs_kinds: bool = True) -> list[Problem]:
    """The files one below the other; and views in which numbers and dates are such.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    source : Source
        The source.
    parts : list of str
        SQL of each of its files.
    needs_kinds : bool, default True
        Look what its columns are; else the views show them as they were read.
    """
    raw = f"raw.{quoted(source.name)}"
    below = " union all by name "
    connection.execute(f"create view {raw} as {below.join(parts)}")
    types = {name: str(kind) for name, kind, *_ in
             connection.execute(f"describe {raw}").fetchall()}
    columns = [name for name in types if name not in ORIGIN]
    # floats of a text file were recognized as it was read
    is_read_as_text = not source.files or suffix(source.files[0]) not in PARQUET
    open_ = {name: types[name] for name in columns
             if not (is_read_as_text and types[name] in recognize.FLOATS)}
    proven = {POINT} if len(open_) < len(columns) else set()
    kinds = (find_kinds(connection, raw, open_, source.decimal, source.date_formats, proven)
             if needs_kinds else {})
    problems = list(_force_kinds(connection, source, types, kinds))
    sql = {name: kind.sql(quoted(name)) for name, kind in kinds.items() if kind.name != "text"}
    if len(source.files) > 1:
        problems += files_decided_by_others(connection, source, kinds)
    if source.counts_overlap_once and len(parts) > 1:
        parts, once = count_overlap_once(connection, source, parts, sql)
        problems += once
        connection.execute(f"create or replace view {raw} as {below.join(parts)}")
    shown = ", ".join(f"{sql.get(name, quoted(name))} as {quoted(name)}" for name in columns)
    untouched = "".join(f", {quoted(name)} as {quoted(TEXT_OF + name)}" for name in sql
                        if kinds[name].name != "id")
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
