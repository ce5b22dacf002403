"""What the panels said a year ago, held against what happened since."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qbrkit.black_ops.panel import LEAST_SHOWN, YEAR
from qbrkit.black_ops.scores import ACCOUNT, SESSION

TOO_YOUNG, NO_DEALS, NOT_COVERED = "too_young", "no_deals", "deals_not_covered"
DECIDED, LOST = ("won", "lost", "no_decision"), "lost"
BANDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Five bands: few accounts are scored, and narrower ones would hold one or two each."""
FORECAST = [SESSION, ACCOUNT, "probability", "happened", "lost"]
SCORE = [SESSION, "accounts_n", "happened_n", "brier", "brier_of_base_rate"]


@dataclass(frozen=True)
class Backtest:
    """Sessions held against what happened; see `reviews.sessions.BacktestReview`."""

    forecasts: pd.DataFrame
    scores: pd.DataFrame
    calibration: pd.DataFrame
    not_scored: pd.DataFrame


def score_sessions(expected: pd.DataFrame, deals: pd.DataFrame | None, as_of: pd.Timestamp,
                   data_until: pd.Timestamp | None = None) -> Backtest:
    """Score every session that lies a year back, where the deals cover that year.

    Parameters
    ----------
    expected : DataFrame
        From `panel.expect_losses`, of the sessions that were a panel.
    deals : DataFrame or None
        The contract's ``deals``, rolled up.
    as_of : Timestamp
        Day of the review.
    data_until : Timestamp or None
        The day until which the settings say that the export is whole.

    Returns
    -------
    Backtest

    Notes
    -----
    The forecast is the median over raters of each one's largest best guess for the account.
    It happened when a deal of the account was lost in the 365 days after the session, to
    whomever. A loss without a deal is not seen. The deals cover the year when one was decided
    on or before the day of the session, and one on or after the last day of the year, or the
    settings say that the export is whole until then.

    References
    ----------
    .. [1] G. W. Brier, Verification of forecasts expressed in terms of probability, Monthly
       Weather Review 78 (1950): the mean of (probability - happened)², in its form for two
       outcomes.
    """
    said, reason = _forecast(expected), _not_scored(expected, deals, as_of, data_until)
    scored = said[said[SESSION].isin(reason.index[reason == ""])].reset_index(drop=True)
    forecasts = _with_outcome(scored, deals if deals is not None else pd.DataFrame())
    waits = reason[reason != ""]
    from_day = (waits.index.to_series() + YEAR).where(waits == TOO_YOUNG)
    return Backtest(
        forecasts, _brier(forecasts), _calibrate(forecasts),
        pd.DataFrame({SESSION: waits.index, "reason": waits.to_numpy(),
                      "from_day": from_day.to_numpy()}).astype({"reason": "str"}))


def _forecast(expected: pd.DataFrame) -> pd.DataFrame:
    """The panel's chance of a lost account, where enough raters gave one."""
    largest = expected.groupby([SESSION, ACCOUNT, "rater"])["best"].max()
    by_account = largest.groupby([SESSION, ACCOUNT])
    said = by_account.median()[by_account.size() >= LEAST_SHOWN].rename("probability")
    return said.reset_index().sort_values(
        [SESSION, ACCOUNT], ascending=[False, True]).reset_index(drop=True)


def _not_scored(expected: pd.DataFrame, deals: pd.DataFrame | None, as_of: pd.Timestamp,
                data_until: pd.Timestamp | None) -> pd.Series:
    """Why a session is not scored, by session, the last first; empty where it is."""
    days = pd.DatetimeIndex(sorted(expected[SESSION].unique(), reverse=True), name=SESSION)
    decided = pd.Series(dtype="datetime64[us]")
    if deals is not None:
        decided = deals.loc[deals["outcome"].isin(DECIDED) & deals[ACCOUNT].notna(), "close_date"]
    first, last = decided.min(), decided.max()
    if data_until is not None and pd.notna(last):
        last = max(last, data_until)
    is_covered = (first <= days) & (days + YEAR <= last)
    reason = np.select([days + YEAR > as_of, np.full(len(days), pd.isna(first)), ~is_covered],
                       [TOO_YOUNG, NO_DEALS, NOT_COVERED], "")
    return pd.Series(reason, index=days, dtype="str")


def _with_outcome(forecasts: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Whether a deal of the account was lost in the year after, and its money."""
    if forecasts.empty:
        return forecasts.assign(happened=0, lost=0.0)[FORECAST]
    lost = deals.loc[deals["outcome"] == LOST, [ACCOUNT, "close_date", "amount"]]
    pairs = forecasts[[SESSION, ACCOUNT]].merge(lost, on=ACCOUNT)
    inside = pairs[(pairs["close_date"] > pairs[SESSION])
                   & (pairs["close_date"] <= pairs[SESSION] + YEAR)]
    by_account = inside.groupby([SESSION, ACCOUNT])["amount"]
    found = pd.DataFrame({"n": by_account.size(), "lost": by_account.sum(min_count=1)})
    told = forecasts.join(found, on=[SESSION, ACCOUNT])
    happened = told["n"].notna()
    return told.assign(happened=happened.astype("int64"),
                       lost=told["lost"].where(happened, 0.0))[FORECAST]


def _brier(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Brier score of each session beside that of the share that happened."""
    error = forecasts.assign(error=(forecasts["probability"] - forecasts["happened"]) ** 2)
    scores = error.groupby(SESSION).agg(
        accounts_n=("happened", "size"), happened_n=("happened", "sum"),
        brier=("error", "mean")).reset_index()
    share = scores["happened_n"] / scores["accounts_n"]
    return scores.assign(brier_of_base_rate=share * (1 - share)).sort_values(
        SESSION, ascending=False).reset_index(drop=True)[SCORE]


def _calibrate(forecasts: pd.DataFrame) -> pd.DataFrame:
    """How often it happened in each band of chances; bands without a forecast are left out."""
    band = np.clip(np.searchsorted(BANDS, forecasts["probability"], side="right") - 1, 0,
                   len(BANDS) - 2)
    rows = forecasts.groupby(band).agg(
        n=("happened", "size"), mean_probability=("probability", "mean"),
        happened_n=("happened", "sum"))
    at = rows.index.to_numpy(dtype="int64")
    low, high = _wilson(rows["happened_n"], rows["n"])
    edges = np.array(BANDS)
    rows = rows.assign(low=edges[at], high=edges[at + 1], share_low=low, share_high=high)
    return rows[["low", "high", "n", "mean_probability", "happened_n", "share_low",
                 "share_high"]].reset_index(drop=True)


def _wilson(hits: pd.Series, trials: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's 95 % interval of a share."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(hits.to_numpy(), trials.to_numpy(), alpha=0.05, method="wilson")
    return np.asarray(low), np.asarray(high)
