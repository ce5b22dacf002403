"""Which accounts follow an economic series, how many quarters later, and how sure that is."""

import zlib

import numpy as np
import pandas as pd

LEAST_QUARTERS = 12
LARGEST_LAG = 4
DRAWS = 10_000
"""Enough that one pair in several hundred can still be told from chance."""
FIRST_DRAWS, SELDOM = 2_000, 0.02
"""Draws that show which pairs are worth all of them, and the chance below which they are."""
CHANCE = 0.05
"""A pair whose chance is at most this is listed."""
FALSE_SHARE = 0.1
"""Of the pairs called related at most this share is expected to be none."""
MOST_PERSISTENT = 0.99
COLUMNS = {"account_id": "str", "indicator": "str", "quarters_n": "int64", "lags_n": "int64",
           "lag": "int64", "rho": "float64", "p_value": "float64", "q_value": "float64"}


def quarterly_revenue(facts: pd.DataFrame, quarters: pd.PeriodIndex) -> pd.DataFrame:
    """Revenue by complete quarter, one column per account.

    Parameters
    ----------
    facts : DataFrame
        ``account_id``, ``quarter``, ``revenue``. [company currency]
    quarters : PeriodIndex
        The complete fiscal quarters, without a gap.

    Returns
    -------
    DataFrame, shape (n_quarters, n_accounts)
        0 where nothing was bought, missing before the first purchase.
    """
    sums = facts.groupby(["quarter", "account_id"])["revenue"].sum().unstack()
    begun = sums.notna().cummax().reindex(quarters, method="ffill")
    return sums.reindex(quarters).fillna(0.0).where(begun.eq(True))


def quarterly_indicators(indicators: pd.DataFrame, frequency: str,
                         until: pd.Timestamp) -> pd.DataFrame:
    """Mean of each indicator by fiscal quarter, one column per indicator.

    Parameters
    ----------
    indicators : DataFrame
        The contract's ``indicators``.
    frequency : str
        Of the fiscal quarters, as ``Q-DEC``.
    until : Timestamp
        Day of the review; later months are not known yet.

    Returns
    -------
    DataFrame, shape (n_quarters, n_indicators)
        Missing where one of the three months is.
    """
    known = indicators[indicators["month"] <= until].dropna(subset=["value"])
    quarter = known["month"].dt.to_period(frequency)
    by_quarter = known.groupby([quarter, known["indicator"]])["value"].agg(["mean", "size"])
    whole = by_quarter["mean"].where(by_quarter["size"] == 3).unstack()
    if whole.empty:
        return whole
    return whole.reindex(pd.period_range(whole.index.min(), whole.index.max(), freq=frequency))


def find_sensitivities(revenue: pd.DataFrame, indicators: pd.DataFrame, seed: int = 0,
                       draws: int = DRAWS) -> pd.DataFrame:
    """Rank correlation of each account with each indicator, at the lag that fits best.

    Parameters
    ----------
    revenue : DataFrame, shape (n_quarters, n_accounts)
        From `quarterly_revenue`. [currency]
    indicators : DataFrame, shape (m_quarters, n_indicators)
        From `quarterly_indicators`; it should begin a year before the revenue.
    seed : int, default 0
        Same seed, same figures.
    draws : int, default 10,000
        Simulated series of each kind, per indicator.

    Returns
    -------
    DataFrame, shape (n_pairs, 8)
        ``account_id``, ``indicator``, ``quarters_n`` used, ``lags_n`` tried, ``lag`` (the
        indicator leads by so many quarters), ``rho`` (Spearman's), ``p_value`` and
        ``q_value`` (Benjamini and Hochberg [1]_, over all pairs). Surest first. Pairs with
        fewer than 12 common quarters, or in which one side never changes, are not there; of an
        indicator with a gap counts what comes after it.

    Notes
    -----
    Lags 0 to 4 are tried over the same quarters, as many of them as leave twelve quarters.
    The p-value is of the largest correlation over the lags, so it pays for the choice.

    The quarters are not shuffled: series that drift have neighbours alike, and of
    unrelated ones 15 to 100 % pass at 5 % when they are. In place of the indicator stand
    simulated ones, of two kinds: such as persist as it does, and such as share its straight
    trend and persist around it as it does (autoregressive of first order, the coefficient
    corrected for the bias of short series after Kendall [2]_, enlarged, since too small a
    value is a false alarm). The larger of the two chances is told. Unrelated series then
    pass in 1 to 5 % of pairs (benchmarks/seasonality.py).

    References
    ----------
    .. [1] Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", Journal of the
       Royal Statistical Society B 57 (1995).
    .. [2] M. Kendall, "Note on bias in the estimation of autocorrelation", Biometrika 41
       (1954).
    """
    found = [_against(revenue, indicators[name], seed, draws) for name in indicators]
    found = [one for one in found if len(one)]
    pairs = pd.concat(found) if found else pd.DataFrame(columns=list(COLUMNS))
    pairs = pairs.assign(q_value=_false_discovery(pairs["p_value"].to_numpy(dtype=float)))
    return pairs.astype(COLUMNS).assign(strength=pairs["rho"].abs().astype("float64")).sort_values(
        ["p_value", "strength", "account_id", "indicator"],
        ascending=[True, False, True, True]).reset_index(drop=True)[list(COLUMNS)]


