"""Seasons: how strong they are, in which months a series lies below its trend, and by how much."""

import numpy as np
import pandas as pd

YEAR = 12
LEAST_MONTHS = 2 * YEAR
SURE_MONTHS = 3 * YEAR
"""From here on the strength alone decides: without any season hardly a series reaches 0.6."""
CHANCE = 0.01
"""Highest chance of such a season in a series without one, below `SURE_MONTHS`."""
SEASONAL_WINDOW = 13
"""Years over which the season is smoothed: wide enough for a season to drift slowly."""
PART_OF_EXTREME = 0.5
"""Months at least half as far from the trend as the extreme one belong to the peak or trough."""
FIRST_DAYS = 5
"""Business days by which the first invoice may miss the start of a whole month."""
OWN, INDUSTRY, COMPANY = "own", "industry", "company"
CURVE = [f"month_{month}" for month in range(1, YEAR + 1)]


def whole_months(first: pd.Timestamp, last: pd.Timestamp) -> pd.PeriodIndex:
    """Months that the data cover from about their first to their last business day.

    Parameters
    ----------
    first, last : Timestamp
        First and last day of the data that count.

    Returns
    -------
    PeriodIndex
        Monthly; empty when no month is whole.
    """
    begin, end = first.to_period("M"), last.to_period("M")
    if first > pd.offsets.BDay().rollforward(begin.start_time) + pd.offsets.BDay(FIRST_DAYS):
        begin += 1
    if last.normalize() < pd.offsets.BDay().rollback(end.end_time.normalize()):
        end -= 1
    return pd.period_range(begin, end, freq="M")


def monthly_revenue(facts: pd.DataFrame, by: str, months: pd.PeriodIndex) -> pd.DataFrame:
    """Revenue by month, one column per account or family.

    Parameters
    ----------
    facts : DataFrame
        ``month``, ``revenue`` and the column `by`. [company currency]
    by : str
        ``account_id`` or ``family``.
    months : PeriodIndex
        From `whole_months`.

    Returns
    -------
    DataFrame, shape (n_months, n_keys)
        A month without revenue is 0, since the data cover it; the months before the first
        sale are missing, since there was no customer, or no such product, yet.

    Notes
    -----
    In company currency: rates drift over years and hardly within one, so they move the
    trend and not the season.
    """
    month = facts["month"].dt.to_period("M")
    sums = facts.groupby([month, facts[by]])["revenue"].sum().unstack()
    begun = sums.notna().cummax().reindex(months, method="ffill")
    return sums.reindex(months).fillna(0.0).where(begun.eq(True))


def find_seasons(monthly: pd.DataFrame, least_strength: float = 0.6) -> pd.DataFrame:
    """Seasonal strength, peak and trough of monthly series.

    Parameters
    ----------
    monthly : DataFrame, shape (n_months, n_keys)
        From `monthly_revenue`; the index monthly without a gap, missing only before the
        start of a series. [currency]
    least_strength : float, default 0.6
        Strength from which a series counts as seasonal. [share of variance]

    Returns
    -------
    DataFrame, shape (n_keys, 20)
        One row per key: ``months_n``; ``strength`` (missing below 24 months, and where
        nothing varies around the trend); ``p_value``, the chance of a season so regular in
        a series without one; ``is_seasonal``; ``peak_months`` and ``trough_months``
        (calendar months, as "5, 6, 7"; empty when not seasonal); ``shortfall``, money below
        the trend in the trough months [currency / year]; and `CURVE`, each calendar month
        as a share of the mean month (missing where the mean is not above zero).

    Notes
    -----
    Strength is max(0, 1 - Var(R) / Var(S + R)) [1]_ of a robust STL [2]_ of period 12 whose
    season is smoothed by a local constant. The usual local line fits the two or three
    values of a calendar month so closely that noise alone looks seasonal: over 36 months
    white noise reaches 0.6 in one series of four, with a local constant in one of a hundred
    (benchmarks/seasonality.py). With less than three years it still does in one of five at
    24 months; there the calendar months must also rank alike in each year (Friedman's test
    of the series without its trend, in the F form of [3]_) with a chance of at most 1 %.

    References
    ----------
    .. [1] X. Wang, K. Smith, R. Hyndman, "Characteristic-based clustering for time series
       data", Data Mining and Knowledge Discovery 13 (2006).
    .. [2] R. Cleveland et al., "STL: a seasonal-trend decomposition procedure based on
       loess", Journal of Official Statistics 6 (1990).
    .. [3] R. Iman, J. Davenport, "Approximations of the critical region of the Friedman
       statistic", Communications in Statistics 9 (1980).
    """
    rows = [_season(monthly[key].dropna(), least_strength) for key in monthly.columns]
    columns = ["months_n", "strength", "p_value", "is_seasonal", "peak_months", "trough_months",
               "shortfall", "mean", *CURVE]
    found = pd.DataFrame(rows, columns=columns, index=monthly.columns.rename("key"))
    return found.astype({"months_n": "int64", "is_seasonal": "bool", "peak_months": "str",
                         "trough_months": "str"} | dict.fromkeys(
        ["strength", "p_value", "shortfall", "mean", *CURVE], "float64")).reset_index()


