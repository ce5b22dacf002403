"""One table of the contract made: every column of it, typed, and what could not be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from qbrkit.columns import Column
from qbrkit.errors import DataError
from qbrkit.sources import recognize
from qbrkit.sources.causes import cause, texts_in
from qbrkit.sources.entries import Source
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.notation import DATES, NUMBERS, Notation, find_notations, text_sql
from qbrkit.sources.read import ORIGIN, TEXT_OF
from qbrkit.sources.recognize import FLOATS, literal, quoted

UNREAD = "__unread_"
"""Prefix of the columns that keep what could not be read, for the checks."""
WORDS = re.compile(r"[^\W\d]\w*(?: +\w+)+")
"""Several words and nothing else: the name of a column, not an expression."""
QUERY_OF = "__query_of_"
SQL_TYPES = {"id": "VARCHAR", "text": "VARCHAR", "quarter": "VARCHAR", "flag": "BOOLEAN",
             "date": "DATE", "month": "DATE", "number": "DOUBLE", "share": "DOUBLE",
             "money": recognize.MONEY_TYPE}


@dataclass(frozen=True)
class Made:
    """A table made.

    Parameters
    ----------
    found : tuple of str
        The contract's columns that are there.
    undecided : frozenset of str
        Those of them whose dates can be read two ways.
    unclear : dict of str to str
        Those whose numbers can be read two ways, each with why.
    """

    found: tuple[str, ...]
    undecided: frozenset[str] = field(default_factory=frozenset)
    unclear: dict[str, str] = field(default_factory=dict)


def make_table(connection: duckdb.DuckDBPyConnection, mapping: Mapping,
               sources: Sequence[Source]) -> Made:
    """Make ``contract."<table>"`` with every column of the contract.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database with the sources read.
    mapping : Mapping
        Where the table comes from.
    sources : sequence of Source
        The sources it is made from.

    Returns
    -------
    Made

    Raises
    ------
    DataError
        If a query or an expression cannot be computed; the message names the table, and
        every expression that is wrong.
    """
    name = mapping.table.name
    try:
        found, select, clean = _selection(connection, mapping)
        kinds = {column.lower(): kind for column, kind in _describe(connection, select).items()}
        notations = find_notations(connection, mapping, sources, select, {
            column: kinds[column] for column in found})
        read, shown = [], []
        for column in mapping.table.columns:
            this, unread = quoted(column.name), quoted(UNREAD + column.name)
            if column.name not in found:
                shown.append(f"cast(null as {SQL_TYPES[column.kind]}) as {this}")
                continue
            sql = _read_sql(column, kinds[column.name], notations[column.name])
            is_text = sql == text_sql(column.name)
            read.append(f"{this if is_text and column.name in clean else sql} as {this}")
            if is_text:  # whatever stands there is a text
                shown.append(f"{this}, cast(null as VARCHAR) as {unread}")
            else:  # the text is made only of what could not be read
                read.append(f"{this} as {unread}")
                shown.append(f"{this}, case when {this} is null then "
                             f"{text_sql(UNREAD + column.name)} end as {unread}")
        origin = (", ".join(ORIGIN) if ORIGIN[0] in kinds
                  else "cast(null as VARCHAR) as __file, cast(null as BIGINT) as __row")
        connection.execute(
            f"create table contract.{quoted(name)} as select {', '.join(shown)}, "
            f"{', '.join(ORIGIN)} from (select {', '.join(read)}, {origin} from ({select}))")
    except duckdb.Error as error:
        raise DataError(_wrong(connection, mapping, error), name) from error
    return Made(tuple(found),
                frozenset(column for column, one in notations.items() if one.order is None),
                {column: one.unclear for column, one in notations.items() if one.unclear})


def _selection(connection: duckdb.DuckDBPyConnection,
               mapping: Mapping) -> tuple[list[str], str, set[str]]:
    """The columns found, the query that yields them, and those whose text is trimmed already."""
    clean: set[str] = set()
    if mapping.sql:
        query = _view_of_query(connection, mapping)
        described = _describe(connection, query)
        named = {column.strip().lower(): column for column in described}
        picked = {name: quoted(named[name]) for name in mapping.table.names if name in named}
        origin = ""
    else:
        query = f"located.{quoted(mapping.source)}"
        described = _describe(connection, query)
        named = {column.lower(): TEXT_OF + column if TEXT_OF + column in described
                 and described[column] != "VARCHAR" else column  # an id told so stays as shown
                 for column in described}
        wanted = {name: name for name in mapping.table.names if name in named} | mapping.columns
        picked = {name: quoted(named[given.strip().lower()]) if given.strip().lower() in named
                  else quoted(given.strip()) if WORDS.fullmatch(given.strip())
                  else f"({given}\n)" for name, given in wanted.items() if given.strip()}
        clean = {name for name in picked if described.get(
            named.get(wanted[name].strip().lower(), "")) == "VARCHAR"}
        origin = f", {', '.join(ORIGIN)}"
    if not picked:
        there = ", ".join(column for column in described
                          if column not in ORIGIN and not column.startswith(TEXT_OF))
        raise DataError(f"{mapping.table.name}: none of its columns is there; there are "
                        f"{there}; map them under [tables.{mapping.table.name}]",
                        mapping.table.name)
    selected = ", ".join(f"{sql} as {quoted(name)}" for name, sql in picked.items())
    return list(picked), f"(select {selected}{origin} from {query})", clean


def query_view(mapping: Mapping) -> str:
    """SQL name of the view of a mapping's query: no name that a source could have."""
    return f"queried.{quoted(QUERY_OF + mapping.table.name)}"


