"""How far the raters of a panel agree: Krippendorff's ordinal alpha and Kendall's W."""

import numpy as np
import pandas as pd


def krippendorff_alpha(ratings: pd.DataFrame) -> float:
    """Krippendorff's alpha of ordinal ratings: 1 is full agreement, 0 what chance would give.

    Parameters
    ----------
    ratings : DataFrame, shape (n_items, n_raters)
        One row per item and one column per rater; missing where a rater gave none.

    Returns
    -------
    float
        At most 1, below 0 when raters contradict each other more than chance would; missing
        when no item has two ratings, or when all that can be compared are equal.

    Notes
    -----
    The ordinal difference of two values is the squared distance of their mid-ranks among all
    ratings that can be compared, those of items with two ratings or more:
    ``(sum of n_g from c to k - (n_c + n_k) / 2)**2``. So alpha is the interval alpha of the
    mid-ranks, and a comparison of variances. statsmodels has the same from its version 0.15.1
    on (``statsmodels.stats.inter_rater.krippendorff_alpha``).

    References
    ----------
    .. [1] K. Krippendorff, Computing Krippendorff's Alpha-Reliability, University of
       Pennsylvania, 2011.
    .. [2] A. F. Hayes and K. Krippendorff, Answering the call for a standard reliability
       measure for coding data, Communication Methods and Measures 1 (2007).
    """
    compared = ratings[ratings.count(axis="columns") > 1].to_numpy(dtype="float64")
    every = pd.Series(compared.ravel()).rank()
    if every.nunique() <= 1:  # nothing to compare, or all of it equal
        return float("nan")
    by_item = pd.DataFrame(every.to_numpy().reshape(compared.shape))
    within = (by_item.var(axis="columns") * by_item.count(axis="columns")).sum() / every.count()
    return float(1 - within / every.var())


def kendall_w(ratings: pd.DataFrame) -> float:
    """Kendall's coefficient of concordance, corrected for ties: 1 is the same order by all.

    Parameters
    ----------
    ratings : DataFrame, shape (n_items, n_raters)
        As for `krippendorff_alpha`; items that a rater did not rate are left out.

    Returns
    -------
    float
        From 0 to 1; missing with fewer than two complete items or two raters, or when every
        rater gives all items the same.

    Notes
    -----
    W = 12 S / (m² (n³ - n) - m T), with S the squared deviations of the rank sums of n items
    by m raters, and T the sum of t³ - t over the groups of t tied items of each rater.

    References
    ----------
    .. [1] M. G. Kendall, Rank Correlation Methods, Griffin, 1948.
    .. [2] S. Siegel and N. J. Castellan, Nonparametric Statistics for the Behavioral
       Sciences, 1988, section 9.6.
    """
    whole = ratings.dropna()
    n, m = whole.shape
    ranks = whole.rank()
    sums = ranks.sum(axis="columns")
    # the squared deviations of one rater's ranks are (n³ - n - sum of t³ - t) / 12
    untied = m * float(((ranks - (n + 1) / 2) ** 2).to_numpy().sum())
    if n < 2 or m < 2 or np.isclose(untied, 0):
        return float("nan")
    return float(((sums - sums.mean()) ** 2).sum() / untied)
