"""Faults that show only when two tables are held against each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import duckdb

from qbrkit.columns import TABLES
from qbrkit.problems import NOTED, SHOWN, STOPS, Problem
from qbrkit.settings import Settings
from qbrkit.sources.checks import LINES, Check, run_checks
from qbrkit.sources.panels import check_sessions
from qbrkit.sources.plausible import (
    check_accounts,
    check_benefits,
    check_lines,
    check_risks,
    check_service_levels,
)

MANY = 10
"""So many accounts on each side, and none in common, are no chance."""
BILLED = "__billed"
"""The accounts of the invoice lines, each once."""


@dataclass(frozen=True)
class Relation:
    """Values of one column that another table should know.

    Parameters
    ----------
    table, column : str
        Where they are used.
    home, key : str
        Where they should stand.
    outcome : str
        What becomes of a row whose value does not stand there.
    """

    table: str
    column: str
    home: str
    key: str
    outcome: str


ACCOUNT_OF = {
    "contacts": "the person counts for no account", "activities": "it counts for no account",
    "services": "its value counts for no account", "benefits": "its value counts for no account",
    "customer_costs": "the effort counts for no account",
    "switching_costs": "it counts for no account",
    "deals": "it counts for its territory and for no account",
    "service_levels": "it counts for no account", "complaints": "it counts for no account",
    "commitments": "no review shows the promise", "objectives": "it counts for no account",
    "risks": "no account is exposed to it by its id",
    "targets": "nothing is measured against it",
    "black_ops_scores": "the score counts for no account",
    "counter_measures": "it answers no move against an account",
    "segment_overrides": "it sets the segment of no account"}
"""What becomes of a row whose account neither the accounts nor the invoice lines know."""

RELATIONS = (
    Relation("accounts", "parent_id", "accounts", "account_id", "the parent is shown by its id"),
    Relation("accounts", "plan_id", "plan_components", "plan_id",
             "nothing counts as included in this plan"),
    Relation(LINES, "account_id", "accounts", "account_id", "the account is shown by its id"),
    Relation(LINES, "product_id", "products", "product_id",
             "it counts in the family “unknown”"),
    *(Relation(table, "account_id", "accounts", "account_id", outcome)
      for table, outcome in ACCOUNT_OF.items()),
    Relation("activities", "contact_id", "contacts", "contact_id",
             "it counts for the account, not for a person"),
    Relation("plan_components", "plan_id", "accounts", "plan_id",
             "no account has this plan, and the component counts for none"),
    Relation("targets", "owner", "accounts", "owner", "no revenue is measured against it"),
    Relation("targets", "territory", "accounts", "territory",
             "no revenue is measured against it"),
    Relation("deals", "family", "products", "family", "no sale stands beside it"),
    Relation("objectives", "family", "products", "family", "it is the objective of no sale"),
    Relation("market", "family", "products", "family", "no sale stands beside it"),
    Relation("risks", "family", "products", "family", "no sale is exposed to it"),
    Relation("risks", "country", "accounts", "country", "no account is exposed to it"),
    Relation("risks", "industry", "accounts", "industry", "no account is exposed to it"),
)


def check_between_tables(connection: duckdb.DuckDBPyConnection, tables: Iterable[str],
                         broken: Iterable[str], settings: Settings) -> list[Problem]:
    """Values that lead nowhere, parents in a circle, currencies without a rate, odd lines.

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
    if LINES in present:
        connection.execute(f"create or replace temp table {BILLED} as "
                           f"select distinct account_id from contract.{LINES}")
    problems = []
    for name in present:
        found = run_checks(connection, name, list(_orphans(name, present)), currency)
        problems += [_stranger(connection, one) if (name, one.column) == (LINES, "account_id")
                     else one for one in found]
    connection.execute(f"drop table if exists {BILLED}")
    if "accounts" in present:
        problems += _parents_in_a_circle(connection)
        problems += check_accounts(connection)
    for name, check in (("risks", check_risks), ("service_levels", check_service_levels),
                        ("benefits", check_benefits)):
        if name in present:
            problems += check(connection)
    problems += check_sessions(connection, present, settings)
    if LINES in present:
        if "exchange_rates" not in set(broken):
            problems += _missing_rates(connection, present, currency)
        problems += check_lines(connection, present, settings)
    if {"benefits", "services"} <= set(present):
        problems += _evidence_twice(connection)
    return problems


def _orphans(table: str, present: list[str]) -> Iterator[Check]:
    """Checks for the values of one table that another table should know."""
    for one in RELATIONS:
        if one.table != table or one.home not in present:
            continue
        known = f"select {one.key} from contract.{one.home}"
        if one.table in ACCOUNT_OF and one.column == "account_id" and LINES in present:
            known += f" union all select account_id from {BILLED}"
        yield Check(one.column, f"{one.column} is not null and {one.column} not in "
                                f"(select {one.key} from ({known}) where {one.key} is not null)",
                    f"is not in {one.home}; {one.outcome}", NOTED, one.column,
                    f"Complete the export of {one.home}" if one.column.endswith("_id") else
                    f"Write it as in {one.home}, or complete the export of {one.home}")
    if table == "services" and {"accounts", "plan_components"} <= set(present):
        of_plans = ("select account_id, component_id from contract.accounts "
                    "join contract.plan_components using (plan_id) "
                    "where account_id is not null and component_id is not null")
        yield Check("component_id", "component_id is not null and account_id is not null and "
                    f"(account_id, component_id) not in ({of_plans})",
                    "is no component of the account's plan; it counts as a service beyond the "
                    "plan, not as free in it", NOTED, "component_id",
                    "Correct it, the plan_id of the account, or plan_components")


def _stranger(connection: duckdb.DuckDBPyConnection, problem: Problem) -> Problem:
    """A stop when no account of many lines is among many accounts: one side is mapped wrongly."""
    ((accounts, billed, known),) = connection.execute(
        f"select (select count(*) from contract.accounts), count(account_id), count(*) filter "
        f"(account_id in (select account_id from contract.accounts)) from {BILLED}").fetchall()
    if known or min(accounts, billed) < MANY:
        return problem
    return replace(problem, what="is not in accounts in any line", severity=STOPS,
                   fix="Map the same id as account_id of both tables")


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
        tuple(f"{code} {month}" for code, month, _ in missing[:SHOWN]), has_more=months > SHOWN,
        fix=f"Add the rate to exchange_rates: {currency} paid for one unit of the other currency")]
