"""Wallets estimated by quantile regression: what a well-won account of this kind spends."""

import numpy as np
import pandas as pd

from qbrkit.potential.peers import group_peers

MOST_FITTED = 1500
"""Accounts a regression rests on at most: more make it slower and hardly better."""
SEED = 20


def predict_quantiles(spend: pd.DataFrame, fitted: pd.DataFrame, accounts: pd.DataFrame,
                      quantile: float, least: int) -> pd.DataFrame:
    """Quantile of the spend of accounts of this size and industry, per family.

    Linear quantile regression of log(1 + spend) on log(size) and industry; industries with
    fewer than `least` accounts count together.

    Parameters
    ----------
    spend : DataFrame, shape (n_fitted, n_families)
        What each account spends, not negative. [company currency / year]
    fitted, accounts : DataFrame, shape (n, k)
        ``size`` (above zero, known) and ``industry``; `fitted` in the order of `spend`.
    quantile : float
        In (0, 1).
    least : int
        Accounts an industry needs for a term of its own.

    Returns
    -------
    DataFrame, shape (n_accounts, n_families)
        From 0 to the largest spend fitted: nothing is read off past what was seen.
        [company currency / year]

    Notes
    -----
    A quantile goes through every rising function unchanged, so that the quantile of the
    logarithm, taken back, is the quantile of the spend itself: no correction is due.

    References
    ----------
    .. [1] R. Koenker, G. Bassett, "Regression Quantiles", Econometrica 46 (1978).
    .. [2] S. Rosset, C. Perlich, B. Zadrozny, S. Merugu, S. Weiss, R. Lawrence, "Wallet
       Estimation Models" (2005); C. Perlich, S. Rosset, R. Lawrence, B. Zadrozny, "High-Quantile
       Modeling for Customer Wallet Estimation and Other Applications", KDD 2007.
    """
    if accounts.empty:
        return pd.DataFrame(index=accounts.index, columns=spend.columns, dtype="float64")
    from sklearn.linear_model import QuantileRegressor  # takes a second: only where needed
    sizes = np.log(fitted["size"])
    scale = float(sizes.std(ddof=0)) or 1.0
    counted = fitted["industry"].value_counts()
    industries = sorted(counted.index[counted >= least])

    def terms(table: pd.DataFrame) -> np.ndarray:
        return np.column_stack([(np.log(table["size"]) - sizes.mean()) / scale,
                                *((table["industry"] == one).fillna(False).astype("float64")
                                  for one in industries)])
    known, wanted = terms(fitted), terms(accounts)
    found = {}
    for family in spend.columns:
        logs = np.log1p(spend[family].to_numpy(dtype="float64"))
        model = QuantileRegressor(quantile=quantile, alpha=0.0, solver="highs").fit(known, logs)
        found[family] = np.expm1(np.clip(model.predict(wanted), 0.0, logs.max()))
    return pd.DataFrame(found, index=accounts.index, columns=spend.columns)


def sample_rows(n: int, most: int = MOST_FITTED) -> np.ndarray:
    """Positions of at most so many of n accounts, drawn with a fixed seed, in order."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(SEED).choice(n, most, replace=False))


def estimate_wallets(spend: pd.DataFrame, features: pd.DataFrame, quantile: float,
                     least: int) -> pd.DataFrame:
    """Wallet of each account in each family, where enough peers tell of it.

    Parameters
    ----------
    spend : DataFrame, shape (n_accounts, n_families)
        Spend of the last twelve months by account, credits included, of the accounts that
        bought. [company currency / year]
    features : DataFrame, shape (n_accounts, k)
        ``size`` and ``industry`` of the same accounts, missing where unknown.
    quantile : float
        Which quantile of the peers' spend the wallet is. (0, 1)
    least : int
        Peers an estimate needs.

    Returns
    -------
    DataFrame, shape (n_estimates, 6)
        One row per account and family: ``account_id``, ``family``, ``spend``, ``wallet`` =
        max(0, estimate, spend), ``potential`` = max(0, estimate - spend) = wallet - spend
        [company currency / year], and ``peers_n``. Accounts of unknown size or with fewer
        than `least` others about as large (see `peers.group_peers`) have no row. Sorted by
        account.

    Notes
    -----
    Few accounts stand at the quantile in every family at once: the sum over the families is
    what a customer would spend that is won as well in each of them as the best peers are.
    """
    own = features[features["size"] > 0].sort_index()  # the same sample whatever their order
    rows = sample_rows(len(own))
    bought = spend.loc[own.index].clip(lower=0.0)
    counted = np.zeros(len(own), dtype="int64")
    for of_cell, peers in group_peers(own, own, least + 1):
        counted[of_cell] = len(peers) - 1
    wanted = own[counted >= least]
    estimates = predict_quantiles(bought.iloc[rows], own.iloc[rows], wanted, quantile, least)
    spent = spend.loc[wanted.index]
    wallets = estimates.where(estimates > spent, spent).clip(lower=0.0)
    return pd.DataFrame({
        "account_id": np.repeat(wallets.index.to_numpy(dtype=object), wallets.shape[1]),
        "family": np.tile(wallets.columns.to_numpy(dtype=object), len(wallets)),
        "spend": spent.to_numpy(dtype="float64").ravel(),
        "wallet": wallets.to_numpy(dtype="float64").ravel(),
        "potential": (wallets - spent).to_numpy(dtype="float64").ravel(),
        "peers_n": np.repeat(counted[counted >= least], wallets.shape[1]),
    }).astype({"account_id": "str", "family": "str"})
