"""What the joins of a query multiply: more lines than any source holds rows."""

import duckdb

from qbrkit.problems import NOTED, Problem
from qbrkit.sources.checks import LINES, amount_sql
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.recognize import literal, quoted

JOINED, UNITED = '"type":"JOIN"', '"type":"SET_OPERATION_NODE"'
SAME = "invoice_id, line_id, invoice_date, account_id, product_id, quantity, revenue"
"""What stays the same in a line that a join has doubled."""


def check_more_lines(connection: duckdb.DuckDBPyConnection, mapping: Mapping,
                     currency: str) -> list[Problem]:
    """Lines beyond the rows of the largest source that a query joins.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database with the sources read and the lines made.
    mapping : Mapping
        Where the invoice lines come from, by SQL.
    currency : str
        The company's currency.

    Returns
    -------
    list of Problem
        At most one: how many lines there are beyond one for each row, with the revenue of
        those that are a line before them in all that a join leaves alone. A query that
        unites tables may rightly yield more.
    """
    if not isinstance(connection, duckdb.DuckDBPyConnection):
        return []  # the query is in Spark's dialect, which is parsed elsewhere
    ((parsed,),) = connection.execute(
        f"select cast(json_serialize_sql({literal(mapping.sql)}) as VARCHAR)").fetchall()
    if JOINED not in parsed or UNITED in parsed:
        return []
    held = {}
    for name in mapping.uses:
        ((held[name],),) = connection.execute(
            f"select count(*) from located.{quoted(name)}").fetchall()
    largest = max(held, key=lambda name: held[name])
    ((lines,),) = connection.execute(
        f"select count(*) from contract.{quoted(mapping.table.name)}").fetchall()
    if lines <= held[largest]:
        return []
    return [Problem(
        mapping.table.name, "", f"sql makes {lines:,} lines of the {held[largest]:,} rows of "
        f"{largest}, the largest source it uses: a join finds more than one partner for a row, "
        "and its revenue may count more than once", lines - held[largest], NOTED,
        money=_money_again(connection, currency),
        fix="Join over all columns that identify a row of the other source, or to one row only; "
            "nothing has to be done if the rows are meant to be split")]


def _money_again(connection: duckdb.DuckDBPyConnection, currency: str) -> float | None:
    """Revenue of the lines that repeat another one; None where no line does."""
    ((money,),) = connection.execute(
        f"select sum((n - 1)::double * amount) from (select count(*) as n, "
        f"min({amount_sql(LINES, currency)}) as amount from contract.{LINES} group by {SAME}) "
        "where n > 1").fetchall()
    return None if money is None else round(float(money), 2)
