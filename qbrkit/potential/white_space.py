"""White space: families an account does not buy and at least half of its peers do."""

import numpy as np
import pandas as pd

from qbrkit.potential.peers import group_peers

FEWEST_PEERS = 5
"""With fewer peers nothing is said of them."""
BUYING_SHARE = 0.5
WHITE_SPACE = ["account_id", "family", "peers_n", "buyers_n", "median_spend"]


def find_white_space(spend: pd.DataFrame, features: pd.DataFrame, least: int) -> pd.DataFrame:
    """Families that an account does not buy though at least half of its peers do.

    Parameters
    ----------
    spend : DataFrame, shape (n_accounts, n_families)
        Spend of the last twelve months, named families only, of the accounts that bought.
        [company currency / year]
    features : DataFrame, shape (n_accounts, k)
        ``size`` and ``industry`` of the same accounts, missing where unknown.
    least : int
        Peers wanted; where the widest band holds fewer, those it holds, down to
        `FEWEST_PEERS`.

    Returns
    -------
    DataFrame, shape (n_white_spaces, 5)
        `WHITE_SPACE`: ``peers_n`` without the account itself, ``buyers_n`` of them, and the
        median of what those spend [company currency / year]; the largest first.

    Notes
    -----
    Whoever got back as much as it bought, or more, does not buy.
    """
    amounts = spend.to_numpy(dtype="float64")
    found = []
    for rows, peers in group_peers(features, features, least + 1):
        bought = np.where(amounts[peers] > 0, amounts[peers], np.nan)
        peers_n, buyers_n = len(peers) - 1, np.isfinite(bought).sum(axis=0)
        wanted = buyers_n >= max(BUYING_SHARE * peers_n, 1)
        if peers_n < FEWEST_PEERS or not wanted.any():
            continue
        median = np.full(len(wanted), np.nan)
        median[wanted] = np.nanmedian(bought[:, wanted], axis=0)
        at, family = np.nonzero((amounts[rows] <= 0) & wanted)
        found.append(pd.DataFrame({
            "account_id": spend.index[rows[at]], "family": spend.columns[family],
            "peers_n": peers_n, "buyers_n": buyers_n[family], "median_spend": median[family]}))
    if not found:
        return pd.DataFrame({name: pd.Series(dtype="str" if number < 2 else "float64")
                             for number, name in enumerate(WHITE_SPACE)})
    return pd.concat(found).sort_values(
        ["median_spend", "account_id", "family"], ascending=[False, True, True],
        ignore_index=True).astype({"account_id": "str", "family": "str"})
