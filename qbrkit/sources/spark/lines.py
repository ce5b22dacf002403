"""The invoice lines on Spark: read, mapped and checked; what the rest needs of them is small."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import sqlglot
from pyspark.sql import functions as sf
from sqlglot import exp

from qbrkit.columns import TABLES
from qbrkit.errors import DataError
from qbrkit.problems import STOPS, Problem
from qbrkit.settings import Settings
from qbrkit.sources.checks import LINES
from qbrkit.sources.counts import RowCount, check_and_count
from qbrkit.sources.entries import Source
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.read import ORIGIN, TEXT_OF, show_recognized
from qbrkit.sources.recognize import quoted
from qbrkit.sources.spark.connection import SPARK_ERRORS, SparkConnection, spark_quoted
from qbrkit.sources.spark.files import KEPT, name_spark_sources, read_spark_source
from qbrkit.sources.spark.session import told_by_spark
from qbrkit.sources.tables import WORDS, make_table

SELECTED = "located.__lines"


@dataclass(frozen=True)
class SparkLines:
    """Invoice lines that stay on Spark.

    Parameters
    ----------
    connection : SparkConnection
        Holds ``contract.invoice_lines``, when the lines can be used.
    problems : list of Problem
        What is wrong with the lines and their sources.
    count : RowCount or None
        What became of the rows; None when the table cannot be made.
    """

    connection: SparkConnection
    problems: list[Problem] = field(default_factory=list)
    count: RowCount | None = None

    @property
    def lines(self) -> Any:
        """Every invoice line that counts, as a Spark DataFrame."""
        return self.connection.frame(f"contract.{LINES}").select(*TABLES[LINES].names)

    def table(self, embedded: duckdb.DuckDBPyConnection, name: str) -> Any:
        """A table of the embedded database as a Spark DataFrame."""
        columns = ", ".join(quoted(column) for column in TABLES[name].names)
        table = embedded.sql(f"select {columns} from contract.{quoted(name)}").to_arrow_table()
        return self.connection.session.createDataFrame(table)

    def with_tables(self, embedded: duckdb.DuckDBPyConnection,
                    tables: Iterable[str]) -> SparkConnection:
        """The connection, with the other tables beside the lines: what they say of each other."""
        for name in set(tables) - {LINES}:
            table = embedded.sql(f"select * from contract.{quoted(name)}").to_arrow_table()
            self.connection.register(f"contract.{name}",
                                     self.connection.session.createDataFrame(table))
        return self.connection

    def hand_over(self, embedded: duckdb.DuckDBPyConnection) -> None:
        """Give the embedded database the accounts and the dates of the lines, each once.

        That is all that commentary and periods ask of them. There is no amount: nothing
        can be summed by mistake.
        """
        for name in ("account_id", "invoice_date"):
            embedded.register(f"__{name}", self.lines.select(name).distinct().toArrow())
        embedded.execute(
            f"create table contract.{LINES} as select account_id, cast(null as DATE) as "
            "invoice_date from __account_id union all select null, invoice_date "
            "from __invoice_date order by all")
        for name in ("account_id", "invoice_date"):
            embedded.unregister(f"__{name}")

    def digest(self) -> str:
        """SHA-256 over all lines that count, whatever their order."""
        names = TABLES[LINES].names
        hashed = sf.xxhash64(*[part for name in names for part in (sf.col(name), sf.isnull(name))])
        months = self.lines.groupBy(sf.trunc("invoice_date", "month").alias("month")).agg(
            sf.count("*").alias("n"), sf.sum(hashed.cast("decimal(38,0)")).alias("sum"))
        rows = sorted(tuple(map(str, row)) for row in months.collect())
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def read_lines(session: Any, settings: Settings, mapping: Mapping,
               entries: dict[str, Any]) -> SparkLines:
    """Read, map and check the invoice lines on Spark.

    Parameters
    ----------
    session : SparkSession
        Where to run.
    settings : Settings
        What qbr.toml says.
    mapping : Mapping
        Of the invoice lines; its SQL and expressions are in Spark's dialect.
    entries : dict
        The entries under ``[sources]``.

    Returns
    -------
    SparkLines

    Raises
    ------
    SettingError
        If an option cannot be used.
    """
    uses = sources_of(mapping, entries)
    sources = name_spark_sources(settings.folder, {name: entries[name] for name in uses})
    read = SparkLines(SparkConnection(session))
    connection: Any = read.connection
    try:
        for source in sources:
            read_spark_source(connection, source, mapping)
            read.problems.extend(show_recognized(
                connection, source, [f"select * from {KEPT}.{quoted(source.name)}"]))
        return replace(read, count=_map_and_check(read, settings, mapping, sources))
    except DataError as error:
        told = str(error)
    except SPARK_ERRORS as error:
        told = told_by_spark(error)
    read.problems.extend(Problem(LINES, "", line.removeprefix(f"{LINES}: "), 0, STOPS)
                         for line in told.splitlines())
    return read


def sources_of(mapping: Mapping, entries: dict[str, Any]) -> tuple[str, ...]:
    """Sources that the mapping names in Spark's dialect; all of them when that cannot be told."""
    if not mapping.sql:
        return mapping.uses
    try:
        named = {table.name.lower() for table in
                 sqlglot.parse_one(mapping.sql, read="spark").find_all(exp.Table)}
    except sqlglot.ParseError:
        return tuple(entries)
    return tuple(name for name in entries if name.lower() in named)


def _map_and_check(read: SparkLines, settings: Settings, mapping: Mapping,
                   sources: list[Source]) -> RowCount | None:
    """Make the table and check it as the embedded engine does; what is wrong goes to `read`."""
    connection: Any = read.connection
    connection.register(SELECTED, _selected(read.connection, mapping))
    made = make_table(connection, replace(mapping, source="__lines", columns={}, sql=""), sources)
    found, count = check_and_count(connection, mapping, made, sources, settings)
    read.problems.extend(found)
    return count


def _selected(connection: SparkConnection, mapping: Mapping) -> Any:
    """The columns of the mapping under the contract's names, as Spark computes them."""
    if mapping.sql:
        try:
            frame = connection.run(mapping.sql, mapping.uses)
        except SPARK_ERRORS as error:
            raise DataError(f"{LINES}: sql: {told_by_spark(error)}", LINES) from error
        return frame.select("*", *[sf.lit(None).cast(kind).alias(name) for name, kind in
                                   zip(ORIGIN, ("string", "bigint"), strict=True)])
    located = connection.frame(f"located.{mapping.source}")
    named = {column.lower(): TEXT_OF + column if TEXT_OF + column in located.columns else column
             for column in located.columns}
    wanted = {name: name for name in mapping.table.names if name in named} | mapping.columns
    columns, faults = [], []
    for name, given in wanted.items():
        if not (asked := given.strip()):
            continue
        sql = spark_quoted(named.get(asked.lower(), asked)) if (
            asked.lower() in named or WORDS.fullmatch(asked)) else asked
        try:
            located.selectExpr(sql)
            columns.append(sf.expr(sql).alias(name))
        except SPARK_ERRORS as error:
            faults.append(f"{LINES}: {name} = {given!r}: {told_by_spark(error)}")
    if not columns and not faults:
        there = ", ".join(name for name in located.columns if not name.startswith("__"))
        faults.append(f"{LINES}: none of its columns is there; there are {there}; map them under "
                      f"[tables.{LINES}]")
    if faults:
        raise DataError("\n".join(faults), LINES)
    return located.select(*columns, *ORIGIN)
