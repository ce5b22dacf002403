"""Text files into tables: numbers and dates at once where that is sure, everything else as text.

Reading a column as a number in the scan itself takes a fraction of the time of reading it
as text and recognizing it afterwards. It is done where the first rows leave no doubt what
the column is, and undone where a single value of the rest says otherwise: the outcome is
the same, the way there is shorter.
"""

from collections.abc import Collection, Iterator

import duckdb

from qbrkit.sources.entries import Source
from qbrkit.sources.kinds import SAMPLE_ROWS, looks_like_identifier
from qbrkit.sources.recognize import literal, quoted
from qbrkit.sources.text_files import TextScan

LARGE = 1 << 20
"""Bytes from which it pays to look whether columns can be read at once."""
EXACT_BELOW = 1e9
"""Amounts below it have six decimals in a float as in the text."""
PLAUSIBLE_DAY = "({0} > date '1970-01-01' and {0} < date '2100-01-01')"
"""Words such as “epoch” and “infinity” are days to the database."""
BLANKS = " \t\r\n\u00a0\u2007\u202f\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
"""Taken off both ends of a text: blanks, no-break spaces, and marks that nobody sees."""
BLANK_EDGE = f"^[{BLANKS}]|[{BLANKS}]$"
REJECTS, REJECT_SCANS = "__rejects", "__reject_scans"
NUMBER = r"^-?(0|[1-9]\d*)(\.\d+)?$"
POINT_IS_DECIMAL = r"^-?(0|\d{4,})\.|\.(\d{1,2}|\d{4,})$"
"""A point that can separate no thousands."""
ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"


def load_texts(connection: duckdb.DuckDBPyConnection, source: Source, scans: list[TextScan],
               wanted_as_text: Collection[str]) -> list[str]:
    """Read the text files of one source into a table each.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    source : Source
        The source.
    scans : list of TextScan
        Its files.
    wanted_as_text : collection of str
        Columns, in small letters, that the mapping uses as ids or texts.

    Returns
    -------
    list of str
        SQL of each file: its columns, ``__file`` and ``__row``.
    """
    tables = [f"raw.{quoted(source.part_name(number))}" for number in range(len(scans))]
    types: dict[str, str] = {}
    if sum(scan.size for scan in scans) >= LARGE:
        types = _sure_types(connection, source, scans, wanted_as_text)
    while True:
        for table, scan in zip(tables, scans, strict=True):
            _load(connection, table, source, scan, types)
        doubtful = _doubtful(connection, tables, types)
        if not doubtful:
            break
        types = {name: type_ for name, type_ in types.items() if name not in doubtful}
    return [_numbered(connection, table, scan)
            for table, scan in zip(tables, scans, strict=True)]


def _load(connection: duckdb.DuckDBPyConnection, table: str, source: Source, scan: TextScan,
          types: dict[str, str]) -> None:
    """One file as a table, text trimmed and null marks missing."""
    marks = ", ".join(map(literal, source.null_marks))
    more = (f", store_rejects=true, rejects_table={literal(REJECTS)}, rejects_limit=1000, "
            f"rejects_scan={literal(REJECT_SCANS)}, dateformat='%Y-%m-%d', "
            f"nullstr=[{marks}]") if types else ""
    columns = []
    for name in scan.names:
        column = text = quoted(name)
        if name not in types:
            text = trimmed_sql(column) if scan.has_blanks else column
            text = f"case when {text} not in ({marks}) then {text} end"
        columns.append(f"{text} as {column}")
    row = ["__row"] if scan.first_row is None else []
    connection.execute(f"create or replace table {table} as select "
                       f"{', '.join([*columns, *row])} from ({scan.select(types, more)})")


def trimmed_sql(column: str) -> str:
    """A text without the blanks at its ends; most have none, and are only looked at."""
    return (f"case when regexp_matches({column}, {literal(BLANK_EDGE)}) "
            f"then trim({column}, {literal(BLANKS)}) else {column} end")


