"""Files of one source whose dates another file decides: it is told, never silent."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from qbrkit.problems import NOTED, Problem
from qbrkit.sources.entries import Source
from qbrkit.sources.kinds import Kind
from qbrkit.sources.recognize import date_order, date_order_sql, is_undecided, quoted


def files_decided_by_others(connection: duckdb.DuckDBPyConnection, source: Source,
                            kinds: dict[str, Kind]) -> Iterator[Problem]:
    """Columns of dates that one file leaves open and the others decide.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database with ``raw."<source>"``.
    source : Source
        A source of several files.
    kinds : dict of str to Kind
        What its columns are.
    """
    for name, kind in kinds.items():
        order = date_order(kind.evidence) if kind.name == "date" and not kind.formats else ""
        if not order:
            continue
        by_file = connection.execute(
            f"select __file, struct_pack({date_order_sql(quoted(name))}) "
            f"from raw.{quoted(source.name)} group by 1 order by 1").fetchall()
        open_files = [(Path(file).name, evidence["parted"]) for file, evidence in by_file
                      if is_undecided(evidence)]
        if open_files:
            yield Problem(
                f"[sources] {source.name}", name, "day and month cannot be told apart in "
                f"{', '.join(file for file, _ in open_files)} alone; read {order}, as in the "
                "other files", sum(count for _, count in open_files), NOTED,
                fix="If it is written the other way, make it a source of its own with date_format")