def _view_of_query(connection: duckdb.DuckDBPyConnection, mapping: Mapping) -> str:
    """A view of the query, which may end with a semicolon and a comment."""
    statements = connection.extract_statements(mapping.sql)
    if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
        raise DataError(f"{mapping.table.name}: sql must be one select", mapping.table.name)
    view = query_view(mapping)
    connection.execute(f"create view {view} as {mapping.sql}")
    return view


def _describe(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """SQL types of a relation's columns by their names."""
    return {name: str(kind) for name, kind, *_ in
            connection.execute(f"describe {relation}").fetchall()}


def _read_sql(column: Column, kind: str, notation: Notation) -> str:
    """SQL that reads one column as the kind the contract wants."""
    name = quoted(column.name)
    if kind == "VARCHAR":
        return _read_text_sql(column, notation)
    if column.kind in {"id", "text"} and not column.allowed:
        return recognize.float_text_sql(name) if kind in FLOATS else text_sql(column.name)
    if column.kind in NUMBERS:
        finite = f"case when isfinite({name}) then {name} end" if kind in FLOATS else name
        return f"try_cast({finite} as {SQL_TYPES[column.kind]})"
    if column.kind in DATES and (kind == "DATE" or kind.startswith("TIMESTAMP")):
        return (f"cast({name} as DATE)" if column.kind == "date"
                else f"cast(date_trunc('month', {name}) as DATE)")
    return _read_text_sql(column, notation)


def _read_text_sql(column: Column, notation: Notation) -> str:
    text = text_sql(column.name)
    if column.kind in DATES:
        reader = recognize.date_sql if column.kind == "date" else recognize.month_sql
        return reader(text, notation.formats, notation.order or "")
    if column.kind == "share":
        return recognize.share_sql(text, notation.decimal)
    if column.kind in NUMBERS:
        return recognize.number_sql(text, notation.decimal, SQL_TYPES[column.kind])
    if column.kind == "flag":
        return recognize.flag_sql(text)
    if column.kind == "quarter":
        return recognize.quarter_sql(text)
    if column.allowed:
        listed = ", ".join(literal(value) for value in column.allowed)
        normal = f"replace(replace(lower({text}), ' ', '_'), '-', '_')"
        return f"case when {normal} in ({listed}) then {normal} end"
    return f"upper({text})" if column.name == "currency" else text


def _wrong(connection: duckdb.DuckDBPyConnection, mapping: Mapping, error: duckdb.Error) -> str:
    """What is wrong with a table's SQL, or with each of its expressions."""
    table = mapping.table.name
    if mapping.sql:
        there = [column for name in mapping.uses
                 for column in _describe(connection, f"located.{quoted(name)}")]
        texts = texts_in(connection, error, mapping.sql, mapping.uses)
        return f"{table}: sql: {cause(error, there, mapping.uses)}{texts}"
    query = f"located.{quoted(mapping.source)}"
    columns = _describe(connection, query)
    wrong = []
    for name, given in mapping.columns.items():
        if not given.strip() or given.strip().lower() in map(str.lower, columns):
            continue
        try:
            sql = quoted(given.strip()) if WORDS.fullmatch(given.strip()) else f"({given}\n)"
            connection.execute(f"select {sql} from {query}").fetchall()
        except duckdb.Error as fault:
            texts = texts_in(connection, fault, given, mapping.uses)
            wrong.append(f"{table}: {name} = {given!r}: {cause(fault, columns)}{texts}")
    return "\n".join(wrong) or f"{table}: cannot be computed: {cause(error)}"
