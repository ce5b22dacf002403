"""How firm a segment is: what becomes of it when the figures behind it could have been others."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from qbrkit.segmentation.rule import REACHED

FIRM, BORDERLINE, FIRMLY_TRANSACTIONAL = "firm", "borderline", "firmly_transactional"
FIRM_FROM, FIRMLY_TRANSACTIONAL_TO = 0.9, 0.1
DRAWS, SEED = 2000, 2020
MONTHS, BLOCK_MONTHS = 12, 3
HALF_WIDTH = 0.05
"""How far the cut share may lie from the one in force. [share of the positive total]"""
SPREAD = float(np.sqrt(MONTHS / (MONTHS - BLOCK_MONTHS)))
"""Deviations of a resampled year are too small by this factor: its blocks are drawn about the
mean of the same twelve months. For months that do not depend on each other it restores the
variance of the year exactly (12 / (12 - 3))."""
CELLS = 1_000_000
"""Amounts held at once; it bounds the memory, and moves no figure."""


def measure_firmness(figures: pd.DataFrame, months: dict[str, np.ndarray], cut_share: float = 0.8,
                     min_history_quarters: int = 2, draws_n: int = DRAWS, seed: int = SEED,
                     ) -> pd.Series:
    """Share of seeded perturbations in which the rule makes the account Green Circle.

    In each perturbation the cut share lies within 0.05 of the one in force, the twelve months
    are resampled in circular blocks of three (the same months for every account), and each
    unknown margin lies anywhere in its range. [1]_

    Parameters
    ----------
    figures : DataFrame, shape (n_accounts, k)
        As `segment_accounts` needs: ``account_id`` unique, ``realizable_potential``
        [currency / year], ``history_quarters``.
    months : dict of array, shape (n_accounts, 12)
        ``revenue``, ``gross_margin_low``, ``gross_margin_high`` by month, rows as in
        `figures`; margins missing without cost data. [currency / month]
    cut_share : float, default 0.8
        In force. (0, 1]
    min_history_quarters : int, default 2
        With less history an account does not help to find the cuts.
    draws_n : int, default 2000
        Perturbations.
    seed : int
        Same seed, same figures, whatever the order of the accounts.

    Returns
    -------
    Series of float, shape (n_accounts,)
        0 to 1, index as `figures`. From 0.9 on the segment is firm, up to 0.1 firmly
        transactional.

    Notes
    -----
    Hysteresis and what is set by hand play no part, and the realizable potential stays as it
    is. A year without revenue is dormant, so an account that bought in one month only is
    Green Circle at most as often as that month is drawn: 1 - (1 - 3/12)^4 = 0.68. A regular
    season counts as chance: seasonal accounts look less firm than they are. Twelve months
    tell little of their own spread: a 95 % band of the resampled revenue holds the expected
    one in 86 to 90 of 100 cases where months do not depend on each other
    (benchmarks/firmness.py). The classes are right more often than the shares say: of the
    accounts called firm 99 % truly are Green Circle there.

    References
    ----------
    .. [1] D. N. Politis, J. P. Romano, "A circular block-resampling procedure for stationary
       data", in: Exploring the Limits of Bootstrap, Wiley, 1992.
    """
    order = np.argsort(figures["account_id"].to_numpy(dtype=object), kind="stable")
    sums = {name: np.asarray(amounts, dtype=float)[order] for name, amounts in months.items()}
    gain = figures["realizable_potential"].to_numpy(dtype=float)[order]
    draws_cut = (figures["history_quarters"] >= min_history_quarters).to_numpy()[order]
    times = np.zeros(len(order))
    for shares, weights, random in draw_perturbations(cut_share, draws_n, seed, len(order)):
        revenue = resampled_years(sums["revenue"], weights)
        margin = _resampled_margins(sums, weights, random)
        times += is_green(revenue, margin, gain, draws_cut, shares).sum(axis=0)
    firmness = np.empty(len(order))
    firmness[order] = times / draws_n
    return pd.Series(firmness, index=figures.index, name="firmness")


def class_of_firmness(firmness: pd.Series) -> pd.Series:
    """Firm from 0.9 on, firmly transactional up to 0.1, borderline between.

    Parameters
    ----------
    firmness : Series
        Of `measure_firmness`. [0 to 1]
    """
    return pd.Series(np.select(
        [firmness >= FIRM_FROM, firmness <= FIRMLY_TRANSACTIONAL_TO],
        [FIRM, FIRMLY_TRANSACTIONAL], BORDERLINE), index=firmness.index, dtype="str")


def is_green(revenue: np.ndarray, margin: np.ndarray, gain: np.ndarray, draws_cut: np.ndarray,
             shares: np.ndarray) -> np.ndarray:
    """The rule of `segment_accounts` in many perturbations at once.

    Parameters
    ----------
    revenue, margin : array, shape (n_draws, n_accounts)
        Of twelve months; a margin that is not known is missing. [currency / year]
    gain : array, shape (n_accounts,)
        Realizable potential, missing where unknown. [currency / year]
    draws_cut : array of bool, shape (n_accounts,)
        Whether the account has the history to help find the cuts.
    shares : array, shape (n_draws,)
        Cut share of each perturbation.

    Returns
    -------
    array of bool, shape (n_draws, n_accounts)
    """
    cut_volume, cut_margin = (_cuts(amounts[:, draws_cut], shares)[:, np.newaxis]
                              for amounts in (revenue, margin))
    by_rank = (revenue >= cut_volume) | (margin >= cut_margin)
    some = np.flatnonzero(~np.isnan(gain))  # only a known potential can reach a cut
    if len(some):
        bought, earned, more = revenue[:, some], margin[:, some], gain[some]
        with np.errstate(divide="ignore", invalid="ignore"):
            reaches = (bought + more >= cut_volume) | (earned + more * earned / bought
                                                       >= cut_margin)
        by_rank[:, some] |= reaches & ~(earned < 0)
    return by_rank & (revenue > 0)


def _cuts(amounts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Smallest amount of the smallest set that reaches the share, a row each; else infinite."""
    if not amounts.shape[1]:
        return np.full(len(amounts), np.inf)
    ranked = -np.sort(-np.where(amounts > 0, amounts, 0.0), axis=1)  # missing is not above 0
    reached = np.cumsum(ranked, axis=1)
    goal = shares * reached[:, -1] * REACHED
    larger = np.concatenate([np.zeros((len(ranked), 1)), reached[:, :-1]], axis=1)
    inside_n = (larger < goal[:, np.newaxis]).sum(axis=1)
    last = ranked[np.arange(len(ranked)), np.maximum(inside_n - 1, 0)]
    return np.where((inside_n > 0) & (last > 0), last, np.inf)


