"""A circle no larger than the team can review: the cut share that brings it about."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qbrkit.segmentation.history import count_green_at_last
from qbrkit.segmentation.rule import find_cuts, middle_margin, reasons_met

STEPS = 1000
"""How finely the share is searched: in thousandths of the positive total."""


def cut_share_for(ends: Mapping[pd.Period, pd.DataFrame], reviews_per_quarter: int | None,
                  cut_share: float = 0.8, min_history_quarters: int = 2,
                  overrides: pd.DataFrame | None = None,
                  as_of: pd.Timestamp | None = None, is_partial: bool = False) -> float:
    """Largest cut share, not above the given one, whose circle the team can review.

    Parameters
    ----------
    ends, min_history_quarters, overrides, as_of, is_partial
        As in `history.segment_over_time`; the circle is that of the last quarter-end, with
        the accounts that are held in it or set by hand.
    reviews_per_quarter : int or None
        How many reviews the team can hold; None leaves the share as it is.
    cut_share : float, default 0.8
        The share wanted.

    Returns
    -------
    float
        To the next 0.001 below; at least 0.001, even when that circle is still too large
        (ties, potential, accounts set by hand).
    """
    def fits(share: float) -> bool:
        return reviews_per_quarter is None or reviews_per_quarter >= count_green_at_last(
            ends, share, min_history_quarters, overrides, as_of, is_partial)

    if fits(cut_share):
        return cut_share
    low, high = 1, int(np.ceil(cut_share * STEPS))
    while low < high - 1:  # a wider share never drops an account, so the count only rises
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle / STEPS) else (low, middle)
    return low / STEPS


def count_green(accounts: pd.DataFrame, cut_share: float, min_history_quarters: int = 2) -> int:
    """How many accounts are Green Circle by the rule alone at a cut share.

    Parameters
    ----------
    accounts, cut_share, min_history_quarters
        As in `segment_accounts`.
    """
    cuts = find_cuts(accounts, cut_share, min_history_quarters)
    return int(reasons_met(accounts, middle_margin(accounts), cuts).any(axis=1).sum())
