"""Green Circle or transactional: which accounts earn a quarterly review, and why.

One row per account in, the same rows in the same order out. Reads no file, draws
nothing, imports no other analysis.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qbrkit.errors import SettingError

GREEN_CIRCLE, TRANSACTIONAL = "green_circle", "transactional"
MARGIN, VOLUME, POTENTIAL, OVERRIDE = "margin", "volume", "potential", "override"
SHARES_SHOWN = (0.5, 0.6, 0.7, 0.8)


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
        segment would differ at one end of the margin range) and ``distance_to_cut``
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
    revenue = accounts["revenue"]
    margin = (accounts["gross_margin_low"] + accounts["gross_margin_high"]) / 2
    provisional = accounts["history_quarters"] < min_history_quarters
    dormant = revenue <= 0
    cuts = Cuts(cut_share, _cut_amount(revenue[~provisional], cut_share),
                _cut_amount(margin[~provisional], cut_share))
    met = _reasons_met(accounts, margin, cuts).mask(dormant, False)
    green = met.any(axis="columns")
    at_ends = [_reasons_met(accounts, end, Cuts(
        cut_share, cuts.volume, _cut_amount(end[~provisional], cut_share)))
        .mask(dormant, False).any(axis="columns")
        for end in (accounts["gross_margin_low"], accounts["gross_margin_high"])]
    segmented = accounts.assign(
        segment=pd.Series(np.where(green, GREEN_CIRCLE, TRANSACTIONAL),
                          index=accounts.index, dtype="str"),
        reasons=pd.Series([", ".join(met.columns[row]) for row in met.to_numpy(dtype=bool)],
                          index=accounts.index, dtype="str"),
        is_provisional=provisional,
        is_dormant=dormant,
        loses_money=accounts["gross_margin_high"] < 0,
        is_decided_by_guess=(at_ends[0] != green) | (at_ends[1] != green),
        distance_to_cut=pd.concat([cuts.volume - revenue, cuts.margin - margin],
                                  axis="columns").min(axis="columns"))
    segmented.attrs["cuts"] = cuts
    return segmented


def _reasons_met(accounts: pd.DataFrame, margin: pd.Series, cuts: Cuts) -> pd.DataFrame:
    """Which of the three reasons holds for each account."""
    revenue, gain = accounts["revenue"], accounts["realizable_potential"]
    by_margin, by_volume = margin >= cuts.margin, revenue >= cuts.volume
    gain_in_margin = gain * (margin / revenue.where(revenue > 0))
    reaches = ((~by_volume & (revenue + gain >= cuts.volume))
               | (~by_margin & (margin + gain_in_margin >= cuts.margin)))
    return pd.DataFrame({MARGIN: by_margin, VOLUME: by_volume,
                         POTENTIAL: reaches & ~(margin < 0)})


def _cut_amount(amounts: pd.Series, cut_share: float) -> float:
    """Smallest of the largest amounts that reach the share; infinite if none is > 0."""
    if not 0 < cut_share <= 1:
        raise SettingError(f"cut_share must be in (0, 1], not {cut_share!r}")
    ranked = amounts[amounts > 0].sort_values(ascending=False)
    sum_of_larger = ranked.cumsum().shift(fill_value=0.0)
    # a share reached to within rounding is reached: 0.1 + 0.2 is not less than 0.3
    inside = ranked[sum_of_larger < cut_share * ranked.sum() * (1 - 1e-12)]
    return float(inside.min()) if len(inside) else float("inf")


def cut_share_for(accounts: pd.DataFrame, reviews_per_quarter: int | None, cut_share: float = 0.8,
                  min_history_quarters: int = 2) -> float:
    """Largest cut share, not above the given one, whose circle the team can review.

    Parameters
    ----------
    accounts : DataFrame
        As in `segment_accounts`.
    reviews_per_quarter : int or None
        How many reviews the team can hold; None leaves the share as it is.
    cut_share : float, default 0.8
        The share wanted.
    min_history_quarters : int, default 2
        As in `segment_accounts`.

    Returns
    -------
    float
        To the next 0.001 below; at least 0.001, even when that circle is still too large
        (ties, potential).
    """
    if reviews_per_quarter is None or count_green(
            accounts, cut_share, min_history_quarters) <= reviews_per_quarter:
        return cut_share
    low, high = 1, int(np.ceil(cut_share * 1000))
    while low < high - 1:  # a wider share never drops an account, so the count only rises
        middle = (low + high) // 2
        fits = count_green(accounts, middle / 1000, min_history_quarters) <= reviews_per_quarter
        low, high = (middle, high) if fits else (low, middle)
    return low / 1000


def count_green(accounts: pd.DataFrame, cut_share: float, min_history_quarters: int = 2) -> int:
    """How many accounts are Green Circle at a cut share."""
    segmented = segment_accounts(accounts, cut_share, min_history_quarters)
    return int((segmented["segment"] == GREEN_CIRCLE).sum())


def apply_overrides(segmented: pd.DataFrame, overrides: pd.DataFrame | None,
                    as_of: pd.Timestamp) -> pd.DataFrame:
    """Segments set by hand, as long as they have not expired.

    Parameters
    ----------
    segmented : DataFrame
        From `segment_accounts`.
    overrides : DataFrame or None
        The contract's ``segment_overrides``.
    as_of : Timestamp
        Day of the review; an override counts up to and including its last day.

    Returns
    -------
    DataFrame
        A copy with ``segment`` replaced where an override holds, ``reasons`` "override"
        and the override's own words in ``override_reason`` (missing elsewhere).

    Notes
    -----
    Accounts that roll up to one may each bring an override: the one that expires last
    holds, of those that expire on the same day Green Circle.
    """
    if overrides is None:
        return segmented.assign(override_reason=pd.Series(
            np.nan, index=segmented.index, dtype="str"))
    valid = (overrides[overrides["expires"] >= as_of]
             .sort_values(["expires", "segment", "reason"], ascending=[False, True, True])
             .drop_duplicates("account_id").set_index("account_id"))
    segment = segmented["account_id"].map(valid["segment"])
    reason = segmented["account_id"].map(valid["reason"])
    is_set = segment.notna()
    return segmented.assign(segment=segmented["segment"].mask(is_set, segment),
                            reasons=segmented["reasons"].mask(is_set, OVERRIDE),
                            override_reason=reason.astype("str"))


def concentration(amounts: pd.Series, top_share: float = 0.2) -> float:
    """Share of the total that the largest fifth of the accounts makes.

    Parameters
    ----------
    amounts : Series
        Revenue or margin per account; accounts without any are not counted.
    top_share : float, default 0.2
        Part of the accounts, rounded up to whole ones.

    Returns
    -------
    float
        Share of the total; nan when the total is not positive.
    """
    active = amounts[amounts != 0].dropna().sort_values(ascending=False)
    if active.sum() <= 0:
        return float("nan")
    return float(active.head(int(np.ceil(top_share * len(active)))).sum() / active.sum())


def whale_curve(margins: pd.Series) -> pd.Series:
    """Cumulative share of the total margin, accounts by margin descending.

    Its peak exceeds 1 when some accounts lose money. Empty when the total is not positive.
    """
    ranked = margins.dropna().sort_values(ascending=False)
    total = ranked.sum()
    return ranked.cumsum() / total if total > 0 else ranked.iloc[:0]
