"""Segment of each account, and what the segmentation needs to know of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qbrkit import growth, potential, segmentation
from qbrkit.account_figures.putting import MONEY, nothing_sold, put
from qbrkit.periods import ReviewPeriod, last_twelve_months
from qbrkit.settings import Settings


@dataclass(frozen=True)
class Segments:
    """The accounts with their segment, and what is known of the circle.

    Parameters
    ----------
    accounts : DataFrame
        With the segment now and a quarter ago, its firmness, and what it was made from.
    cuts : Cuts
        Where the circle was drawn.
    sizes : DataFrame
        How many accounts the rule would take at other cut shares.
    circle : CircleHistory
        The circle at the last quarter-ends, and who moved.
    """

    accounts: pd.DataFrame
    cuts: segmentation.Cuts
    sizes: pd.DataFrame
    circle: segmentation.CircleHistory


def add_segments(accounts: pd.DataFrame, facts: pd.DataFrame, overrides: pd.DataFrame | None,
                 settings: Settings, period: ReviewPeriod) -> Segments:
    """Segment of each account at every quarter-end, its firmness, and other circle sizes."""
    history, wanted = (settings.segmentation.min_history_quarters,
                       settings.segmentation.cut_share)
    figures = segmentation_inputs(accounts, facts, settings, period.quarter_ends)
    now = figures[period.quarter]
    share = segmentation.cut_share_for(figures, settings.company.reviews_per_quarter, wanted,
                                       history, overrides, period.as_of, period.is_partial)
    ends = segmentation.segment_over_time(figures, share, history, overrides, period.as_of,
                                          period.is_partial)
    segmented = ends[period.quarter]
    firmness = segmentation.measure_firmness(now, by_month(now, facts, period.quarter), share,
                                             history)
    table = segmented.assign(
        **_previous(ends, period.quarter - 1, segmented.index),
        firmness=firmness, firmness_class=segmentation.class_of_firmness(firmness),
        revenue_annualized=_annualized(segmented, facts, period.quarter),
        is_outside_by_capacity=False)
    if share < wanted:
        at_wanted = segmentation.segment_over_time(
            figures, wanted, history, overrides, period.as_of,
            period.is_partial)[period.quarter]["segment"]
        table["is_outside_by_capacity"] = ((at_wanted == segmentation.GREEN_CIRCLE)
                                           & (table["segment"] != segmentation.GREEN_CIRCLE))
    sizes = pd.DataFrame({"cut_share": segmentation.SHARES_SHOWN, "accounts_n": [
        segmentation.count_green(now, one, history) for one in segmentation.SHARES_SHOWN]})
    renamed = table.drop(columns=["wallet", "rule_reasons"]).rename(
        columns={"revenue": "revenue_ltm", "gross_margin_low": "gross_margin_ltm_low",
                 "gross_margin_high": "gross_margin_ltm_high"})
    return Segments(accounts.merge(renamed, on="account_id", validate="1:1"),
                    segmented.attrs["cuts"], sizes, segmentation.trace_circle(ends))


def _previous(ends: dict[pd.Period, pd.DataFrame], quarter: pd.Period,
              index: pd.Index) -> dict[str, pd.Series]:
    """Segment and reasons a quarter ago, missing where the data do not reach back."""
    if quarter in ends:
        return {"previous_segment": ends[quarter]["segment"],
                "previous_reasons": ends[quarter]["reasons"]}
    unknown = pd.Series(np.nan, index=index, dtype="str")
    return {"previous_segment": unknown, "previous_reasons": unknown}


def by_month(figures: pd.DataFrame, facts: pd.DataFrame,
             quarter: pd.Period) -> dict[str, np.ndarray]:
    """Revenue and both ends of the margin, accounts × the twelve months up to a quarter-end."""
    months = pd.period_range(end=quarter.asfreq("M", how="end"), periods=segmentation.MONTHS,
                             freq="M")
    inside = facts[facts["quarter"].isin(last_twelve_months(quarter))]
    sums = inside.groupby(["account_id", inside["month"].dt.to_period("M")])[MONEY].sum()
    sold = {name: sums[name].unstack(fill_value=0).reindex(
        index=figures["account_id"], columns=months, fill_value=0.0).to_numpy(dtype=float)
        for name in MONEY}
    unknown = np.full_like(sold["revenue"], np.nan)
    return sold if facts["gross_margin_low"].notna().any() else sold | dict.fromkeys(
        MONEY[1:], unknown)


def _annualized(segmented: pd.DataFrame, facts: pd.DataFrame, quarter: pd.Period) -> pd.Series:
    """Revenue of provisional accounts times twelve by the months since their first invoice."""
    first = facts[facts["quarter"] <= quarter].groupby("account_id")["month"].min().dt
    last = quarter.end_time
    months = segmented["account_id"].map(
        12 * (last.year - first.year) + last.month - first.month + 1)
    return (segmented["revenue"] * 12 / months).where(segmented["is_provisional"]
                                                      & ~segmented["is_dormant"])


def segmentation_inputs(accounts: pd.DataFrame, facts: pd.DataFrame, settings: Settings,
                        quarters: Iterable[pd.Period]) -> dict[pd.Period, pd.DataFrame]:
    """What the segmentation needs to know at the end of each quarter.

    The wallet is that of the quarter reviewed at every quarter-end, as a stated one is.
    """
    wallets = accounts[["account_id", "wallet"]]
    first = facts.groupby("account_id")["month"].min().reindex(wallets["account_id"])
    absent = nothing_sold(facts, "revenue", MONEY[1:])
    return {quarter: _segmentation_input(wallets, growth.sum_over(
        facts, last_twelve_months(quarter), MONEY), first, absent, settings, quarter)
            for quarter in quarters}


def _segmentation_input(wallets: pd.DataFrame, sums: pd.DataFrame, first: pd.Series,
                        absent: dict[str, float], settings: Settings,
                        quarter: pd.Period) -> pd.DataFrame:
    """One quarter-end, from the sums of its twelve months and the month of the first line."""
    table = put(wallets, sums, absent)
    history = quarter.ordinal + 1 - pd.PeriodIndex(first, freq=quarter.freqstr).asi8
    has_bought = first.notna().to_numpy() & (history > 0)
    table["history_quarters"] = history if has_bought.all() else np.where(has_bought, history, 0.0)
    found = potential.find_potential(table, sums["revenue"], settings.potential.capture_rate)
    return table.assign(potential=found["potential"],
                        realizable_potential=found["realizable_potential"])