def draw_perturbations(cut_share: float, draws_n: int, seed: int, accounts_n: int,
                       ) -> Iterator[tuple[np.ndarray, np.ndarray, np.random.Generator]]:
    """Cut shares and how much each month counts, some perturbations at a time.

    Parameters
    ----------
    cut_share, draws_n, seed
        As in `measure_firmness`.
    accounts_n : int
        How many accounts there are; the more, the fewer perturbations at a time.

    Yields
    ------
    array, shape (n,); array, shape (n, 12); Generator
        Cut shares, weights of the months, and where the places in the margins' ranges come
        from.
    """
    of_shares, of_months, of_margins = (
        np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(3))
    shares = of_shares.uniform(max(cut_share - HALF_WIDTH, 1e-6),
                               min(cut_share + HALF_WIDTH, 1.0), draws_n)
    starts = of_months.integers(0, MONTHS, (draws_n, MONTHS // BLOCK_MONTHS))
    drawn = (starts[:, :, np.newaxis] + np.arange(BLOCK_MONTHS)) % MONTHS
    counts = (drawn[..., np.newaxis] == np.arange(MONTHS)).sum(axis=(1, 2))
    weights = 1.0 + SPREAD * (counts - 1.0)
    step = max(1, CELLS // max(accounts_n, 1))
    for at in range(0, draws_n, step):
        yield shares[at:at + step], weights[at:at + step], of_margins


def resampled_years(months: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sums of the resampled years.

    Parameters
    ----------
    months : array, shape (n_accounts, 12)
        Amounts. [currency / month]
    weights : array, shape (n_draws, 12)
        From `draw_perturbations`; all 1 give the year as it was.

    Returns
    -------
    array, shape (n_draws, n_accounts)
        Added month by month, so that every machine rounds alike.
    """
    years = np.zeros((len(weights), len(months)))
    for month in range(MONTHS):
        years += weights[:, month, np.newaxis] * months[:, month]
    return years


def _resampled_margins(sums: dict[str, np.ndarray], weights: np.ndarray,
                       random: np.random.Generator) -> np.ndarray:
    """Margins of the resampled years, each range at a place of its own."""
    margin = resampled_years(sums["gross_margin_low"], weights)
    spread = sums["gross_margin_high"] - sums["gross_margin_low"]
    ranged = np.flatnonzero(spread.any(axis=1) & ~np.isnan(spread).any(axis=1))
    if len(ranged):
        place = random.random((len(weights), len(ranged)))
        margin[:, ranged] += place * resampled_years(spread[ranged], weights)
    return margin
