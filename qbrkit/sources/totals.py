"""Lines that are the total of all others: they would double the revenue."""

from collections.abc import Collection

import duckdb

from qbrkit.problems import STOPS, Problem
from qbrkit.sources.checks import LINES, TOTAL_WORDS, Check, amount_sql, run_checks

FEWEST = 12
"""Of fewer lines one is the sum of the others by chance."""
HANDFUL = 5
"""An account of that name with more lines is rather a customer."""
NAMED = rf"^(?i)\s*(grand |sub-?)?({TOTAL_WORDS})\s*[:.]?\s*$"
"""A total's name and nothing else: an account may be called Total Energies."""
LEFT_OUT = (f"Leave it out with where, as sql = \"select … from … where …\" under [tables.{LINES}]"
            ", or mend the export")


def check_totals(connection: duckdb.DuckDBPyConnection, present: Collection[str],
                 currency: str) -> list[Problem]:
    """Lines of an account that is called a total, or else one line that is the sum of all others.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    present : collection of str
        The tables that can be used.
    currency : str
        The company's currency.
    """
    return _named(connection, present, currency) or _sum_of_others(connection, currency)


def _named(connection: duckdb.DuckDBPyConnection, present: Collection[str],
           currency: str) -> list[Problem]:
    known = (" and account_id not in (select account_id from contract.accounts "
             "where account_id is not null)" if "accounts" in present else "")
    called = (f"select account_id from (select account_id, count(*) as n from contract.{LINES} "
              f"where account_id is not null group by 1) where n <= {HANDFUL} "
              f"and regexp_matches(account_id, '{NAMED}'){known}")
    return run_checks(connection, LINES, [Check(
        "account_id", f"account_id in ({called})", "names a total, not an account", STOPS,
        "account_id", f"{LEFT_OUT}; if it is an account, add it to accounts")], currency)


def _sum_of_others(connection: duckdb.DuckDBPyConnection, currency: str) -> list[Problem]:
    """One sum over all lines; only where its half is the largest amount, the line is looked up."""
    amount = f"({amount_sql(LINES, currency)})"
    ((lines, total, least, largest),) = connection.execute(
        f"select count({amount}), sum({amount}), min({amount}), max({amount}) "
        f"from contract.{LINES}").fetchall()
    if lines < FEWEST or not total:
        return []
    top = largest if total > 0 else least
    if round(float(2 * top - total), 2) != 0:
        return []
    return run_checks(connection, LINES, [Check(
        "revenue", f"{amount} = {top}", "is the sum of all other lines: a total, not a line",
        STOPS, "revenue::double", LEFT_OUT)], currency)
