"""How much of the total the largest accounts make, and what some eat of it."""

import numpy as np
import pandas as pd


def concentration(amounts: pd.Series, top_share: float = 0.2) -> float:
    """Share of the total that the largest fifth of the accounts makes.

    Parameters
    ----------
    amounts : Series
        Revenue or margin per account; accounts without any are not counted.
    top_share : float, default 0.2
        Part of the accounts, rounded up to whole ones.

    Returns
    -------
    float
        Share of the total; nan when the total is not positive.
    """
    active = amounts[amounts != 0].dropna().sort_values(ascending=False)
    if active.sum() <= 0:
        return float("nan")
    return float(active.head(int(np.ceil(top_share * len(active)))).sum() / active.sum())


def whale_curve(margins: pd.Series) -> pd.Series:
    """Cumulative share of the total margin, accounts by margin descending.

    Its peak exceeds 1 when some accounts lose money. Empty when the total is not positive.
    """
    ranked = margins.dropna().sort_values(ascending=False)
    total = ranked.sum()
    return ranked.cumsum() / total if total > 0 else ranked.iloc[:0]