def _season(series: pd.Series, least_strength: float) -> dict[str, object]:
    """One row of `find_seasons`."""
    mean = float(series.mean()) if len(series) else np.nan
    unknown = {"months_n": len(series), "strength": np.nan, "p_value": np.nan, "mean": mean,
               "is_seasonal": False, "peak_months": "", "trough_months": "",
               "shortfall": np.nan} | dict.fromkeys(CURVE, np.nan)
    if len(series) < LEAST_MONTHS:
        return unknown
    seasonal, rest = _decompose(series.to_numpy(dtype=float))
    around = seasonal + rest
    if np.var(around) <= (1e-9 * np.abs(series).max()) ** 2:  # nothing but rounding
        return unknown
    strength = max(0.0, 1.0 - float(np.var(rest) / np.var(around)))
    p_value = _chance(around)
    is_seasonal = strength >= least_strength and (
        len(series) >= SURE_MONTHS or p_value <= CHANCE)
    month = pd.PeriodIndex(series.index).month
    curve = pd.Series(seasonal).groupby(month).mean()
    peak, trough = (_far(curve * sign) for sign in (1, -1))
    return unknown | {
        "strength": strength, "p_value": p_value, "is_seasonal": is_seasonal,
        "peak_months": list_months(peak) if is_seasonal else "",
        "trough_months": list_months(trough) if is_seasonal else "",
        "shortfall": -float(curve[trough].sum()) if is_seasonal else np.nan,
    } | dict(zip(CURVE, 1 + curve / mean if mean > 0 else curve * np.nan, strict=True))


def _decompose(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Seasonal component and remainder of a monthly series."""
    from statsmodels.tsa.seasonal import STL

    fitted = STL(values, period=YEAR, seasonal=SEASONAL_WINDOW, seasonal_deg=0,
                 robust=True).fit()
    return np.asarray(fitted.seasonal), np.asarray(fitted.resid)


def _chance(around: np.ndarray) -> float:
    """Chance that calendar months without a season rank so alike, over the last whole years."""
    from scipy.stats import f, rankdata

    years = len(around) // YEAR
    ranks = rankdata(around[-years * YEAR:].reshape(years, YEAR), axis=1)
    spread = float(np.square(ranks.sum(axis=0) - years * (YEAR + 1) / 2).sum())
    most = years * float(np.square(ranks - (YEAR + 1) / 2).sum())  # all years rank alike
    concordance = spread / most if most > 0 else 0.0
    if concordance >= 1 - 1e-12:
        return 0.0
    freedom = YEAR - 1 - 2 / years
    return float(f.sf((years - 1) * concordance / (1 - concordance), freedom,
                      freedom * (years - 1)))


def _far(curve: pd.Series) -> list[int]:
    """Calendar months that lie at least half as far above the trend as the highest one."""
    return list(curve.index[(curve > 0) & (curve >= PART_OF_EXTREME * curve.max())])


def list_months(months: list[int]) -> str:
    """Calendar months as text, a run across the turn of the year in its order."""
    gaps = [month for month in months if (month - 2) % YEAR + 1 not in months]
    first = max(gaps) if 1 in months and YEAR in months and gaps else 1
    return ", ".join(str(month) for month in sorted(
        months, key=lambda month: (month - first) % YEAR))


def borrow_seasons(seasons: pd.DataFrame, industry: pd.Series, by_industry: pd.DataFrame,
                   company: pd.DataFrame) -> pd.DataFrame:
    """Seasons of accounts, those with too little history with the curve of their industry.

    Parameters
    ----------
    seasons : DataFrame
        From `find_seasons`, one row per account.
    industry : Series
        Industry by account, missing where unknown.
    by_industry, company : DataFrame
        From `find_seasons` of the accounts with 24 months of history or more, summed by
        industry, and of the whole company (one row, or none).

    Returns
    -------
    DataFrame
        `seasons` with ``source`` (own, industry, company; missing when nothing is known) and
        ``is_borrowed``. What is borrowed is scaled to the account's own mean month.

    Notes
    -----
    An account that borrows has no part in the curve it borrows: it has too little history
    to be in the sum of its industry.
    """
    lent = by_industry.set_index("key")
    home = seasons["key"].map(industry)
    home = home.where(home.isin(lent.index[lent["strength"].notna()]))
    is_short = seasons["months_n"] < LEAST_MONTHS
    has_company = bool(company["strength"].notna().any())
    source = np.select([~is_short, home.notna(), np.full(len(seasons), has_company)],
                       [OWN, INDUSTRY, COMPANY], default="")
    out = seasons.assign(source=pd.Series(source, index=seasons.index, dtype="str").replace(
        "", np.nan), is_borrowed=is_short & (source != ""))
    taken = ["strength", "p_value", "is_seasonal", "peak_months", "trough_months", *CURVE]
    for name in (INDUSTRY, COMPANY):
        rows = out["source"] == name
        if not rows.any():
            continue
        lender = (lent.loc[home[rows]] if name == INDUSTRY else
                  company.iloc[[0] * int(rows.sum())]).set_index(out.index[rows])
        out.loc[rows, taken] = lender[taken]
        scale = (out.loc[rows, "mean"] / lender["mean"].where(lender["mean"] > 0)).clip(lower=0.0)
        out.loc[rows, "shortfall"] = lender["shortfall"] * scale
    return out
