"""Value that each account received, and its return."""

import numpy as np
import pandas as pd

from qbrkit import value
from qbrkit.account_figures.putting import put

VALUE = ["benefit", "extra_mile", "free_in_plan", "confirmed", "estimated", "soft", "value",
         "multiplier", "lines_n", "not_measured_n"]
RETURN = ["roi", "npv", "payback_months", "break_even_haircut"]


def add_value(accounts: pd.DataFrame, ledger: pd.DataFrame | None, spend: pd.DataFrame,
              effort: pd.DataFrame | None, discount_rate: float,
              year: list[pd.Period]) -> pd.DataFrame:
    """Value of the last twelve months and its return, in the account's currency."""
    table = accounts.assign(**dict.fromkeys([*VALUE, "confirmed_two_quarters", *RETURN], np.nan))
    if ledger is None:
        return table
    table = put(table, value.sum_value(ledger, year), {
        name: 0.0 for name in VALUE if name != "multiplier"})
    recent = value.sum_value(ledger, year[-2:])[["account_id", "confirmed"]].rename(
        columns={"confirmed": "confirmed_two_quarters"})
    table = put(table, recent, {"confirmed_two_quarters": 0.0})
    received, spent = value_and_cost_by_month(ledger, spend, effort, year)
    returns = value.find_returns(received, spent, discount_rate)[["account_id", *RETURN]]
    return put(table, returns, {})


def value_and_cost_by_month(ledger: pd.DataFrame, spend: pd.DataFrame,
                            effort: pd.DataFrame | None, year: list[pd.Period],
                            ) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Months of the accounts with a measured benefit in the year and a known spend.

    A benefit that nobody measured is unknown, not zero: services alone make no return.
    """
    names = ["account_id", "quarter", "month", "amount"]
    paid = spend.rename(columns={"revenue_account": "amount"})[names]
    unknown = paid[paid["quarter"].isin(year) & paid["amount"].isna()]["account_id"]
    if effort is not None:
        paid = pd.concat([paid, effort[names]])
    hard = ledger[(ledger["class"] != value.SOFT) & ledger["quarter"].isin(year)]
    measured = hard[(hard["part"] == value.BENEFIT) & hard["amount"].notna()]["account_id"]
    received = value.spread_by_month(hard[hard["account_id"].isin(measured)
                                          & ~hard["account_id"].isin(unknown)], year)
    spent = value.spread_by_month(paid, year).reindex(received.index, fill_value=0.0)
    return received, spent
