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
    """Purchases of the quarter, a year before, and of twelve months, by account.

    [account currency]
    """
    spend = review.facts[review.facts["account_id"].isin(account_ids)]
    by_quarter = _sum_by_quarter(spend, ["account_id"]).reindex(account_ids, fill_value=0.0)
    revenue = _sum_over(by_quarter, [review.quarter])
    year_ago = (_sum_over(by_quarter, [review.year_ago]) if review.year_ago is not None
                else revenue * np.nan)
    return pd.DataFrame({
        "revenue_quarter": revenue, "revenue_quarter_year_ago": year_ago,
        "revenue_change": revenue - year_ago,
        "revenue_change_rate": (revenue - year_ago) / year_ago.where(year_ago > 0),
        "revenue_ltm": _sum_over(by_quarter, last_twelve_months(review.quarter))})


def _sum_by_quarter(spend: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Revenue as a table of keys × quarters: 0 without lines, unknown with an unknown part."""
    sums = spend.groupby([*keys, "quarter"])["revenue_account"].sum(skipna=False)
    return sums.unstack("quarter", fill_value=0)


def _sum_over(by_quarter: pd.DataFrame, quarters: list[pd.Period]) -> pd.Series:
    return by_quarter.reindex(columns=quarters, fill_value=0.0).sum(axis="columns", skipna=False)


def _by_quarter(by_quarter: pd.DataFrame, review: QuarterReview) -> pd.DataFrame:
    """The last quarters that the data cover whole, and the reviewed one."""
    covered = Coverage(review.data_from, review.data_until,
                       review.settings.company.fiscal_year_start)
    earlier = [review.quarter - back for back in reversed(range(1, QUARTERS_SHOWN))]
    quarters = [*filter(covered.is_complete, earlier), review.quarter]
    shown = by_quarter.reindex(columns=quarters, fill_value=0.0)
    shown.columns = pd.Index([quarter_text(quarter) for quarter in quarters], name="quarter")
    return shown.reset_index().melt("account_id", value_name="revenue")


def _by_family(spend: pd.DataFrame, review: QuarterReview) -> pd.DataFrame:
    """Purchases by family in the quarter and a year ago; what is unknown stays unknown."""
    year_ago = review.quarter - 4  # quarters
    sums = _sum_by_quarter(spend[spend["quarter"].isin([review.quarter, year_ago])],
                           ["account_id", "family"])
    before, now = (_sum_over(sums, [one]) for one in (year_ago, review.quarter))
    if review.year_ago is None:
        before = before * np.nan
    table = pd.DataFrame({"revenue": now, "revenue_year_ago": before,
                          "change_rate": (now - before) / before.where(before > 0)})
    return table.reset_index().sort_values(["revenue", "family"], ascending=[False, True])
