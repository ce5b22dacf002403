"""Peers: accounts of the same industry and about the same size."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

WIDEST = 3
"""Bands on either side that still hold peers: at most sixteen times larger or smaller."""
NO_BAND = np.iinfo(np.int64).min
NO_INDUSTRY = -1


def band_of(size: pd.Series) -> pd.Series:
    """Size band: one more with each doubling of the size.

    Parameters
    ----------
    size : Series
        People employed, or any amount above zero.

    Returns
    -------
    Series
        Whole numbers, missing unless the size is above zero: 1, 2 to 3, 4 to 7, …
    """
    return np.floor(np.log2(size.where(size > 0)))


def group_peers(accounts: pd.DataFrame, pool: pd.DataFrame,
                least: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Accounts that share their peers, with those peers.

    Peers have the same industry and size band. While they are fewer than `least`, the band
    is widened, a doubling on either side at a time; then it starts again with all
    industries. An account of unknown size has the accounts of its industry for peers.

    Parameters
    ----------
    accounts, pool : DataFrame, shape (n, k)
        ``industry`` and ``size``, missing where unknown.
    least : int
        Accounts that suffice. An account that is in the pool is among its own peers, so
        that it takes one more.

    Yields
    ------
    ndarray, ndarray
        Positions of the accounts, and of their peers in the pool: fewer than `least` where
        the widest band holds no more, none where neither industry nor size is known.
    """
    industries = _common_industries(pool["industry"], least)
    codes, pool_codes = (industries.get_indexer(pd.Index(table["industry"]))
                         for table in (accounts, pool))
    bands, pool_bands = (band_of(table["size"]).fillna(NO_BAND).astype("int64").to_numpy()
                         for table in (accounts, pool))
    cells, of_cell = np.unique(np.column_stack([codes, bands]), axis=0, return_inverse=True)
    order = np.argsort(of_cell.ravel(), kind="stable")
    starts = np.searchsorted(of_cell.ravel()[order], np.arange(len(cells) + 1))
    for at, (code, band) in enumerate(cells):
        peers = np.zeros(len(pool), dtype=bool)
        for peers in _wider_and_wider(code, band, pool_codes, pool_bands):
            if peers.sum() >= least:
                break
        yield order[starts[at]:starts[at + 1]], np.flatnonzero(peers)


def _common_industries(industry: pd.Series, least: int) -> pd.Index:
    """Industries with enough accounts to hold peers of their own."""
    counted = industry.value_counts()
    return pd.Index(sorted(counted.index[counted >= least]), dtype="str")


def _wider_and_wider(code: int, band: int, codes: np.ndarray,
                     bands: np.ndarray) -> Iterator[np.ndarray]:
    """Which accounts are peers, from the nearest to the widest rule."""
    same = codes == code
    if band == NO_BAND:
        if code != NO_INDUSTRY:
            yield same
        return
    near = [(bands >= band - width) & (bands <= band + width) for width in range(WIDEST + 1)]
    if code != NO_INDUSTRY:
        yield from (same & one for one in near)
    yield from near


def peer_quantiles(spend: pd.DataFrame, pool: pd.DataFrame, accounts: pd.DataFrame,
                   quantile: float, least: int) -> tuple[pd.DataFrame, pd.Series]:
    """Quantile of what the peers spend, per family.

    Parameters
    ----------
    spend : DataFrame, shape (n_pool, n_families)
        What each account of the pool spends. [company currency / year]
    pool, accounts : DataFrame, shape (n, k)
        ``industry`` and ``size``; `pool` in the order of `spend`.
    quantile : float
        In (0, 1).
    least : int
        With fewer peers there is no quantile.

    Returns
    -------
    DataFrame, shape (n_accounts, n_families)
        Missing where the peers are too few. [company currency / year]
    Series, shape (n_accounts,)
        How many peers there are; an account of the pool counts itself.
    """
    amounts = spend.to_numpy(dtype="float64")
    found = np.full((len(accounts), amounts.shape[1]), np.nan)
    counted = np.zeros(len(accounts), dtype="int64")
    for rows, peers in group_peers(accounts, pool, least):
        counted[rows] = len(peers)
        if len(peers) >= least:
            found[rows] = np.quantile(amounts[peers], quantile, axis=0)
    return (pd.DataFrame(found, index=accounts.index, columns=spend.columns),
            pd.Series(counted, index=accounts.index))