def _sure_types(connection: duckdb.DuckDBPyConnection, source: Source, scans: list[TextScan],
                wanted_as_text: Collection[str]) -> dict[str, str]:
    """SQL types of the columns whose first rows leave no doubt, by name."""
    told = {name.strip().lower() for name in source.options.get("types", {})} | set(wanted_as_text)
    new_names = dict(zip((names := [name for scan in scans for name in scan.names]),
                         source.renamed(names), strict=True))
    found: dict[str, set[str]] = {}
    for scan in scans:
        for name, type_ in _types_of_first_rows(connection, source, scan):
            found.setdefault(name, set()).add(type_)
    return {name: next(iter(types)) for name, types in found.items()
            if len(types) == 1 and "" not in types
            and not {name.strip().lower(), new_names[name].lower()} & told
            and not looks_like_identifier(new_names[name])}


def _types_of_first_rows(connection: duckdb.DuckDBPyConnection, source: Source,
                         scan: TextScan) -> Iterator[tuple[str, str]]:
    """Each column with what its first values are: a type, or ``""`` when it is text or unsure."""
    columns = ", ".join(map(quoted, scan.names))
    marks = ", ".join(map(literal, source.null_marks))
    counted = connection.execute(
        "select name, count(*), count(*) filter (regexp_matches(value, $number)), "
        "count(*) filter (regexp_matches(value, $point)), "
        "count(*) filter (regexp_matches(value, $date)) from "
        f"(unpivot (select {columns} from ({scan.select()}) limit {SAMPLE_ROWS}) on columns(*) "
        f"into name name value value) where value not in ({marks}) group by name",
        {"number": NUMBER, "point": POINT_IS_DECIMAL, "date": ISO_DATE}).fetchall()
    for name, filled, numbers, decided, dates in counted:
        is_number = numbers == filled and decided and source.decimal != ","
        is_date = dates == filled and not source.date_formats
        yield name, "DOUBLE" if is_number else "DATE" if is_date else ""


def _doubtful(connection: duckdb.DuckDBPyConnection, tables: list[str],
              types: dict[str, str]) -> set[str]:
    """Columns with a value that is not of their type, or not exact in it."""
    if not types:
        return set()
    rejects = connection.execute(
        f"select distinct column_name, error_type from {REJECTS}").fetchall()
    connection.execute(f"drop table {REJECTS}")
    connection.execute(f"drop table {REJECT_SCANS}")
    if any(kind != "CAST" for _, kind in rejects):  # reading all as text will say what is wrong
        return set(types)
    doubtful = {name for name, _ in rejects}
    sure = {"DOUBLE": f"abs({{}}) < {EXACT_BELOW}", "DATE": PLAUSIBLE_DAY}
    for table in tables if not doubtful else ():
        there = {name for name, *_ in connection.execute(f"describe {table}").fetchall()}
        asked = [name for name in types if name in there]
        counts = ", ".join(f"count(*) filter (not {sure[types[name]].format(quoted(name))})"
                           for name in asked)
        ((*found,),) = connection.execute(f"select {counts or 'null'} from {table}").fetchall()
        doubtful |= {name for name, count in zip(asked, found, strict=False) if count}
    return doubtful


def _numbered(connection: duckdb.DuckDBPyConnection, table: str, scan: TextScan) -> str:
    """SQL of a table with the file and row of each record, rows without any value left out."""
    empty = " and ".join(f"{quoted(name)} is null" for name in scan.names)
    ((blank_rows,),) = connection.execute(
        f"select count(*) from {table} where {empty}").fetchall()
    row = "__row" if scan.first_row is None else f"rowid + {scan.first_row} as __row"
    return (f"select {', '.join(map(quoted, scan.names))}, {literal(str(scan.file))} as __file, "
            f"{row} from {table}" + (f" where not ({empty})" if blank_rows else ""))
