"""The quarter of each account, and its change on a year before."""

import numpy as np
import pandas as pd

from qbrkit import growth
from qbrkit.account_figures.putting import MONEY, nothing_sold
from qbrkit.periods import ReviewPeriod, last_twelve_months

GROWTH = ["revenue_quarter_year_ago", "revenue_change", "exchange_rates", "change_constant",
          "change_rate", "growth", "growth_rank"]


def add_growth(accounts: pd.DataFrame, facts: pd.DataFrame, period: ReviewPeriod) -> pd.DataFrame:
    """The quarter, and its change on the same quarter a year before."""
    margins = ["gross_margin_quarter_low", "gross_margin_quarter_high"]
    sums = growth.sum_over(facts, [period.quarter], MONEY).set_axis(
        ["revenue_quarter", *margins], axis="columns")
    table = accounts.merge(sums.reset_index(), on="account_id", how="left", validate="1:1").fillna(
        nothing_sold(facts, "revenue_quarter", margins))
    if period.year_ago is None:
        return table.assign(**dict.fromkeys([*GROWTH, "year_change_constant", "year_change_rate"],
                                            np.nan))
    compared = growth.rank_growth(
        growth.compare_periods(facts, [period.year_ago], [period.quarter])).rename(
        columns={"base": "revenue_quarter_year_ago", "change": "revenue_change"}).drop(
        columns="review")
    table = table.merge(compared, on="account_id", how="left", validate="1:1", indicator=True)
    bought_nothing = table.pop("_merge") == "left_only"  # what is unknown stays unknown
    table = table.assign(**{name: table[name].mask(bought_nothing, 0.0) for name in GROWTH[:4]})
    return _with_year(table, facts, period)


def _with_year(accounts: pd.DataFrame, facts: pd.DataFrame, period: ReviewPeriod) -> pd.DataFrame:
    """Change of the last twelve months on those before, where the data cover both."""
    if not period.has_year_before:
        return accounts.assign(year_change_constant=np.nan, year_change_rate=np.nan)
    before = last_twelve_months(period.quarter - 4)
    compared = growth.compare_periods(facts, before, period.year).set_index("account_id")
    found = compared.reindex(accounts["account_id"]).set_axis(accounts.index)
    return accounts.assign(year_change_constant=found["change_constant"],
                           year_change_rate=found["change_rate"])
