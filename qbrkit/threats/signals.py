"""What was counted of competitors from outside, as an index of the year before."""

import numpy as np
import pandas as pd

from qbrkit.periods import ReviewPeriod
from qbrkit.threats.windows import BEFORE, NOW, window_of

LEAST = 3
"""Observations wanted in each of the two years."""
BY = ["competitor", "territory"]


def index_signals(signals: pd.DataFrame, period: ReviewPeriod) -> pd.DataFrame:
    """The signals of each competitor, 100 being the four quarters before.

    Parameters
    ----------
    signals : DataFrame
        The contract's ``competitor_signals``, competitors and territories in one spelling.
    period : ReviewPeriod
        The quarter reviewed.

    Returns
    -------
    DataFrame
        One row per ``competitor`` and ``territory`` with a signal up to the day of the review,
        and one per competitor over all (missing ``territory``): ``signal_index`` and its 95 %
        interval ``signal_low``, ``signal_high``, missing with fewer than `LEAST` observations
        in one of the two years; ``first_signal``, the day of the earliest.

    Notes
    -----
    An observation is divided by the mean of its kind in the four quarters before, in the
    territory it was made in, so that job adverts and branches can be averaged. A kind whose mean
    is not above zero is left out. The interval is Welch's, of the difference of two means, with
    the observations as independent; where they do not differ within either year it is the
    index alone.

    References
    ----------
    .. [1] B. L. Welch, The generalization of Student's problem when several different population
       variances are involved, Biometrika 34 (1947).
    """
    seen = signals[signals["date"] < period.as_of + pd.Timedelta(days=1)]
    dated = _with_all(seen.assign(window=window_of(seen["date"], period)))
    first = dated.groupby(BY, dropna=False)["date"].min().rename("first_signal")
    relative = _relative(dated)
    stats = relative.groupby([*BY, "window"], dropna=False)["value"].agg(
        ["size", "mean", "var"]).reset_index()
    now, before = (stats[stats["window"] == name].drop(columns="window") for name in (NOW, BEFORE))
    both = now.merge(before, on=BY, suffixes=("", "_before"), validate="one_to_one")
    enough = both[(both["size"] >= LEAST) & (both["size_before"] >= LEAST)]
    return first.reset_index().merge(_welch(enough), on=BY, how="left", validate="one_to_one")


def _with_all(signals: pd.DataFrame) -> pd.DataFrame:
    """Signals of the territories, and all of them once more over all territories."""
    place = signals["territory"]
    named = signals.assign(place=place)
    return pd.concat([named[place.notna()], named.assign(territory=pd.Series(
        pd.NA, index=named.index, dtype="str"))], ignore_index=True)


def _relative(signals: pd.DataFrame) -> pd.DataFrame:
    """Observations of the two years, each divided by the mean of its kind in the year before."""
    series = [*BY, "place", "kind"]
    known = signals[signals["window"].notna() & signals["value"].notna()]
    base = known["value"].where(known["window"] == BEFORE).groupby(
        [known[name] for name in series], dropna=False).transform("mean")
    usable = base > 0
    return known[usable].assign(value=known["value"][usable] / base[usable])


def _welch(groups: pd.DataFrame) -> pd.DataFrame:
    """Index of each group with its interval, from sizes, means and variances."""
    from scipy.stats import t

    error_now, error_before = (groups["var"] / groups["size"],
                               groups["var_before"] / groups["size_before"])
    error = error_now + error_before
    freedom = error ** 2 / (error_now ** 2 / (groups["size"] - 1)
                            + error_before ** 2 / (groups["size_before"] - 1)).where(error > 0)
    half = (t.ppf(0.975, freedom) * np.sqrt(error)).where(error > 0, 0.0)
    index = 100 * groups["mean"] / groups["mean_before"]
    return groups[BY].assign(signal_index=index, signal_low=index - 100 * half,
                             signal_high=index + 100 * half)
