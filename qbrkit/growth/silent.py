"""Silent accounts: the time since the last order, held against the account's own rhythm."""

import pandas as pd

LEAST_ORDERS = 5
"""Order days below which an account has no rhythm to break (method, section 4)."""
SHARE = 0.95
"""Of its gaps, and of its days, that stay below the limit."""
ADDED_GAPS = 4
"""The limit is wider by this number over that of the gaps: few of them show little."""


def find_silent(days: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Which accounts are silent longer than their own rhythm allows.

    Parameters
    ----------
    days : DataFrame, shape (n_days, 2)
        From `order_days.gather_order_days`: ``account_id`` and ``day``. Days after `as_of`
        only end a silence; no rhythm is learnt from them.
    as_of : Timestamp
        The day by which the silence is judged.

    Returns
    -------
    DataFrame, shape (n_accounts, 11)
        By ``account_id``: ``orders_n`` (order days), ``last_order``, ``days_since`` [days];
        ``usual_gap`` (median) and ``gap_95`` (95th percentile, linear between ranks) of the
        days between one order and the next; ``limit_days``: how long is still its rhythm;
        ``is_silent`` = days_since > limit_days; ``is_stopped``: no order in the twelve months
        to `as_of`, but in those before; ``ordered_again``: first order day after `as_of`.
        Who ordered again is neither silent nor stopped; ``is_back`` where it had been.

    Notes
    -----
    With fewer than five order days gaps and limit are missing, and nothing is silent. An
    account without an order for twelve months is stopped or older, and not silent.

    The plain rule, days_since > gap_95, calls 10 to 30 % of active accounts silent on any
    day when they have five to ten orders or order in bursts (``benchmarks/silent.py``): the
    highest percentile of four gaps is hardly above their largest, and a day falls into a
    long gap more easily than into a short one. So the limit is the larger of gap_95 and of
    the time without an order that the account exceeded on 5 % of its own days, times
    1 + 4/n with n gaps. False alarms then come to 1 to 8 % of active accounts, and only
    with few orders in bursts to more.
    """
    until = days[days["day"] <= as_of].drop_duplicates().sort_values(["account_id", "day"])
    gaps = until.assign(gap=until.groupby("account_id")["day"].diff().dt.days).dropna()
    orders = until.groupby("account_id")["day"].agg(orders_n="size", last_order="max")
    by_account = gaps.groupby("account_id")["gap"]
    has_rhythm = orders["orders_n"] >= LEAST_ORDERS
    figures = pd.DataFrame({
        "usual_gap": by_account.median(), "gap_95": by_account.quantile(SHARE),
        "waiting": _waiting(gaps)}).reindex(orders.index).where(has_rhythm)
    again = days[days["day"] > as_of].groupby("account_id")["day"].min()
    found = orders.join(figures[["usual_gap", "gap_95"]]).assign(
        ordered_again=again.reindex(orders.index))
    since = (as_of.normalize() - orders["last_order"]).dt.days
    limit = (figures[["gap_95", "waiting"]].max(axis=1) * (
        1 + ADDED_GAPS / (orders["orders_n"] - 1).clip(lower=1))).round(6)
    last_year, year_before = (as_of.normalize() - pd.DateOffset(years=back) for back in (1, 2))
    is_gone = orders["last_order"] <= last_year
    silent, stopped = (since > limit) & ~is_gone, is_gone & (orders["last_order"] > year_before)
    is_back = found["ordered_again"].notna()
    return found.assign(
        days_since=since, limit_days=limit, is_silent=silent & ~is_back,
        is_stopped=stopped & ~is_back, is_back=(silent | stopped) & is_back).reset_index()[[
            "account_id", "orders_n", "last_order", "days_since", "usual_gap", "gap_95",
            "limit_days", "is_silent", "is_stopped", "ordered_again", "is_back"]]


def _waiting(gaps: pd.DataFrame) -> pd.Series:
    """Days without an order that each account exceeded on one in twenty of its days.

    Above a limit q lie sum(max(gap - q, 0)) days; with the gaps in falling order that is the
    largest of (sum of the first k) - k q, so that q is the largest of their sums less the
    days left over, divided by k.
    """
    falling = gaps.sort_values(["account_id", "gap"], ascending=[True, False])
    grouped = falling.groupby("account_id")["gap"]
    left_over = (1 - SHARE) * grouped.transform("sum")
    return ((grouped.cumsum() - left_over) / (grouped.cumcount() + 1)).groupby(
        falling["account_id"]).max()
