"""Potential of accounts whose wallet is known."""

import pandas as pd


def find_potential(accounts: pd.DataFrame, revenue: pd.Series,
                   capture_rate: float = 0.3) -> pd.DataFrame:
    """Potential and the part of it that can be won.

    Parameters
    ----------
    accounts : DataFrame, shape (n_accounts, k)
        ``account_id`` unique and ``wallet``, stated or estimated, missing where unknown.
        [company currency / year]
    revenue : Series
        Revenue of the last twelve months by account, missing counts as none.
        [company currency]
    capture_rate : float, default 0.3
        Share of the potential that can be won within a year. [0 to 1]

    Returns
    -------
    DataFrame, shape (n_accounts, 3)
        ``account_id``, ``potential`` = max(0, wallet - revenue) and
        ``realizable_potential``; both missing where the wallet is.
        [company currency / year]

    Notes
    -----
    An estimated wallet is the sum over families of max(estimate, revenue), see
    `estimate.estimate_wallets`: wallet - revenue is then the potential family by family,
    max(0, estimate - revenue), summed.
    """
    spent = accounts["account_id"].map(revenue).astype("float64").fillna(0.0)
    potential = (accounts["wallet"] - spent).clip(lower=0.0)
    return pd.DataFrame({"account_id": accounts["account_id"], "potential": potential,
                         "realizable_potential": potential * capture_rate})
