"""Every table of a workspace, read from its sources, mapped and checked."""

from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from qbrkit.errors import DataError
from qbrkit.problems import STOPS, Problem
from qbrkit.settings import FILE, SPARK, Settings
from qbrkit.sources import inputs
from qbrkit.sources.checks import LINES
from qbrkit.sources.counts import RowCount, check_and_count
from qbrkit.sources.embedded import connect, drop_sources, lock, read_sources, stopping
from qbrkit.sources.entries import Source
from qbrkit.sources.joins import check_joins
from qbrkit.sources.mapping import Mapping, find_mappings
from qbrkit.sources.relations import check_between_tables
from qbrkit.sources.spellings import check_spellings
from qbrkit.sources.tables import make_table

if TYPE_CHECKING:
    from qbrkit.sources.spark.lines import SparkLines


@dataclass(frozen=True)
class Reading:
    """The tables of the contract in the embedded database, and what was found wrong.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database with ``contract."<table>"``.
    problems : tuple of Problem
        What was found wrong with the exports.
    counts : dict of str to RowCount
        Rows of each table.
    rows_hash : str
        Hash over the rows of databases.
    name : str
        Hash over all that decides what the tables hold; they are kept under it.
    snapshot : Path or None
        The folder they are kept in.
    on_spark : SparkLines or None
        The invoice lines where Spark has read them; they are not kept.
    """

    connection: duckdb.DuckDBPyConnection
    problems: tuple[Problem, ...]
    counts: dict[str, RowCount]
    rows_hash: str = ""
    name: str = ""
    snapshot: Path | None = None
    on_spark: "SparkLines | None" = None


def read_tables(settings: Settings, mappings: dict[str, Mapping], sources: list[Source],
                work: Path | None = None) -> Reading:
    """Read, map and check every table of a workspace.

    Parameters
    ----------
    settings : Settings
        What qbr.toml says.
    mappings : dict of str to Mapping
        Where each table comes from.
    sources : list of Source
        What the embedded database reads.
    work : Path, optional
        Folder in which the tables may be kept afterwards.
    """
    connection = connect(settings.embedded.memory_limit_gb, sources)
    problems, readable = read_sources(connection, sources, mappings.values())
    lock(connection, sources, work)
    is_on_spark = settings.engine == SPARK and LINES in mappings
    found, counts = _map_and_check(connection, settings, {
        name: mapping for name, mapping in mappings.items()
        if not (is_on_spark and name == LINES)}, readable)
    problems += found
    on_spark = None
    if is_on_spark:
        on_spark = read_on_spark(settings)
        problems += on_spark.problems
        counts |= {LINES: on_spark.count} if on_spark.count else {}
    problems += _check_lines_are_there(mappings, counts, problems)
    stopped = {problem.table for problem in problems if problem.severity == STOPS}
    broken = {name for name in mappings if name in stopped or name not in counts}
    between: Any = on_spark.with_tables(connection, counts) if on_spark else connection
    problems += check_spellings(between, mappings, counts, settings.company.currency)
    problems += check_between_tables(between, set(counts) - broken, broken, settings)
    rows_hash = inputs.hash_rows(connection, readable)
    if on_spark and LINES in counts:
        on_spark.hand_over(connection)
        rows_hash += on_spark.digest()
    drop_sources(connection, readable)
    return Reading(connection, tuple(problems), counts, rows_hash, on_spark=on_spark)


def read_on_spark(settings: Settings) -> "SparkLines":
    """The invoice lines, read and checked by Spark."""
    from qbrkit.sources.spark.session import open_session  # pyspark may not be installed

    session = open_session(settings)
    from qbrkit.sources.spark.lines import read_lines

    entries = dict(settings.sources)
    return read_lines(session, settings, find_mappings(settings, entries)[LINES], entries)


def _map_and_check(connection: duckdb.DuckDBPyConnection, settings: Settings,
                   mappings: dict[str, Mapping], readable: dict[str, Source],
                   ) -> tuple[list[Problem], dict[str, RowCount]]:
    """Every table whose sources can be read: its problems, and its rows when it can be used."""
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
        found, count = check_and_count(connection, mapping, made,
                                       [readable[used] for used in mapping.uses], settings)
        problems += found
        if name == LINES and mapping.sql:
            problems += check_joins(connection, mapping)
        if count:
            counts[name] = count
    return problems, counts


def _check_lines_are_there(mappings: Lookup[str, Mapping], counts: Lookup[str, RowCount],
                           problems: list[Problem]) -> list[Problem]:
    """Without a line there is nothing to review."""
    if LINES not in mappings:
        return [Problem(LINES, "", "there is no such table", 0, STOPS,
                        fix=f"Map it in {FILE} under [tables.{LINES}]")]
    if LINES in counts and not counts[LINES].accepted and not any(
            problem.table == LINES and problem.severity == STOPS for problem in problems):
        return [Problem(LINES, "", "there is no line that can be used", 0, STOPS,
                        fix="Check the source and the mapping")]
    return []
