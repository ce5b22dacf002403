"""The return: value against what the customer spent, discounted, and how far it holds."""

import numpy as np
import pandas as pd


def present_value(by_month: pd.DataFrame, discount_rate: float = 0.1) -> pd.Series:
    """Present value of each account's monthly amounts, at the start of the first month.

    Parameters
    ----------
    by_month : DataFrame, shape (n_accounts, n_months)
        From `spread_by_month`. [account currency]
    discount_rate : float, default 0.1
        Per year; month t (from 1) is divided by (1 + rate) ** (t / 12).

    Returns
    -------
    Series, shape (n_accounts,)
        By account; 0 without months. [account currency]
    """
    discount = (1 + discount_rate) ** (np.arange(1, by_month.shape[1] + 1) / 12)
    return by_month.div(discount, axis="columns").sum(axis="columns")


def find_returns(value_by_month: pd.DataFrame, cost_by_month: pd.DataFrame,
                 discount_rate: float = 0.1) -> pd.DataFrame:
    """ROI, NPV, payback and break-even haircut of each account's monthly value and cost.

    Parameters
    ----------
    value_by_month, cost_by_month : DataFrame, shape (n_accounts, n_months)
        From `spread_by_month`: value without soft lines, and what the customer spent; the
        same accounts and months in both. [account currency]
    discount_rate : float, default 0.1
        Per year; month t (from 1) is divided by (1 + rate) ** (t / 12).

    Returns
    -------
    DataFrame, shape (n_accounts, 7)
        ``account_id``; ``present_value`` PV(V), ``present_cost`` PV(C); ``roi`` = (PV(V) -
        PV(C)) / PV(C), missing unless PV(C) > 0; ``npv`` = PV(V) - PV(C);
        ``payback_months``, when the cumulative net (not discounted) reaches 0 and stays
        there, interpolated, 0 when never below, missing when below at the end;
        ``break_even_haircut`` = 1 - PV(C)/PV(V), by how much the value may shrink until the
        ROI is 0, missing without an ROI or unless PV(V) > 0.

    Notes
    -----
    The haircut is one on the whole value. The method says how far "the benefits" may shrink;
    its source [1]_ calls all of the value so, and a haircut on the benefit of the product
    alone would pass 1 wherever the services alone pay, and tell nothing there.

    References
    ----------
    .. [1] Forrester, Total Economic Impact methodology (present values at 10 % a year).
    """
    value = present_value(value_by_month, discount_rate)
    cost = present_value(cost_by_month, discount_rate)
    net = (value_by_month - cost_by_month).to_numpy()
    return pd.DataFrame({
        "present_value": value, "present_cost": cost,
        "roi": (value - cost) / cost.where(cost > 0), "npv": value - cost,
        "payback_months": _payback(net.cumsum(axis=1)),
        "break_even_haircut": 1 - cost.where(cost > 0) / value.where(value > 0),
    }).rename_axis("account_id").reset_index()


def _payback(cumulative: np.ndarray) -> np.ndarray:
    """Months until each row stays at or above 0."""
    cumulative = cumulative.round(6)  # thirds of an amount only nearly add up to it
    below, (accounts_n, months_n) = cumulative < 0, cumulative.shape
    months = np.where(below.any(axis=1), months_n - below[:, ::-1].argmax(axis=1), 0)
    row = np.arange(accounts_n)
    last = cumulative[row, np.maximum(months - 1, 0)]
    reached = cumulative[row, np.minimum(months, months_n - 1)]
    part = -last / np.where(reached > last, reached - last, 1.0)
    return np.select([months == 0, months < months_n], [0.0, months + part], default=np.nan)
