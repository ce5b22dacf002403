"""Rows of a table counted: accepted, refused and repaired, with the money of the lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from qbrkit.columns import Table
from qbrkit.problems import REFUSED, STOPS, Problem
from qbrkit.settings import Settings
from qbrkit.sources.checks import (
    EARLIEST,
    LATEST,
    LEFT_OUT,
    LINES,
    amount_sql,
    check_table,
    unusable_sql,
)
from qbrkit.sources.entries import Source
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.recognize import quoted
from qbrkit.sources.repeats import settle_repeats
from qbrkit.sources.tables import UNREAD, Made


@dataclass(frozen=True)
class RowCount:
    """What became of the rows of one table.

    Parameters
    ----------
    rows : int
        Rows read: accepted + refused + repeated.
    refused : int
        Rows left out because they cannot be used.
    repaired : int
        Rows of which at least one value could not be used and counts as missing, and rows
        that repeat another one and are counted once.
    repeated : int
        Those of the repaired that repeat another row, and are left out for it.
    revenue, revenue_refused : float or None
        Revenue of the accepted and, where it can be read, of the refused lines in the
        company's currency; None for other tables. [company currency]
    foreign, foreign_refused : int
        Accepted and refused lines in other currencies, which are not in these sums.
    """

    rows: int
    refused: int
    repaired: int = 0
    repeated: int = 0
    revenue: float | None = None
    revenue_refused: float | None = None
    foreign: int = 0
    foreign_refused: int = 0

    @property
    def accepted(self) -> int:
        """Rows that count."""
        return self.rows - self.refused - self.repeated


def check_and_count(connection: duckdb.DuckDBPyConnection, mapping: Mapping, made: Made,
                    sources: Sequence[Source], settings: Settings,
                    ) -> tuple[list[Problem], RowCount | None]:
    """What is wrong in a table made, and its rows; the same on every engine.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database, or what stands for it.
    mapping : Mapping
        Where the table comes from.
    made : Made
        Its columns found.
    sources : sequence of Source
        The sources it is made from.
    settings : Settings
        What qbr.toml says.

    Returns
    -------
    tuple of list of Problem and RowCount or None
        None when a required column is missing. When too many rows are refused, what would
        refuse a row stops the run.
    """
    currency = settings.company.currency
    told = [source.options.get("overlapping") for source in sources]
    found, repeated = settle_repeats(
        connection, mapping, made, currency,
        is_overlap_settled=all(one == "all" or isinstance(one, list) for one in told),
        compares_all="once" in told)
    found = check_table(connection, mapping, made, currency) + found
    if not all(column in made.found for column in mapping.table.required):
        return found, None
    count = refuse_rows(connection, mapping.table, made, repeated, currency)
    too_many = check_share_refused(mapping.table, count, settings)
    if too_many and not any(problem.severity == STOPS for problem in found):
        found = [*stop_refused(found), *too_many]
    return found, count


def refuse_rows(connection: duckdb.DuckDBPyConnection, table: Table, made: Made, repeated: int,
                currency: str) -> RowCount:
    """Leave out the rows that cannot be used, and dates nobody can mean.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    table : Table
        The table of the contract.
    made : Made
        Its columns found.
    repeated : int
        Rows left out already, because each repeats another one.
    currency : str
        The company's currency.

    Returns
    -------
    RowCount
    """
    relation = f"contract.{quoted(table.name)}"
    for column in table.columns:
        if column.kind == "date" and column.name in made.found:
            name, unread = quoted(column.name), quoted(UNREAD + column.name)
            connection.execute(
                f"update {relation} set {unread} = cast({name} as VARCHAR), {name} = null where "
                f"{name} < date '{EARLIEST}' or {name} >= date '{LATEST}'").fetchall()
    unusable = unusable_sql(table, made.found)
    unread = " or ".join(f"{quoted(UNREAD + name)} is not null" for name in made.found)
    sums = [f"sum({amount_sql(table.name, currency)}) filter ({condition})"
            for condition in (f"not ({unusable})", unusable)]
    foreign = (f"{amount_sql(table.name, currency)} is null and revenue is not null"
               if table.name == LINES else "false")
    ((rows, refused, repaired, revenue, lost, others, others_lost),) = connection.execute(
        f"select count(*), count(*) filter ({unusable}), "
        f"count(*) filter (not ({unusable}) and ({unread})), {', '.join(sums)}, "
        f"count(*) filter (not ({unusable}) and {foreign}), "
        f"count(*) filter (({unusable}) and {foreign}) from {relation}").fetchall()
    if refused:
        connection.execute(f"delete from {relation} where {unusable}").fetchall()
    has_money = table.name == LINES
    return RowCount(rows + repeated, refused, repaired + repeated, repeated,
                    _money(revenue) if has_money else None, _money(lost) if has_money else None,
                    others, others_lost)


def _money(sum_of_lines: object) -> float:
    return round(float(str(sum_of_lines or 0)), 2)


def stop_refused(found: list[Problem]) -> list[Problem]:
    """The refusals as stops, where so many rows are refused that the table stops for it."""
    return [replace(problem, severity=STOPS, what=_without_outcome(problem.what))
            if problem.severity == REFUSED else problem for problem in found]


def _without_outcome(what: str) -> str:
    for outcome in LEFT_OUT.values():
        what = what.removesuffix(outcome)
    return what


def check_share_refused(table: Table, count: RowCount, settings: Settings) -> list[Problem]:
    """A table of which too much was refused is a table that was mapped wrongly."""
    limit = settings.checks.max_refused_share
    if not count.refused or count.refused <= limit * count.rows:
        return []
    return [Problem(
        table.name, "", f"{count.refused / count.rows:.1%} of the rows cannot be used",
        count.refused, STOPS,
        fix=f"More than {limit:.1%} usually means a wrong mapping, delimiter, decimal or "
            "date_format; if it is right, raise max_refused_share under [checks] in qbr.toml")]
