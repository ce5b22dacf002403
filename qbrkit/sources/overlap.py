"""Files that overlap: rows of a later file that stand in an earlier one as well count once."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from qbrkit.problems import NOTED, Problem
from qbrkit.sources.entries import ORIGIN, Source
from qbrkit.sources.recognize import quoted


def count_overlap_once(connection: duckdb.DuckDBPyConnection, source: Source, parts: list[str],
                       recognized: Mapping[str, str]) -> tuple[list[str], list[Problem]]:
    """Leave out rows of later files that stand in an earlier one.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    source : Source
        The source, with ``overlapping`` "once" or a list of columns.
    parts : list of str
        SQL of each file, in the order of the files.
    recognized : mapping of str to str
        SQL of the columns that are numbers, dates or ids; one value may be written in
        several ways.

    Returns
    -------
    tuple
        SQL of what is left of each file, and how many rows of each count once.

    Notes
    -----
    Rows are the same when all columns that both files have, or those named, are equal. A
    row that stands twice within one file is two rows: of each row as many are kept as the
    file with most of them holds.
    """
    left, problems = parts[:1], []
    for number, part in enumerate(parts[1:], 1):
        earlier = " union all by name ".join(left)
        columns = [name for name in _names(connection, part)
                   if name in set(_names(connection, earlier)) and name not in ORIGIN
                   and (not source.same_columns or name.lower() in source.same_columns)]
        if not columns:
            left.append(part)
            continue
        values = ", ".join(f"{_value_sql(name, recognized)} as {quoted(f'__v{at}')}"
                           for at, name in enumerate(columns))
        same = ", ".join(quoted(f"__v{at}") for at in range(len(columns)))
        copies = f"row_number() over (partition by {same}) as __copy"
        equal = " and ".join(f"later.{one} is not distinct from earlier.{one}"
                             for one in [*same.split(", "), "__copy"])
        table = f"raw.{quoted(source.part_name(-number))}"
        ((before, file),) = connection.execute(
            f"select count(*), any_value(__file) from ({part})").fetchall()
        ((kept,),) = connection.execute(
            f"create table {table} as select later.* exclude (__copy, {same}) from "
            f"(select *, {copies} from (select *, {values} from ({part}))) later "
            f"where not exists (select 1 from (select {same}, {copies} from "
            f"(select {values} from ({earlier}))) earlier where {equal}) order by __row").fetchall()
        left.append(f"select * from {table}")
        if before - kept:
            problems.append(Problem(
                f"[sources] {source.name}", "", f"rows of {Path(file).name} stand in an "
                "earlier file as well; they count once", before - kept, NOTED))
    return left, problems


def _value_sql(name: str, recognized: Mapping[str, str]) -> str:
    """What is compared of a column: its value, or its text where that is none."""
    column = quoted(name)
    return (f"coalesce(cast({recognized[name]} as VARCHAR), {column})" if name in recognized
            else column)


def _names(connection: duckdb.DuckDBPyConnection, select: str) -> list[str]:
    return [name for name, *_ in connection.execute(f"describe {select}").fetchall()]