def _against(revenue: pd.DataFrame, indicator: pd.Series, seed: int, draws: int) -> pd.DataFrame:
    """All accounts against one indicator; accounts that began together are one block."""
    known = _since_last_gap(indicator)
    if known.nunique() < 2 or len(known) < LEAST_QUARTERS:
        return pd.DataFrame(columns=list(COLUMNS))
    random = np.random.default_rng([seed, zlib.crc32(str(indicator.name).encode())])
    simulated = _simulate(known.to_numpy(dtype=float), draws, random)
    begun = revenue.isna().sum()  # quarters before the first purchase
    blocks = [_block(revenue.loc[revenue.index[start:], begun.index[begun == start]], known,
                     simulated) for start in sorted(begun.unique())]
    filled = [block for block in blocks if len(block)]
    return pd.concat(filled).assign(indicator=str(indicator.name)) if filled else \
        pd.DataFrame(columns=list(COLUMNS))


def _since_last_gap(indicator: pd.Series) -> pd.Series:
    """The known values of an indicator after its last gap, which would break the lags."""
    indicator = indicator.loc[:indicator.last_valid_index()]  # the last ones may not be out yet
    gaps = indicator.isna().to_numpy().nonzero()[0]
    return indicator.iloc[gaps[-1] + 1:] if len(gaps) else indicator


def _block(revenue: pd.DataFrame, indicator: pd.Series,
           simulated: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:
    """Best lag, its correlation and its chance, for accounts over the same quarters."""
    from scipy.stats import rankdata

    common = revenue.index.intersection(indicator.index)
    if len(common) < LEAST_QUARTERS:
        return pd.DataFrame()
    end = list(indicator.index).index(common[-1]) + 1
    lags_n = min(LARGEST_LAG, end - LEAST_QUARTERS)
    n = min(len(common), end - lags_n)
    window = revenue.loc[common[-n:]]
    bought = _standard(rankdata(window.to_numpy(dtype=float).T, axis=1))
    led = [slice(end - n - lag, end - lag) for lag in range(lags_n + 1)]
    values = indicator.to_numpy(dtype=float)
    rho = np.stack([bought @ _standard(rankdata(values[part])) for part in led], axis=1)
    lag = np.abs(rho).argmax(axis=1)
    best = rho[np.arange(len(rho)), lag]
    table = pd.DataFrame({
        "account_id": window.columns, "quarters_n": n, "lags_n": lags_n + 1, "lag": lag,
        "rho": best, "p_value": np.max([_chance(bought, best, series, led)
                                        for series in simulated], axis=0)})
    return table[window.nunique().to_numpy() > 1]


def _chance(bought: np.ndarray, rho: np.ndarray, simulated: np.ndarray,
            led: list[slice]) -> np.ndarray:
    """How often a simulated series fits as well; told exactly only where that is seldom."""
    chance = _reached(bought, rho, simulated[:FIRST_DRAWS], led)
    seldom = chance <= SELDOM
    if len(simulated) > FIRST_DRAWS and seldom.any():
        chance[seldom] = _reached(bought[seldom], rho[seldom], simulated, led)
    return chance


def _reached(bought: np.ndarray, rho: np.ndarray, simulated: np.ndarray,
             led: list[slice]) -> np.ndarray:
    """Share of simulated series that correlate as closely as the indicator, at the best lag."""
    from scipy.stats import rankdata

    by_chance = np.zeros((len(bought), len(simulated)))
    for part in led:
        drawn = _standard(rankdata(simulated[:, part], axis=1))
        np.maximum(by_chance, np.abs(bought @ drawn.T), out=by_chance)
    reached = (by_chance >= np.abs(rho)[:, None] - 1e-9).sum(axis=1)
    return (1 + reached) / (1 + len(simulated))


def _standard(ranks: np.ndarray) -> np.ndarray:
    """Ranks centered and of length one along the last axis; zeros where all are equal."""
    centered = ranks - ranks.mean(axis=-1, keepdims=True)
    length = np.sqrt(np.square(centered).sum(axis=-1, keepdims=True))
    return np.divide(centered, length, out=np.zeros_like(centered), where=length > 0)


def _simulate(values: np.ndarray, draws: int,
              random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Series that mean nothing: some persist as the indicator does, some share its trend."""
    at = np.arange(len(values))
    trend = np.polyval(np.polyfit(at, values, 1), at)
    around = values - trend
    return (_persist(_persistence(values), draws, len(values), random),
            trend + around.std() * _persist(_persistence(around), draws, len(values), random))


def _persist(persistence: float, draws: int, n: int, random: np.random.Generator) -> np.ndarray:
    """Autoregressive series of first order and of variance one, one per row."""
    series = random.standard_normal((draws, n))
    scale = np.sqrt(1 - persistence ** 2)
    series[:, 1:] *= scale
    for at in range(1, n):
        series[:, at] += persistence * series[:, at - 1]
    return series


def _persistence(values: np.ndarray) -> float:
    """First-order autocorrelation, raised by what short series hide of it."""
    centered = values - values.mean()
    if not np.square(centered).sum() > 0:
        return 0.0
    raw = float((centered[1:] * centered[:-1]).sum() / np.square(centered).sum())
    return float(np.clip(raw + (1 + 7 * raw) / len(values), -MOST_PERSISTENT, MOST_PERSISTENT))


def _false_discovery(p_values: np.ndarray) -> np.ndarray:
    """Share of false ones among all pairs at least this sure."""
    from scipy.stats import false_discovery_control

    return false_discovery_control(p_values) if len(p_values) else p_values
