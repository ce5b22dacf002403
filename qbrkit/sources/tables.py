"""One table of the contract made: every column of it, typed, and what could not be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from qbrkit.columns import Column
from qbrkit.errors import DataError
from qbrkit.sources import recognize
from qbrkit.sources.causes import cause, texts_in
from qbrkit.sources.entries import Source
from qbrkit.sources.mapping import Mapping
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
    """A table made: the contract's columns found, and those whose date order is undecided."""

    found: tuple[str, ...]
    undecided: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Notation:
    """How the sources of a table write numbers and dates, where they all say the same."""

    decimal: str | None
    formats: tuple[str, ...]


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
    notation = Notation(_same([source.decimal for source in sources]),
                        _same([source.date_formats for source in sources]) or ())
    try:
        found, select = _selection(connection, mapping)
        kinds = {column.lower(): kind for column, kind in _describe(connection, select).items()}
        orders = _date_orders(connection, found, mapping, kinds, select)
        read, shown = [], []
        for column in mapping.table.columns:
            this, unread = quoted(column.name), quoted(UNREAD + column.name)
            if column.name not in found:
                shown.append(f"cast(null as {SQL_TYPES[column.kind]}) as {this}")
                continue
            sql = _read_sql(column, kinds[column.name], notation, orders.get(column.name) or "")
            read.append(f"{sql} as {this}")
            if sql != _text(column):
                read.append(f"{_text(column)} as {unread}")
                shown.append(f"{this}, case when {this} is null then {unread} end as {unread}")
            else:
                shown.append(f"{this}, cast(null as VARCHAR) as {unread}")
        origin = (", ".join(ORIGIN) if ORIGIN[0] in kinds
                  else "cast(null as VARCHAR) as __file, cast(null as BIGINT) as __row")
        connection.execute(
            f"create table contract.{quoted(name)} as select {', '.join(shown)}, "
            f"{', '.join(ORIGIN)} from (select {', '.join(read)}, {origin} from ({select}))")
    except duckdb.Error as error:
        raise DataError(_wrong(connection, mapping, notation, error), name) from error
    return Made(tuple(found), frozenset(column for column, order in orders.items()
                                        if order is None and not notation.formats))


def _same(given: list[Any]) -> Any:
    """What all give; None when they differ."""
    return given[0] if given and all(one == given[0] for one in given) else None


def _text(column: Column) -> str:
    """SQL of the column's text, NULL when it is empty."""
    return f"nullif(trim(cast({quoted(column.name)} as VARCHAR)), '')"


def _selection(connection: duckdb.DuckDBPyConnection,
               mapping: Mapping) -> tuple[list[str], str]:
    """The columns found and the query that yields them under the contract's names."""
    if mapping.sql:
        query = _view_of_query(connection, mapping)
        described = _describe(connection, query)
        named = {column.strip().lower(): column for column in described}
        picked = {name: quoted(named[name]) for name in mapping.table.names if name in named}
        origin = ""
    else:
        query = f"located.{quoted(mapping.source)}"
        described = _describe(connection, query)
        named = {column.lower(): TEXT_OF + column if TEXT_OF + column in described else column
                 for column in described}
        wanted = {name: name for name in mapping.table.names if name in named} | mapping.columns
        picked = {name: quoted(named[given.strip().lower()]) if given.strip().lower() in named
                  else quoted(given.strip()) if WORDS.fullmatch(given.strip())
                  else f"({given}\n)" for name, given in wanted.items() if given.strip()}
        origin = f", {', '.join(ORIGIN)}"
    if not picked:
        there = ", ".join(column for column in described
                          if column not in ORIGIN and not column.startswith(TEXT_OF))
        raise DataError(f"{mapping.table.name}: none of its columns is there; there are "
                        f"{there}; map them under [tables.{mapping.table.name}]",
                        mapping.table.name)
    selected = ", ".join(f"{sql} as {quoted(name)}" for name, sql in picked.items())
    return list(picked), f"(select {selected}{origin} from {query})"


def _view_of_query(connection: duckdb.DuckDBPyConnection, mapping: Mapping) -> str:
    """A view of the query, which may end with a semicolon and a comment."""
    statements = connection.extract_statements(mapping.sql)
    if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
        raise DataError(f"{mapping.table.name}: sql must be one select", mapping.table.name)
    view = f"queried.{quoted(QUERY_OF + mapping.table.name)}"  # no name a source could have
    connection.execute(f"create view {view} as {mapping.sql}")
    return view


def _describe(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """SQL types of a relation's columns by their names."""
    return {name: str(kind) for name, kind, *_ in
            connection.execute(f"describe {relation}").fetchall()}


def _date_orders(connection: duckdb.DuckDBPyConnection, found: list[str], mapping: Mapping,
                 kinds: dict[str, str], select: str) -> dict[str, str | None]:
    """Order of the dates in every text column of dates; None where it cannot be told."""
    texts = [name for name in found if mapping.table[name].kind in {"date", "month"}
             and kinds[name] == "VARCHAR"]
    if not texts:
        return {}
    counted = ", ".join(f"struct_pack({recognize.date_order_sql(quoted(name))})" for name in texts)
    ((*counts,),) = connection.execute(f"select {counted} from {select}").fetchall()
    return {name: None if recognize.is_undecided(evidence) else recognize.date_order(evidence)
            for name, evidence in zip(texts, counts, strict=True)}


def _read_sql(column: Column, kind: str, notation: Notation, order: str) -> str:
    """SQL that reads one column as the kind the contract wants."""
    name = quoted(column.name)
    if kind == "VARCHAR":
        return _read_text_sql(column, _text(column), notation, order)
    if column.kind in {"id", "text"} and not column.allowed:
        return recognize.float_text_sql(name) if kind in FLOATS else _text(column)
    if column.kind in {"money", "number", "share"}:
        finite = f"case when isfinite({name}) then {name} end" if kind in FLOATS else name
        return f"try_cast({finite} as {SQL_TYPES[column.kind]})"
    if column.kind in {"date", "month"} and (kind == "DATE" or kind.startswith("TIMESTAMP")):
        return (f"cast({name} as DATE)" if column.kind == "date"
                else f"cast(date_trunc('month', {name}) as DATE)")
    return _read_text_sql(column, _text(column), notation, order)


def _read_text_sql(column: Column, text: str, notation: Notation, order: str) -> str:
    if column.kind in {"date", "month"}:
        reader = recognize.date_sql if column.kind == "date" else recognize.month_sql
        return reader(text, notation.formats, order)
    if column.kind in {"money", "number", "share"}:
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


def _wrong(connection: duckdb.DuckDBPyConnection, mapping: Mapping, notation: Notation,
           error: duckdb.Error) -> str:
    """What is wrong with a table's SQL, or with each of its expressions."""
    table = mapping.table.name
    if mapping.sql:
        there = [column for name in mapping.uses
                 for column in _describe(connection, f"located.{quoted(name)}")]
        texts = texts_in(connection, error, mapping.sql, mapping.uses, notation.decimal)
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
            texts = texts_in(connection, fault, given, mapping.uses, notation.decimal)
            wrong.append(f"{table}: {name} = {given!r}: {cause(fault, columns)}{texts}")
    return "\n".join(wrong) or f"{table}: cannot be computed: {cause(error)}"
