"""Segment of each account, and what the segmentation needs to know of it."""

import numpy as np
import pandas as pd

from qbrkit import growth, potential, segmentation
from qbrkit.account_figures.putting import MONEY, nothing_sold
from qbrkit.periods import ReviewPeriod, last_twelve_months
from qbrkit.settings import Settings


def add_segments(accounts: pd.DataFrame, facts: pd.DataFrame, overrides: pd.DataFrame | None,
                 settings: Settings, period: ReviewPeriod,
                 ) -> tuple[pd.DataFrame, segmentation.Cuts, pd.DataFrame]:
    """Segment of each account, now and a quarter ago; the cuts; and other circle sizes."""
    history = settings.segmentation.min_history_quarters
    figures = segmentation_input(accounts, facts, settings, period.quarter)
    share = segmentation.cut_share_for(
        figures, _reviews_left(settings.company.reviews_per_quarter, overrides, period.as_of),
        settings.segmentation.cut_share, history)
    segmented = segmentation.segment_accounts(figures, share, history)
    cuts = segmented.attrs["cuts"]
    segmented = segmentation.apply_overrides(segmented, overrides, period.as_of)
    unknown = pd.Series(np.nan, index=segmented.index, dtype="str")
    previous = pd.DataFrame({"segment": unknown, "reasons": unknown})
    if period.has_previous:
        before = segmentation_input(accounts, facts, settings, period.quarter - 1)
        previous = segmentation.apply_overrides(
            segmentation.segment_accounts(before, share, history), overrides,
            (period.quarter - 1).end_time.normalize())
    sizes = pd.DataFrame({"cut_share": segmentation.SHARES_SHOWN, "accounts_n": [
        segmentation.count_green(figures, one, history) for one in segmentation.SHARES_SHOWN]})
    renamed = segmented.assign(
        previous_segment=previous["segment"], previous_reasons=previous["reasons"],
    ).drop(columns="annual_wallet").rename(
        columns={"revenue": "revenue_ltm", "gross_margin_low": "gross_margin_ltm_low",
                 "gross_margin_high": "gross_margin_ltm_high"})
    return accounts.merge(renamed, on="account_id", validate="1:1"), cuts, sizes


def _reviews_left(reviews: int | None, overrides: pd.DataFrame | None,
                  as_of: pd.Timestamp) -> int | None:
    """Reviews the team can hold besides those of accounts that are Green Circle by hand."""
    if reviews is None or overrides is None:
        return reviews
    by_hand = overrides[(overrides["expires"] >= as_of)
                        & (overrides["segment"] == segmentation.GREEN_CIRCLE)]
    return max(reviews - by_hand["account_id"].nunique(), 0)


def segmentation_input(accounts: pd.DataFrame, facts: pd.DataFrame, settings: Settings,
                       quarter: pd.Period) -> pd.DataFrame:
    """What the segmentation needs to know at the end of a quarter."""
    sums = growth.sum_over(facts, last_twelve_months(quarter), MONEY)
    first = facts[facts["quarter"] <= quarter].groupby("account_id")["month"].min()
    history = quarter.ordinal - pd.PeriodIndex(first, freq=quarter.freqstr).asi8 + 1
    table = accounts[["account_id", "annual_wallet"]].merge(
        sums.reset_index(), on="account_id", how="left", validate="1:1")
    table = table.fillna(nothing_sold(facts, "revenue", MONEY[1:]))
    table["history_quarters"] = table["account_id"].map(
        pd.Series(history, index=first.index)).fillna(0)
    found = potential.find_potential(table, sums["revenue"], settings.potential.capture_rate)
    return table.merge(found, on="account_id", validate="1:1")
