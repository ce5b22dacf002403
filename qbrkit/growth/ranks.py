"""How firm a growth figure and its rank are: a bootstrap over the months of a year.

The unit that is drawn is a month with the same month a year before: its difference is free
of the season. All accounts get the same months in a draw, so that what moved them all moves
them all, and the ranks of a draw belong together.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qbrkit.growth.compare import compare_periods

DRAWS, FEWEST_DRAWS = 2_000, 200
LEVEL = 0.95
LEAST_PAIRS = 8
"""Pairs of months in which an account bought; with fewer it has no interval."""
AT_ONCE = 1_000_000
"""Changes drawn, or pairs of accounts compared, at once."""
MOST_ROWS = 255
"""Rows of pairs compared at once: no more than a byte can count."""
DRAWN_AT_MOST = 10_000_000
"""Changes drawn: above 5,000 accounts their bounds rest on fewer draws."""
DIGITS = 6
"""Decimals of figures that are ranked: equal accounts tie whatever the order of their sums."""
AHEAD = 1.645
"""Standard deviations of a difference that is above zero in 95 % of the draws."""
RANKS = {"change": "circle_rank", "growth": "circle_growth_rank"}
"""What is ranked, and the name of its rank."""


@dataclass(frozen=True)
class _Draws:
    """What the months drawn add to both periods of each account, and how often each is drawn."""

    table: pd.DataFrame
    base: np.ndarray
    review: np.ndarray
    chosen: np.ndarray

    def by_month(self, figure: str) -> np.ndarray:
        """What one month, drawn once more than on average, does to a figure; g to first order."""
        if figure == "change":
            return self.review - self.base
        before, now = self.table["base"].to_numpy(), self.table["review"].to_numpy()
        total = (before + now)[:, None]
        slope = 4 * (before[:, None] * self.review - now[:, None] * self.base)
        return np.divide(slope, total**2, where=total > 0, out=np.zeros_like(slope))


def rank_changes(facts: pd.DataFrame, review: list[pd.Period], paired: list[pd.Period],
                 circle: Collection[str] = (), draws: int = DRAWS,
                 seed: int = 0, compared: pd.DataFrame | None = None) -> pd.DataFrame:
    """Change on a year before, its rank, and 95 % intervals of both.

    Parameters
    ----------
    facts : DataFrame, shape (n_facts, k)
        ``account_id``, ``month``, ``quarter``, ``revenue`` and
        ``revenue_at_year_ago_rates``. [company currency]
    review : list of Period
        The fiscal quarters reviewed, compared with those one year before.
    paired : list of Period
        The quarters from which the noise of a month is learnt, `review` among them: those
        of the last twelve months whose quarter a year before is covered by the data.
    circle : collection of str, default ()
        Accounts that are ranked, among themselves.
    draws : int, default 2000
        Bootstrap samples.
    seed : int, default 0
        Of the months drawn.
    compared : DataFrame, optional
        From `compare_periods` of the same quarters, where it is at hand.

    Returns
    -------
    DataFrame, shape (n_accounts, 14)
        One row per account that bought in one of the periods, by ``account_id``: ``base``
        and ``review`` at the rates of a year ago, ``change`` [company currency],
        ``change_low``, ``change_high``, ``change_rate``, ``growth`` g in [-2, 2];
        ``circle_rank`` by change and ``circle_growth_rank`` by g among `circle` (1 = most,
        ties share the better rank), each with ``_low`` (best) and ``_high``; missing outside.

    Notes
    -----
    The difference of each month to the same month a year before is taken less the mean of
    its period (the year, or its quarter where a quarter is compared). Of these deviations
    as many as the period has months are drawn with replacement, and added to the change
    observed. As a sample of twelve makes a plain percentile interval too narrow, the
    deviations are widened by sqrt(n/(n-p)), p means having been taken, and by the
    t quantile over the normal one [1]_.

    The best rank of an account is one more than the number of accounts that are ahead of it
    in 95 % of the draws, its worst rank is how many are not behind it in 95 %. (Percentiles
    of the ranks of the draws would hold the true rank in 80 to 92 % only: accounts that are
    drawn anew lie further apart than they are, so that ranks are drawn to the middle [2]_.)
    How often a draw puts one ahead of another is taken from the standard deviation of their
    difference over the draws, which has a closed form. ``benchmarks/growth_intervals.py``
    measures both intervals.

    An interval is missing with fewer than `LEAST_PAIRS` pairs in which the account bought,
    and where an amount in constant currency is unknown; such an account still takes part
    in the ranks of others.

    References
    ----------
    .. [1] T. C. Hesterberg, "What Teachers Should Know about the Bootstrap", The American
       Statistician 69 (2015), 371-386.
    .. [2] M. Mogstad, J. P. Romano, A. M. Shaikh, D. Wilhelm, "Inference for Ranks with
       Applications to Mobility across Neighbourhoods and Academic Achievement across
       Countries", The Review of Economic Studies 91 (2024), 476-518: ranks are bounded by
       the differences between pairs.
    """
    table = _at_rates_of_a_year_ago(compare_periods(facts, [one - 4 for one in review], review)
                                    if compared is None else compared)
    before, now = _monthly(facts, table["account_id"], paired)
    bought = ((before != 0) | (now != 0)) & ~np.isnan(now)
    is_told = (bought.sum(axis=1) >= LEAST_PAIRS) & ~np.isnan(now).any(axis=1)
    drawn = _drawn(table, before, now, 3 * len(review), draws, seed)
    low, high = _interval(drawn)
    table = table.assign(change_low=np.where(is_told, low, np.nan),
                         change_high=np.where(is_told, high, np.nan))
    inside = table["account_id"].isin(list(circle)).to_numpy()
    for figure, name in RANKS.items():
        rank, best, worst = _ranks(drawn, figure, inside)
        table = table.assign(**{name: rank, f"{name}_low": np.where(is_told, best, np.nan),
                                f"{name}_high": np.where(is_told, worst, np.nan)})
    return table


def _at_rates_of_a_year_ago(found: pd.DataFrame) -> pd.DataFrame:
    """Both periods at the rates of the first, by account."""
    return pd.DataFrame({
        "account_id": found["account_id"], "base": found["base"],
        "review": found["base"] + found["change_constant"], "change": found["change_constant"],
        "change_rate": found["change_rate"], "growth": found["growth"]})


def _monthly(facts: pd.DataFrame, accounts: pd.Series,
             paired: list[pd.Period]) -> tuple[np.ndarray, np.ndarray]:
    """Revenue by account and month: a year before, and at its rates in the months reviewed."""
    months = pd.DatetimeIndex([quarter.start_time + pd.DateOffset(months=at)
                               for quarter in paired for at in range(3)])
    sums = []
    for amount, wanted in (("revenue", months - pd.DateOffset(years=1)),
                           ("revenue_at_year_ago_rates", months)):
        inside = facts[facts["month"].isin(wanted) & facts["account_id"].notna()]
        codes = pd.Index(accounts).get_indexer(inside["account_id"])
        at = wanted.get_indexer(pd.DatetimeIndex(inside["month"]))
        known = codes >= 0
        table = np.zeros((len(accounts), len(wanted)))
        np.add.at(table, (codes[known], at[known]), inside[amount].to_numpy()[known])
        sums.append(table)
    return sums[0], sums[1]


def _drawn(table: pd.DataFrame, before: np.ndarray, now: np.ndarray, months_n: int,
           draws: int, seed: int) -> _Draws:
    """Deviations of the months from the mean of their period, and how often each is drawn."""
    from scipy.stats import norm, t

    draws = min(draws, max(DRAWN_AT_MOST // max(len(table), 1), FEWEST_DRAWS))
    pairs_n = before.shape[1]
    means_n = pairs_n // months_n
    base, review = ((part - part.reshape(-1, means_n, months_n).mean(axis=2).repeat(
        months_n, axis=1)) for part in (before, np.nan_to_num(now)))
    freedom, upper = pairs_n - means_n, (1 + LEVEL) / 2
    wider = np.sqrt(pairs_n / freedom) * t.ppf(upper, freedom) / norm.ppf(upper)
    chosen = np.random.default_rng(seed).multinomial(
        months_n, np.full(pairs_n, 1 / pairs_n), size=draws).astype("float64")
    return _Draws(table, base * wider, review * wider, chosen)


def _interval(drawn: _Draws) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of the change; the one observed lies inside."""
    observed = drawn.table["change"].to_numpy()
    difference = drawn.review - drawn.base
    low, high = observed.copy(), observed.copy()
    step = max(AT_ONCE // len(drawn.chosen), 1)
    for at in range(0, len(observed), step):
        rows = slice(at, at + step)
        bounds = _bounds(observed[rows] + drawn.chosen @ difference[rows].T)
        low[rows] = np.minimum(bounds[0], observed[rows])
        high[rows] = np.maximum(bounds[1], observed[rows])
    return low, high


def _ranks(drawn: _Draws, figure: str, inside: np.ndarray) -> np.ndarray:
    """Ranks of the accounts inside, and the best and worst that the draws leave open."""
    observed = drawn.table[figure].round(DIGITS).to_numpy()
    rows = np.flatnonzero(inside & ~np.isnan(observed))
    rows = rows[np.argsort(-observed[rows], kind="stable")]
    # as many draws as the period has months, each any month with the same chance
    share = drawn.chosen[0].sum() / drawn.chosen.shape[1]
    ahead, behind = _count_apart(observed[rows], drawn.by_month(figure)[rows], share)
    found = np.full((3, len(observed)), np.nan)
    found[0, rows] = pd.Series(observed[rows]).rank(ascending=False, method="min")
    found[1, rows] = 1 + ahead
    found[2, rows] = len(rows) - behind
    return found


def _count_apart(figures: np.ndarray, by_month: np.ndarray,
                 share: float) -> tuple[np.ndarray, np.ndarray]:
    """How many accounts lie clearly ahead of each, and behind it; the largest figure comes first.

    Each pair is looked at once: what is ahead comes before.
    """
    ahead, behind = (np.zeros(len(figures), dtype="int64") for _ in range(2))
    variance = share * (by_month**2).sum(axis=1)
    begin = 0
    while begin < len(figures):
        end = min(begin + min(max(AT_ONCE // (begin + 1), 1), MOST_ROWS), len(figures))
        noise = 2 * share * by_month[begin:end] @ by_month[:end].T
        np.subtract(variance[begin:end, None] + variance[:end], noise, out=noise)
        noise *= AHEAD**2
        difference = np.maximum(figures[:end] - figures[begin:end, None], 0.0)
        is_apart = difference**2 > np.maximum(noise, 0.0, out=noise)
        ahead[begin:end] = np.count_nonzero(is_apart, axis=1)
        behind[:end] += is_apart.view("uint8").sum(axis=0, dtype="uint8")
        begin = end
    return ahead, behind


def _bounds(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between which values the middle of the draws of each column lies."""
    left_out = int((1 - LEVEL) / 2 * len(drawn))
    at = [left_out, len(drawn) - 1 - left_out]
    found = np.partition(np.ascontiguousarray(drawn.T), at, axis=1)
    return found[:, at[0]], found[:, at[1]]
