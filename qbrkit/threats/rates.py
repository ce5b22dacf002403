"""Intervals of shares and of their change."""

import numpy as np
import pandas as pd


def wilson(hits: pd.Series, trials: pd.Series) -> pd.DataFrame:
    """Shares with their 95 % interval.

    Parameters
    ----------
    hits, trials : Series, shape (n,)
        Counts; hits are at most trials.

    Returns
    -------
    DataFrame, shape (n, 3)
        ``rate``, ``low`` and ``high`` in [0, 1]; missing where there are no trials.

    References
    ----------
    .. [1] E. B. Wilson, Probable inference, the law of succession, and statistical inference,
       JASA 22 (1927).
    """
    from statsmodels.stats.proportion import proportion_confint

    known, n = _known(hits, trials)
    low, high = proportion_confint(known, n, alpha=0.05, method="wilson")
    return pd.DataFrame({"rate": known / n, "low": low, "high": high}, index=hits.index).where(
        trials > 0)


def newcombe(hits: pd.Series, trials: pd.Series, hits_before: pd.Series,
             trials_before: pd.Series) -> pd.DataFrame:
    """Change of shares with its 95 % interval.

    Parameters
    ----------
    hits, trials, hits_before, trials_before : Series, shape (n,)
        Counts of two periods.

    Returns
    -------
    DataFrame, shape (n, 3)
        ``change`` (share - share before), ``low`` and ``high`` in [-1, 1]; missing where one of
        the periods has no trials.

    Notes
    -----
    The deals of the two periods count as independent.

    References
    ----------
    .. [1] R. G. Newcombe, Interval estimation for the difference between independent
       proportions: comparison of eleven methods, Statistics in Medicine 17 (1998), method 10.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    (now, n), (before, m) = _known(hits, trials), _known(hits_before, trials_before)
    low, high = confint_proportions_2indep(now, n, before, m, compare="diff", method="newcomb",
                                           alpha=0.05)
    return pd.DataFrame({"change": now / n - before / m, "low": low, "high": high},
                        index=hits.index).where((trials > 0) & (trials_before > 0))


def _known(hits: pd.Series, trials: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Counts as numbers, with one trial where there is none: its interval is not used."""
    n = trials.to_numpy(dtype="float64")
    return np.where(n > 0, hits.to_numpy(dtype="float64"), 0.0), np.where(n > 0, n, 1.0)
