"""How each column of a table writes its dates and numbers, by all of its values.

What the analyst gave for the sources decides; else the column; else, for the decimal
sign, the other columns of numbers of the same table and sources.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from qbrkit.columns import NUMBERS, Column
from qbrkit.sources import decimals, recognize
from qbrkit.sources.decimals import POINT, agreed_sign, is_mixed, is_open, sign_of
from qbrkit.sources.entries import PARQUET, Source, suffix
from qbrkit.sources.kinds import looks_like_identifier
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.read import TEXT_OF
from qbrkit.sources.recognize import quoted

DATES = {"date", "month"}


@dataclass(frozen=True)
class Notation:
    """How one column writes dates and numbers.

    Parameters
    ----------
    decimal : {".", ",", None}
        The decimal sign; None where it cannot be told.
    formats : tuple of str
        Date formats that the analyst gave.
    order : str or None
        The order of day and month; None where it cannot be told.
    unclear : str
        Why the decimal sign cannot be told; empty when it can.
    """

    decimal: str | None = POINT
    formats: tuple[str, ...] = ()
    order: str | None = ""
    unclear: str = ""


def text_sql(name: str) -> str:
    """SQL of a column's text, NULL when it is empty."""
    return f"nullif(trim(cast({quoted(name)} as VARCHAR)), '')"


def find_notations(connection: duckdb.DuckDBPyConnection, mapping: Mapping,
                   sources: Sequence[Source], select: str,
                   kinds: dict[str, str]) -> dict[str, Notation]:
    """The notation of every column found.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database with the sources read.
    mapping : Mapping
        Where the table comes from.
    sources : sequence of Source
        The sources it is made from.
    select : str
        SQL that yields its columns.
    kinds : dict of str to str
        The SQL types of the columns found.

    Notes
    -----
    One query over all rows for the text columns of dates and numbers together.
    """
    decimal = _same([source.decimal for source in sources])
    formats = _same([source.date_formats for source in sources]) or ()
    texts = [mapping.table[name] for name, kind in kinds.items() if kind == "VARCHAR"]
    dated = [column for column in texts if column.kind in DATES]
    numbers = [column for column in texts if column.kind in NUMBERS and not decimal]
    counts = _counted(connection, select, dated, numbers)
    notations = {name: Notation(decimal or POINT, formats) for name in kinds}
    for column in dated:
        evidence = counts[column.name]
        undecided = recognize.is_undecided(evidence) and not formats
        notations[column.name] = Notation(decimal or POINT, formats, None if undecided else
                                          recognize.date_order(evidence))
    marks = {column.name: counts[column.name] for column in numbers}
    signs = _signs(connection, mapping, sources, marks)
    for column in numbers:
        sign, unclear = signs[column.name], ""
        if is_mixed(marks[column.name]):
            both = decimals.examples(connection, select, _number_text(column))
            unclear = f"the decimal sign cannot be told, as it holds {both[0]!r} and {both[1]!r}"
        elif not sign:
            unclear = "may be read two ways, with a decimal point or a decimal comma"
        notations[column.name] = Notation(sign, formats, unclear=unclear)
    return notations


def _same(given: list[Any]) -> Any:
    """What all give; None when they differ."""
    return given[0] if given and all(one == given[0] for one in given) else None


def _number_text(column: Column) -> str:
    text = text_sql(column.name)
    return recognize.without_per_cent(text) if column.kind == "share" else text


def _counted(connection: duckdb.DuckDBPyConnection, select: str, dated: list[Column],
             numbers: list[Column]) -> dict[str, Any]:
    """Counts of dates, and marks of decimal signs, by column."""
    if not dated and not numbers:
        return {}
    sql = [f"struct_pack({recognize.date_order_sql(quoted(column.name))})" for column in dated]
    sql += [decimals.marks_sql(_number_text(column)) for column in numbers]
    ((*counts,),) = connection.execute(f"select {', '.join(sql)} from {select}").fetchall()
    return dict(zip([column.name for column in [*dated, *numbers]], counts, strict=True))


def _signs(connection: duckdb.DuckDBPyConnection, mapping: Mapping, sources: Sequence[Source],
           marks: dict[str, int | None]) -> dict[str, str | None]:
    """The decimal sign of each column; None where nothing decides or values contradict."""
    signs = {name: sign_of(mark) or (None if mark else POINT) for name, mark in marks.items()}
    if not any(map(is_open, marks.values())):
        return signs
    proven = {sign_of(mark) for mark in marks.values()} - {None}
    read_at_once = {source.name: _read_at_once(connection, source) for source in sources}
    if not mapping.sql and mapping.number_columns & read_at_once[mapping.source]:
        proven.add(POINT)
    if not proven or len(sources) > 1:
        for source in sources:
            proven |= {POINT} if read_at_once[source.name] else set()
            proven |= {source.decimal} if source.decimal else decimals.signs_of_columns(
                connection, f"located.{quoted(source.name)}", list(_texts(connection, source)))
    others = agreed_sign(proven)
    return {name: others if is_open(marks[name]) else sign for name, sign in signs.items()}


def _read_at_once(connection: duckdb.DuckDBPyConnection, source: Source) -> set[str]:
    """Columns of a text source, in small letters, that were read as numbers with a point."""
    if not source.files or suffix(source.files[0]) in PARQUET:
        return set()
    described = connection.execute(f"describe located.{quoted(source.name)}").fetchall()
    types = {name: str(kind) for name, kind, *_ in described}
    return {name.lower() for name, kind in types.items()
            if kind == "DOUBLE" and TEXT_OF + name not in types}


def _texts(connection: duckdb.DuckDBPyConnection, source: Source) -> Iterator[str]:
    """Columns of a source that hold the text of what may be numbers."""
    described = connection.execute(f"describe located.{quoted(source.name)}").fetchall()
    types = {name: str(kind) for name, kind, *_ in described}
    for name, kind in types.items():
        if name.startswith("__") or looks_like_identifier(name):
            continue
        if TEXT_OF + name in types:
            yield TEXT_OF + name
        elif kind == "VARCHAR":
            yield name
