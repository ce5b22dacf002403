"""What the joins of a query leave out: rows with revenue that find no partner."""

import duckdb

from qbrkit.problems import NOTED, SHOWN, Problem
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.recognize import literal
from qbrkit.sources.tables import query_view

INNER, OUTER = '"join_type":"INNER"', '"join_type":"FULL"'


def check_joins(connection: duckdb.DuckDBPyConnection, mapping: Mapping) -> list[Problem]:
    """Lines that would be there if every join kept the rows without a partner.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database with the sources read.
    mapping : Mapping
        Where the invoice lines come from.

    Returns
    -------
    list of Problem
        At most one: how many rows with a revenue count nowhere, and what they are worth.

    Notes
    -----
    The query runs once more with its inner joins as outer ones. What `where` leaves out is
    not told, and with it what a join written as `from a, b where …` loses.
    """
    query = query_view(mapping)
    outer = _with_outer_joins(connection, mapping.sql)
    if not outer:
        return []
    counted = "select count(revenue), sum(try_cast(revenue as DOUBLE)) from ({})"
    try:
        ((kept_n, kept),) = connection.execute(counted.format(f"from {query}")).fetchall()
        ((all_n, all_),) = connection.execute(counted.format(outer)).fetchall()
        if all_n <= kept_n:
            return []
        values = _ids(connection, query, outer)
    except duckdb.Error:  # a join that cannot be an outer one, or a query without revenue
        return []
    return [Problem(
        mapping.table.name, "", f"rows of {', '.join(mapping.uses)} that have a revenue find "
        "no partner in a join, and count nowhere", all_n - kept_n, NOTED, values,
        money=round((all_ or 0.0) - (kept or 0.0), 2),
        fix="Complete the other source; or write left join, and they count as not assigned where "
            "the account is missing")]


def _with_outer_joins(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The query with outer joins in place of inner ones; empty when it has none."""
    ((parsed,),) = connection.execute(
        f"select cast(json_serialize_sql({literal(sql)}) as VARCHAR)").fetchall()
    if INNER not in parsed:
        return ""
    ((outer,),) = connection.execute(
        f"select json_deserialize_sql(cast({literal(parsed.replace(INNER, OUTER))} as JSON))"
    ).fetchall()
    return str(outer)


def _ids(connection: duckdb.DuckDBPyConnection, query: str, outer: str) -> tuple[str, ...]:
    """Documents of which no line is left, the first few."""
    described = {name.lower() for name, *_ in connection.execute(f"describe {outer}").fetchall()}
    if "invoice_id" not in described:
        return ()
    found = connection.execute(
        f"select distinct cast(invoice_id as VARCHAR) from ({outer}) where revenue is not null and "
        f"cast(invoice_id as VARCHAR) not in (select cast(invoice_id as VARCHAR) from {query} "
        f"where invoice_id is not null) order by 1 limit {SHOWN}").fetchall()
    return tuple(text for text, in found)
