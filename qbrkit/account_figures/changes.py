"""The quarter of each account, and its change on a year before."""

import numpy as np
import pandas as pd

from qbrkit import growth
from qbrkit.account_figures.putting import MONEY, nothing_sold
from qbrkit.periods import ReviewPeriod, last_twelve_months

GROWTH = ["revenue_quarter_year_ago", "revenue_change", "exchange_rates", "change_constant",
          "change_rate", "growth", "growth_rank"]


def compare_year_ago(facts: pd.DataFrame, period: ReviewPeriod) -> dict[str, pd.DataFrame]:
    """Revenue of all accounts beside that of a year before, for every part of the review.

    Parameters
    ----------
    facts : DataFrame
        Converted and rolled up, with their quarter. [company currency]
    period : ReviewPeriod
        Of the review.

    Returns
    -------
    dict of str to DataFrame
        See `growth.compare_periods`: ``quarter`` on the one a year ago and ``year``, the last
        twelve months on those before, each only where the data cover both.
    """
    compared = {}
    if period.year_ago is not None:
        compared["quarter"] = growth.compare_periods(facts, [period.year_ago], [period.quarter])
    if period.has_year_before:
        compared["year"] = growth.compare_periods(
            facts, last_twelve_months(period.quarter - 4), period.year)
    return compared


def add_growth(accounts: pd.DataFrame, facts: pd.DataFrame, compared: dict[str, pd.DataFrame],
               period: ReviewPeriod) -> pd.DataFrame:
    """The quarter, and its change on the same quarter a year before."""
    margins = ["gross_margin_quarter_low", "gross_margin_quarter_high"]
    sums = growth.sum_over(facts, [period.quarter], MONEY).set_axis(
        ["revenue_quarter", *margins], axis="columns")
    table = accounts.merge(sums.reset_index(), on="account_id", how="left", validate="1:1").fillna(
        nothing_sold(facts, "revenue_quarter", margins))
    if "quarter" not in compared:
        return table.assign(**dict.fromkeys([*GROWTH, "year_change_constant", "year_change_rate"],
                                            np.nan))
    ranked = growth.rank_growth(compared["quarter"]).rename(
        columns={"base": "revenue_quarter_year_ago", "change": "revenue_change"}).drop(
        columns="review")
    table = table.merge(ranked, on="account_id", how="left", validate="1:1", indicator=True)
    bought_nothing = table.pop("_merge") == "left_only"  # what is unknown stays unknown
    table = table.assign(**{name: table[name].mask(bought_nothing, 0.0) for name in GROWTH[:4]})
    return _with_year(table, compared.get("year"))


def _with_year(accounts: pd.DataFrame, compared: pd.DataFrame | None) -> pd.DataFrame:
    """Change of the last twelve months on those before, where the data cover both."""
    if compared is None:
        return accounts.assign(year_change_constant=np.nan, year_change_rate=np.nan)
    found = compared.set_index("account_id").reindex(accounts["account_id"]).set_axis(
        accounts.index)
    return accounts.assign(year_change_constant=found["change_constant"],
                           year_change_rate=found["change_rate"])
