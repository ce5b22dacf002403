"""What the account bought: by quarter, by family, and the change on a year before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qbrkit.periods import Coverage, last_twelve_months, quarter_text

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

QUARTERS_SHOWN = 8


def tables(review: QuarterReview, account_ids: list[str]) -> dict[str, pd.DataFrame | None]:
    """Purchases of some accounts by quarter and by family, in their currency."""
    spend = review.facts[review.facts["account_id"].isin(account_ids)]
    by_quarter = _sum_by_quarter(spend, ["account_id"]).reindex(account_ids, fill_value=0.0)
    return {"revenue_by_quarter": _by_quarter(by_quarter, review),
            "revenue_by_family": _by_family(spend, review)}


def figures(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame:
    """Purchases of the quarter and of twelve months, and of those a year before, by account.

    [account currency]
    """
    spend = review.facts[review.facts["account_id"].isin(account_ids)]
    by_quarter = _sum_by_quarter(spend, ["account_id"]).reindex(account_ids, fill_value=0.0)
    year = last_twelve_months(review.quarter)
    revenue, revenue_year = (_sum_over(by_quarter, one) for one in ([review.quarter], year))
    year_ago = _year_ago(by_quarter, review)
    before = [one - 4 for one in year]
    year_before = _sum_over(by_quarter, before)
    if review.is_partial or not _coverage(review).are_complete(before):
        year_before = year_before * np.nan
    return pd.DataFrame({
        "revenue_quarter": revenue, "revenue_quarter_year_ago": year_ago,
        "revenue_change": revenue - year_ago,
        "revenue_change_rate": (revenue - year_ago) / year_ago.where(year_ago > 0),
        "revenue_ltm": revenue_year, "revenue_ltm_before": year_before,
        "revenue_ltm_change": revenue_year - year_before,
        "revenue_ltm_change_rate": (revenue_year - year_before) / year_before.where(
            year_before > 0)})


def _coverage(review: QuarterReview) -> Coverage:
    return Coverage(review.data_from, review.data_until,
                    review.settings.company.fiscal_year_start)


def _year_ago(by_quarter: pd.DataFrame, review: QuarterReview) -> pd.Series:
    """The same quarter a year before; unknown where the data do not cover it."""
    summed = _sum_over(by_quarter, [review.quarter - 4])
    return summed if review.year_ago is not None else summed * np.nan


def _sum_by_quarter(spend: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Revenue as a table of keys × quarters: 0 without lines, unknown with an unknown part."""
    sums = spend.groupby([*keys, "quarter"])["revenue_account"].sum(skipna=False)
    return sums.unstack("quarter", fill_value=0)


def _sum_over(by_quarter: pd.DataFrame, quarters: list[pd.Period]) -> pd.Series:
    return by_quarter.reindex(columns=quarters, fill_value=0.0).sum(axis="columns", skipna=False)


def _by_quarter(by_quarter: pd.DataFrame, review: QuarterReview) -> pd.DataFrame:
    """The last quarters that the data cover whole, and the reviewed one."""
    covered = _coverage(review)
    earlier = [review.quarter - back for back in reversed(range(1, QUARTERS_SHOWN))]
    quarters = [*filter(covered.is_complete, earlier), review.quarter]
    shown = by_quarter.reindex(columns=quarters, fill_value=0.0)
    shown.columns = pd.Index([quarter_text(quarter) for quarter in quarters], name="quarter")
    return shown.reset_index().melt("account_id", value_name="revenue")


def _by_family(spend: pd.DataFrame, review: QuarterReview) -> pd.DataFrame:
    """Purchases by family in the quarter and in twelve months; what is unknown stays unknown."""
    year = last_twelve_months(review.quarter)
    sums = _sum_by_quarter(spend[spend["quarter"].isin([review.quarter - 4, *year])],
                           ["account_id", "family"])
    now, in_year = (_sum_over(sums, one) for one in ([review.quarter], year))
    before = _year_ago(sums, review)
    whole = in_year.clip(lower=0).groupby("account_id").transform("sum")
    has_credit = (in_year < 0).groupby("account_id").transform("any")
    table = pd.DataFrame({
        "revenue": now, "revenue_year_ago": before,
        "change_rate": (now - before) / before.where(before > 0), "revenue_ltm": in_year,
        "share_ltm": in_year / whole.where((whole > 0) & ~has_credit)})
    return table.reset_index().sort_values(["revenue_ltm", "family"], ascending=[False, True])
