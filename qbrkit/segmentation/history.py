"""The circle at each of the last quarter-ends, from the same lines: nothing is remembered.

An account joins at once, and leaves only when it was far below the cuts twice in a row, so
that one poor quarter takes no customer's review away.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qbrkit.segmentation.overrides import apply_overrides
from qbrkit.segmentation.rule import (
    GREEN_CIRCLE,
    Cuts,
    find_cuts,
    middle_margin,
    reasons_met,
    segment_accounts,
)

HELD = "held"
"""Reason of an account that is not yet two quarter-ends in a row far below the cuts."""
STAY = 0.9
"""An account stays while it reaches this part of any cut. [share of the cut]"""


def segment_over_time(ends: Mapping[pd.Period, pd.DataFrame], cut_share: float = 0.8,
                      min_history_quarters: int = 2, overrides: pd.DataFrame | None = None,
                      as_of: pd.Timestamp | None = None,
                      is_partial: bool = False) -> dict[pd.Period, pd.DataFrame]:
    """Segment at each quarter-end, with hysteresis and with what was set by hand.

    Parameters
    ----------
    ends : mapping of Period to DataFrame
        What `segment_accounts` needs, at consecutive quarter-ends; the same accounts in the
        same order in each. [currency / year]
    cut_share, min_history_quarters
        As in `segment_accounts`, the same at every quarter-end.
    overrides : DataFrame or None
        The contract's ``segment_overrides``, laid over each quarter-end at its own date.
    as_of : Timestamp, optional
        Day of the review, where the data end before the last quarter does.
    is_partial : bool, default False
        The last quarter-end is not complete: some of its twelve months are still to come.

    Returns
    -------
    dict of Period to DataFrame
        By quarter-end, earliest first, as `segment_accounts` and `apply_overrides` give, with
        ``rule_reasons`` (those of the rule alone), ``is_below`` (below 0.9 of the volume cut
        and of the margin cut, with the realizable potential as well) and ``is_held`` (below
        the cuts and not yet ``is_below`` twice in a row; its reason is "held"). The cuts are
        in ``attrs["cuts"]``.

    Notes
    -----
    At the first quarter-end the plain rule holds. At one that is not complete no account
    leaves: what it has not bought yet is no reason. Elsewhere an account without revenue in
    the twelve months is transactional at once. What is set by hand does not outlive its
    expiry: it holds no account in the circle.
    """
    stands = _stands(ends, cut_share, min_history_quarters, is_partial)
    return {quarter: _told(ends[quarter], stands[quarter], cut_share, min_history_quarters,
                           overrides, _day(quarter, as_of)) for quarter in sorted(ends)}


def count_green_at_last(ends: Mapping[pd.Period, pd.DataFrame], cut_share: float,
                        min_history_quarters: int, overrides: pd.DataFrame | None = None,
                        as_of: pd.Timestamp | None = None, is_partial: bool = False) -> int:
    """How many accounts are Green Circle at the last quarter-end, held and by hand included.

    Parameters
    ----------
    ends, cut_share, min_history_quarters, overrides, as_of, is_partial
        As in `segment_over_time`.
    """
    last = max(ends)
    stand = _stands(ends, cut_share, min_history_quarters, is_partial)[last]
    state = pd.DataFrame({"account_id": ends[last]["account_id"], "reasons": "",
                          "segment": pd.Series(np.where(stand["green"], GREEN_CIRCLE, ""),
                                               index=ends[last].index, dtype="str")})
    final = apply_overrides(state, overrides, _day(last, as_of))
    return int((final["segment"] == GREEN_CIRCLE).sum())


def _day(quarter: pd.Period, as_of: pd.Timestamp | None) -> pd.Timestamp:
    """The day by which overrides are judged: the quarter's last, or that of the review."""
    last = quarter.end_time.normalize()
    return last if as_of is None else min(last, as_of)


def _stands(ends: Mapping[pd.Period, pd.DataFrame], cut_share: float,
            min_history_quarters: int, is_partial: bool) -> dict[pd.Period, pd.DataFrame]:
    """By quarter-end: ``green`` with hysteresis, ``held`` by it, and ``below`` 0.9 of the cuts."""
    stands: dict[pd.Period, pd.DataFrame] = {}
    nobody = np.zeros(len(next(iter(ends.values()))), dtype=bool)
    was_green, was_below = nobody, nobody
    for quarter in sorted(ends):
        accounts = ends[quarter]
        cuts, margin = find_cuts(accounts, cut_share, min_history_quarters), middle_margin(accounts)
        ruled = np.logical_or.reduce(reasons_met(accounts, margin, cuts), axis=1)
        near = Cuts(cut_share, STAY * cuts.volume, STAY * cuts.margin)
        below = ~np.logical_or.reduce(reasons_met(accounts, margin, near), axis=1)
        dormant = (accounts["revenue"] <= 0).to_numpy()
        leaves = (below & was_below) | dormant
        if is_partial and quarter == max(ends):
            leaves = nobody
        held = was_green & ~ruled & ~leaves
        stands[quarter] = pd.DataFrame({"green": ruled | held, "held": held, "below": below},
                                       index=accounts.index)
        was_green, was_below = ruled | held, below
    return stands


def _told(accounts: pd.DataFrame, stand: pd.DataFrame, cut_share: float,
          min_history_quarters: int, overrides: pd.DataFrame | None,
          day: pd.Timestamp) -> pd.DataFrame:
    """One quarter-end: the rule, then who is held, then what was set by hand."""
    ruled = segment_accounts(accounts, cut_share, min_history_quarters)
    held = stand["held"]
    final = apply_overrides(ruled.assign(
        segment=ruled["segment"].mask(held, GREEN_CIRCLE),
        reasons=ruled["reasons"].mask(held, HELD), rule_reasons=ruled["reasons"],
        is_held=held, is_below=stand["below"]), overrides, day)
    final.attrs["cuts"] = ruled.attrs["cuts"]
    return final
