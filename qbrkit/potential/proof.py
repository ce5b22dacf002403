"""Whether estimated wallets hold on accounts the estimate has not seen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qbrkit.potential.estimate import SEED, predict_quantiles, sample_rows
from qbrkit.potential.peers import peer_quantiles

FOLDS = 5
FOLDS_TO_WIN = 3
"""Most of the parts. Over 96 simulated companies of 40 to 300 accounts this refused every one
whose size and industry said nothing, and used 93 % of the others (benchmarks/potential.py with
``--accounts 40 80 150 300 --seeds 24``)."""
NO_FAMILY, TOO_FEW, NO_SIZE, NOT_BETTER = "no family", "too few", "no size", "not better"
"""Why there is no estimate."""


@dataclass(frozen=True)
class Proof:
    """What the hold-out says of the estimate.

    Parameters
    ----------
    model, peers, everyone : float
        Pinball loss over all held-out accounts and families: of the regression, of the
        plain quantile of the peers, and of the quantile of all accounts. Missing when
        there was nothing to try. [company currency]
    accounts_n : int
        Accounts held out, each once.
    folds_won_n : int
        Parts of the accounts, out of `FOLDS`, in which the regression beats both others.
    reason : str
        Why the estimate is not used: `NO_FAMILY`, `TOO_FEW`, `NO_SIZE`, `NOT_BETTER`; empty
        when it is.
    """

    model: float
    peers: float
    everyone: float
    accounts_n: int
    folds_won_n: int
    reason: str

    @property
    def is_used(self) -> bool:
        """Whether the estimate is used."""
        return not self.reason

    @property
    def gain(self) -> float:
        """Share of the plain peer quantile's loss that the regression saves."""
        return 1 - self.model / self.peers if self.peers > 0 else np.nan


def pinball_loss(spend: np.ndarray, estimate: np.ndarray, quantile: float) -> np.ndarray:
    """Loss of an estimated quantile: quantile × what it is short, (1 - quantile) × what it is over.

    Parameters
    ----------
    spend, estimate : ndarray of the same shape
        [currency]
    quantile : float
        In (0, 1).

    Returns
    -------
    ndarray
        Not negative; smallest on average for the true quantile. [currency]
    """
    short = spend - estimate
    return np.maximum(quantile * short, (quantile - 1) * short)


def prove(spend: pd.DataFrame, features: pd.DataFrame, quantile: float, least: int) -> Proof:
    """Hold the regression against the plain quantile of the peers on accounts not seen.

    Each fifth of the accounts is estimated from the other four: by the regression, by the
    quantile of its peers among them, and by the quantile of all of them.

    Parameters
    ----------
    spend : DataFrame, shape (n_accounts, n_families)
        Spend of the last twelve months, named families only, of the accounts that bought.
        [company currency / year]
    features : DataFrame, shape (n_accounts, k)
        ``size`` and ``industry`` of the same accounts, missing where unknown.
    quantile : float
        In (0, 1).
    least : int
        Accounts, and peers, an estimate needs.

    Returns
    -------
    Proof

    Notes
    -----
    The estimate is used when its loss is lower than both others over all accounts and in at
    least `FOLDS_TO_WIN` of the `FOLDS` parts. The quantile of all accounts is there because
    a regression beats the quantile of a few peers by its smaller scatter alone, even where
    size and industry say nothing; such an estimate would send every account the same way.
    Where peers are too few, the quantile of all accounts stands in for theirs. Credits
    count as no spend. At most `estimate.MOST_FITTED` accounts take part.
    """
    known = features[features["size"] > 0]
    reason = (NO_FAMILY if spend.shape[1] == 0 else TOO_FEW if len(spend) < least
              else NO_SIZE if len(known) < least else "")
    if reason:
        return Proof(np.nan, np.nan, np.nan, 0, 0, reason)
    known = known.sort_index()  # the same parts whatever the order of the rows
    known = known.iloc[sample_rows(len(known))]
    losses = _held_out_losses(spend.loc[known.index].clip(lower=0.0), known, quantile, least)
    model, peers, everyone = losses.sum(axis=0)
    won = int((losses[:, 0] < losses[:, 1:].min(axis=1)).sum())
    is_better = model < min(peers, everyone) and won >= FOLDS_TO_WIN
    return Proof(float(model), float(peers), float(everyone), len(known), won,
                 "" if is_better else NOT_BETTER)


def _held_out_losses(spend: pd.DataFrame, features: pd.DataFrame, quantile: float,
                     least: int) -> np.ndarray:
    """Loss of each part of the accounts (rows) by model, peers and everyone (columns)."""
    part = np.random.default_rng(SEED).permutation(len(spend)) % FOLDS
    losses = []
    for held_out in range(FOLDS):
        out, seen = part == held_out, part != held_out
        actual, learned = spend[out].to_numpy(dtype="float64"), spend[seen]
        everyone = np.quantile(learned.to_numpy(dtype="float64"), quantile, axis=0)
        peers, _ = peer_quantiles(learned, features[seen], features[out], quantile, least)
        estimates = (predict_quantiles(learned, features[seen], features[out], quantile, least),
                     peers.where(peers.notna(), everyone[None, :].repeat(len(peers), axis=0)),
                     pd.DataFrame([everyone] * len(peers)))
        losses.append([pinball_loss(actual, one.to_numpy(dtype="float64"), quantile).sum()
                       for one in estimates])
    return np.array(losses)
