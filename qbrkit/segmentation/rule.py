"""The rule at one quarter-end: the largest accounts by margin or volume, or with the potential."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qbrkit.errors import SettingError

GREEN_CIRCLE, TRANSACTIONAL = "green_circle", "transactional"
MARGIN, VOLUME, POTENTIAL = "margin", "volume", "potential"
REASONS = (MARGIN, VOLUME, POTENTIAL)
LISTED = np.array([", ".join(one for bit, one in enumerate(REASONS) if code & 1 << bit)
                   for code in range(2 ** len(REASONS))], dtype=object)
"""Reasons as they are written, by which of them hold: a bit each."""
SHARES_SHOWN = (0.5, 0.6, 0.7, 0.8)
A_CENT = 0.01
"""A margin is known whose range is no wider. [currency / year]"""
REACHED = 1 - 1e-12
"""A share reached to within rounding is reached: 0.1 + 0.2 is not less than 0.3."""


@dataclass(frozen=True)
class Cuts:
    """The smallest revenue and gross margin inside the circle, and the share that set them.

    Infinite where no account has a positive amount, or margins are unknown.
    """

    cut_share: float
    volume: float
    margin: float


def segment_accounts(accounts: pd.DataFrame, cut_share: float = 0.8,
                     min_history_quarters: int = 2) -> pd.DataFrame:
    """Mark each account Green Circle or transactional, and say why.

    Green Circle [1]_ means among the largest by gross margin or by revenue, or large
    enough once the realizable potential is won.

    Parameters
    ----------
    accounts : DataFrame, shape (n_accounts, k)
        ``account_id`` unique; of the last twelve months ``revenue``,
        ``gross_margin_low``, ``gross_margin_high`` (missing without cost data) and
        ``realizable_potential`` (missing where unknown) [currency / year];
        ``history_quarters``, quarters since the first invoice.
    cut_share : float, default 0.8
        Part of the positive total that the largest accounts reach. (0, 1]
    min_history_quarters : int, default 2
        With less history an account is provisional: it does not help to find the cuts.

    Returns
    -------
    DataFrame, shape (n_accounts, k + 7)
        A copy with ``segment``, ``reasons`` (comma-separated, empty when transactional),
        ``is_provisional``, ``is_dormant``, ``loses_money``, ``is_decided_by_guess`` (the
        segment would differ at one end of the account's own margin range) and ``distance_to_cut``
        (money missing to the nearer cut; zero or negative inside). The cuts are in
        ``attrs["cuts"]``.

    Raises
    ------
    SettingError
        If `cut_share` is outside (0, 1].

    Notes
    -----
    Accounts tied at the cut all enter. Unknown potential is not zero potential: it only
    cannot make an account Green Circle. The margin that ranks is the middle of its range.
    An account without revenue in the twelve months is dormant and transactional; one whose
    margin is negative is Green Circle by volume at most.

    References
    ----------
    .. [1] C. Francis, "Green Circle Growth: Get Serious About Quarterly Reviews", Engage
       Selling (blog, 2020).
    """
    revenue, margin = accounts["revenue"], middle_margin(accounts)
    is_range = accounts["gross_margin_high"] - accounts["gross_margin_low"] > A_CENT
    provisional = accounts["history_quarters"] < min_history_quarters
    cuts = find_cuts(accounts, cut_share, min_history_quarters)
    met = reasons_met(accounts, margin, cuts)
    green = met.any(axis=1)
    at_ends = [reasons_met(accounts, end, Cuts(
        cut_share, cuts.volume, _cut_amount(end[~provisional], cut_share))).any(axis=1)
        for end in (accounts["gross_margin_low"], accounts["gross_margin_high"])]
    segmented = accounts.assign(
        segment=pd.Series(np.where(green, GREEN_CIRCLE, TRANSACTIONAL),
                          index=accounts.index, dtype="str"),
        reasons=pd.Series(LISTED[met @ (1, 2, 4)], index=accounts.index, dtype="str"),
        is_provisional=provisional,
        is_dormant=revenue <= 0,
        loses_money=accounts["gross_margin_high"] < 0,
        is_decided_by_guess=((at_ends[0] != green) | (at_ends[1] != green)) & is_range,
        distance_to_cut=np.fmin(cuts.volume - revenue, cuts.margin - margin))
    segmented.attrs["cuts"] = cuts
    return segmented


def middle_margin(accounts: pd.DataFrame) -> pd.Series:
    """Middle of the range of the gross margin; missing where it is."""
    return (accounts["gross_margin_low"] + accounts["gross_margin_high"]) / 2


def find_cuts(accounts: pd.DataFrame, cut_share: float = 0.8,
              min_history_quarters: int = 2) -> Cuts:
    """The cuts that the accounts with enough history draw.

    Parameters
    ----------
    accounts, cut_share, min_history_quarters
        As in `segment_accounts`.

    Returns
    -------
    Cuts

    Raises
    ------
    SettingError
        If `cut_share` is outside (0, 1].
    """
    whole = accounts[accounts["history_quarters"] >= min_history_quarters]
    return Cuts(cut_share, _cut_amount(whole["revenue"], cut_share),
                _cut_amount(middle_margin(whole), cut_share))


def reasons_met(accounts: pd.DataFrame, margin: pd.Series, cuts: Cuts) -> np.ndarray:
    """Which of the three reasons holds for each account; none holds for a dormant one.

    Parameters
    ----------
    accounts : DataFrame
        As in `segment_accounts`.
    margin : Series
        Gross margin to rank by, a value from each range. [currency / year]
    cuts : Cuts
        To measure by.

    Returns
    -------
    array of bool, shape (n_accounts, 3)
        In the order of `REASONS`.
    """
    revenue, gain, earned = (one.to_numpy(dtype="float64") for one in (
        accounts["revenue"], accounts["realizable_potential"], margin))
    by_margin, by_volume = earned >= cuts.margin, revenue >= cuts.volume
    with np.errstate(over="ignore", invalid="ignore"):
        gain_in_margin = gain * (earned / np.where(revenue > 0, revenue, np.nan))
    reaches = ((~by_volume & (revenue + gain >= cuts.volume))
               | (~by_margin & (earned + gain_in_margin >= cuts.margin)))
    met = np.stack([by_margin, by_volume, reaches & ~(earned < 0)], axis=1)
    return met & ~(revenue <= 0)[:, np.newaxis]


def _cut_amount(amounts: pd.Series, cut_share: float) -> float:
    """Smallest of the largest amounts that reach the share; infinite if none is > 0."""
    if not 0 < cut_share <= 1:
        raise SettingError(f"cut_share must be in (0, 1], not {cut_share!r}")
    known = amounts.to_numpy(dtype="float64")
    ranked = np.sort(known[known > 0])[::-1].copy()
    sum_of_larger = np.concatenate([[0.0], np.cumsum(ranked)[:-1]])[:len(ranked)]
    inside = ranked[sum_of_larger < cut_share * ranked.sum() * REACHED]
    return float(inside.min()) if len(inside) else float("inf")
