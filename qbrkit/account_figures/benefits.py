"""Value that each account received, and its return."""

import numpy as np
import pandas as pd

from qbrkit import value
from qbrkit.account_figures.putting import put

VALUE = ["benefit", "extra_mile", "free_in_plan", "confirmed", "estimated", "soft", "value",
         "multiplier", "lines_n", "not_measured_n"]
QUARTERS = ["value_quarter", "value_quarter_before"]
RETURN = ["roi", "npv", "payback_months", "break_even_haircut", "present_value", "present_cost"]
BEHIND = ["return_value", "return_paid", "return_effort", "present_paid", "present_effort"]


def add_value(accounts: pd.DataFrame, ledger: pd.DataFrame | None, spend: pd.DataFrame,
              effort: pd.DataFrame | None, discount_rate: float,
              year: list[pd.Period]) -> pd.DataFrame:
    """Value of the quarter and of twelve months, and its return, in the account's currency."""
    table = accounts.assign(**dict.fromkeys(
        [*VALUE, *QUARTERS, "confirmed_two_quarters", *RETURN, *BEHIND], np.nan))
    if ledger is None:
        return table
    table = put(table, value.sum_value(ledger, year), {
        name: 0.0 for name in VALUE if name != "multiplier"})
    recent = value.sum_value(ledger, year[-2:])[["account_id", "confirmed"]].rename(
        columns={"confirmed": "confirmed_two_quarters"})
    table = put(table, recent, {"confirmed_two_quarters": 0.0})
    table = put(table, _quarter_and_before(ledger, year[-1]), {})
    return put(table, _returns(ledger, spend, effort, discount_rate, year), {})


def _quarter_and_before(ledger: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Value of the quarter and of the one before; missing where no line was measured."""
    by_quarter = value.sum_by_quarter(ledger, [quarter, quarter - 1], ["account_id"])
    return by_quarter.set_axis(QUARTERS, axis="columns")


def _returns(ledger: pd.DataFrame, spend: pd.DataFrame, effort: pd.DataFrame | None,
             discount_rate: float, year: list[pd.Period]) -> pd.DataFrame:
    """Return by account, and the sums from which it can be computed again."""
    received, paid, own = value_and_spend_by_month(ledger, spend, effort, year)
    behind = pd.DataFrame({
        "return_value": received.sum(axis="columns"), "return_paid": paid.sum(axis="columns"),
        "return_effort": own.sum(axis="columns", min_count=1),
        "present_paid": value.present_value(paid, discount_rate),
        "present_effort": value.present_value(own, discount_rate)})
    found = value.find_returns(received, paid + own.fillna(0.0), discount_rate)
    return found.set_index("account_id")[RETURN].join(behind)


def value_and_cost_by_month(ledger: pd.DataFrame, spend: pd.DataFrame,
                            effort: pd.DataFrame | None, year: list[pd.Period],
                            ) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Value, and what the customer paid and its own effort together, as below."""
    received, paid, own = value_and_spend_by_month(ledger, spend, effort, year)
    return received, paid + own.fillna(0.0)


def value_and_spend_by_month(ledger: pd.DataFrame, spend: pd.DataFrame,
                             effort: pd.DataFrame | None, year: list[pd.Period],
                             ) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Value without soft lines, what the customer paid, and its own effort, month by month.

    Only accounts with a measured benefit in the year and a known spend: a benefit that
    nobody measured is unknown, not zero, and services alone make no return. Effort that
    nobody recorded is missing.
    """
    paid = spend.rename(columns={"revenue_account": "amount"})
    unknown = paid[paid["quarter"].isin(year) & paid["amount"].isna()]["account_id"]
    hard = ledger[(ledger["class"] != value.SOFT) & ledger["quarter"].isin(year)]
    measured = hard[(hard["part"] == value.BENEFIT) & hard["amount"].notna()]["account_id"]
    received = value.spread_by_month(hard[hard["account_id"].isin(measured)
                                          & ~hard["account_id"].isin(unknown)], year)
    own = received * np.nan
    if effort is not None:
        own = value.spread_by_month(effort, year).reindex(received.index)
    return received, value.spread_by_month(paid, year).reindex(
        received.index, fill_value=0.0), own
