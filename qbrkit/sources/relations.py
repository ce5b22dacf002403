"""Faults that show only when two tables, or all dates, are held against each other."""

import itertools
from collections.abc import Iterable, Iterator

import duckdb

from qbrkit.columns import TABLES
from qbrkit.problems import NOTED, SHOWN, STOPS, Problem
from qbrkit.settings import Settings
from qbrkit.sources.checks import LINES, Check, run_checks

FAR_MONTHS = 12
FAR_SHARE = 0.01
"""Months without any line, and the share of lines beyond them, that mean a mistyped date."""


def check_between_tables(connection: duckdb.DuckDBPyConnection, tables: Iterable[str],
                         broken: Iterable[str], settings: Settings) -> list[Problem]:
    """Ids that lead nowhere, parents in a circle, currencies without a rate, dates far off.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    tables : iterable of str
        The tables that can be used.
    broken : iterable of str
        Tables that are mapped and cannot be used; what they lack is not told again.
    settings : Settings
        What qbr.toml says.
    """
    present = [name for name in TABLES if name in set(tables)]
    currency = settings.company.currency
    problems = []
    for name in present:
        problems += run_checks(connection, name, list(_orphans(name, present)), currency)
    if "accounts" in present:
        problems += _parents_in_a_circle(connection)
    if LINES in present:
        if "exchange_rates" not in set(broken):
            problems += _missing_rates(connection, present, currency)
        problems += _dates_far_off(connection, settings)
        problems += _kind_against_sign(connection, currency)
    if {"benefits", "services"} <= set(present):
        problems += _evidence_twice(connection)
    return problems


def _orphans(table: str, present: list[str]) -> Iterator[Check]:
    """Checks for the ids of one table that another table should know."""
    names = TABLES[table].names
    if "accounts" in present:
        billed = f" union all select account_id from contract.{LINES}" if LINES in present else ""
        if table == LINES:
            yield _orphan("account_id", "accounts", "the account is shown by its id")
        elif table == "accounts":
            yield _orphan("parent_id", "accounts", "the parent is shown by its id", "account_id")
        elif "account_id" in names:
            yield _orphan("account_id", "accounts", "it counts for no account", more=billed)
    if table == LINES and "products" in present:
        yield _orphan("product_id", "products", "it counts in the family “unknown”")
    if table == "activities" and "contacts" in present:
        yield _orphan("contact_id", "contacts", "it counts for the account, not for a person")


def _orphan(column: str, home: str, outcome: str, key: str = "", more: str = "") -> Check:
    key = key or column
    known = f"select {key} from contract.{home}{more}"
    return Check(column, f"{column} is not null and {column} not in "
                         f"(select {key} from ({known}) where {key} is not null)",
                 f"is not in {home}; {outcome}", NOTED, column, f"Complete the export of {home}")


def _parents_in_a_circle(connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    parents = dict(connection.execute(
        "select account_id, parent_id from contract.accounts where account_id is not null "
        "and parent_id is not null and parent_id <> account_id").fetchall())
    circling = []
    for account in parents:
        seen, current = {account}, parents[account]
        while current in parents and current not in seen:
            seen.add(current)
            current = parents[current]
        if current == account:
            circling.append(account)
    if not circling:
        return []
    return [Problem("accounts", "parent_id", "leads back to the account itself, in a circle",
                    len(circling), STOPS, tuple(sorted(circling)[:SHOWN]),
                    fix="Empty the parent_id of the top account")]


def _kind_against_sign(connection: duckdb.DuckDBPyConnection, currency: str) -> list[Problem]:
    """Credits above zero and free lines with revenue: noted, or a stop when they are the rule.

    A single credit above zero may take another one back. When most are, the export writes
    credits without a sign, and every total would be too high.
    """
    back = "kind in ('credit', 'return')"
    ((credits_n, positive_n),) = connection.execute(
        f"select count(*), count(*) filter (revenue > 0) from contract.{LINES} where {back}"
    ).fetchall()
    unsigned = 2 * positive_n > credits_n
    return run_checks(connection, LINES, [
        Check("revenue", f"{back} and revenue > 0", "is above 0 for a credit or return"
              + ("" if unsigned else "; it counts as it stands"), STOPS if unsigned else NOTED,
              "revenue", "Map revenue as -revenue for these kinds, if the export writes credits "
              "without a sign"),
        Check("revenue", "kind = 'free' and revenue <> 0", "is not 0 for a free line; it counts "
              "as it stands", NOTED, "revenue", "Check the kind of these lines"),
    ], currency)


def _evidence_twice(connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    """One evidence as a benefit and as a service of the same account would count twice."""
    twice = connection.execute(
        "select distinct account_id, evidence from contract.benefits semi join contract.services "
        "using (account_id, evidence) where evidence is not null order by 1, 2").fetchall()
    if not twice:
        return []
    return [Problem(
        "services", "evidence", "stands in benefits as well, and its value would count twice",
        len(twice), STOPS, tuple(f"{evidence} of {account}" for account, evidence in twice[:SHOWN]),
        fix="Leave it in one of the two tables")]


def _missing_rates(connection: duckdb.DuckDBPyConnection, present: list[str],
                   currency: str) -> list[Problem]:
    rates = ("select currency, month from contract.exchange_rates"
             if "exchange_rates" in present else "select null, null where false")
    missing = connection.execute(
        "select currency, strftime(date_trunc('month', invoice_date), '%Y-%m') as month, count(*) "
        f"from contract.{LINES} where currency <> ? and invoice_date is not null "
        f"and (currency, cast(date_trunc('month', invoice_date) as DATE)) not in ({rates}) "
        "group by 1, 2 order by 1, 2", [currency.upper()]).fetchall()
    if not missing:
        return []
    months = len(missing)
    return [Problem(
        "exchange_rates", "rate", "there is no rate for the invoice lines of "
        + ("this month" if months == 1 else f"these {months} months"),
        sum(count for *_, count in missing), STOPS,
        tuple(f"{code} {month}" for code, month, _ in missing[:SHOWN]),
        fix=f"Add the rate to exchange_rates: {currency} paid for one unit of the other currency")]


def _dates_far_off(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Problem]:
    """A few lines long before or after all others: they would move what counts as complete."""
    months = connection.execute(
        "select year(invoice_date) * 12 + month(invoice_date) as month, count(*) "
        f"from contract.{LINES} where invoice_date is not null group by 1 order by 1").fetchall()
    total = sum(count for _, count in months)
    problems = []
    for side, given, ordered in (("before", settings.periods.data_from, months),
                                 ("after", settings.periods.data_until, months[::-1])):
        beyond = 0
        for (month, count), (following, _) in itertools.pairwise(ordered):
            beyond += count
            if beyond > FAR_SHARE * total or given:
                break
            if abs(following - month) > FAR_MONTHS:
                first = f"make_date({following // 12 - (following % 12 == 0)}, " \
                        f"{(following - 1) % 12 + 1}, 1)"
                condition = (f"invoice_date < {first}" if side == "before"
                             else f"invoice_date >= {first} + interval 1 month")
                problems += run_checks(connection, LINES, [Check(
                    "invoice_date", condition, f"lies more than a year {side} all other dates",
                    STOPS, "invoice_date", "Correct it in the export; or if it is right, write "
                    f"data_{'from' if side == 'before' else 'until'} under [periods] in "
                    "qbr.toml: the day from which, or until which, the export is whole")],
                    settings.company.currency)
                break
    return problems
