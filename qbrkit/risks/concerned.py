"""Whom a risk that may still come concerns."""

import pandas as pd

from qbrkit.risks.register import ENDED


def list_concerned(assessed: pd.DataFrame, exposures: pd.DataFrame) -> pd.DataFrame:
    """Risks that are not over, with the accounts they concern.

    Parameters
    ----------
    assessed : DataFrame, shape (n_risks, k)
        From `assess_risks`.
    exposures : DataFrame
        From `expose_accounts`. [company currency / year]

    Returns
    -------
    DataFrame
        ``risk_id``, ``account_id``, each pair once, by account and risk.

    Notes
    -----
    A risk that names an account concerns it in any case; any other concerns those with
    exposed spend above zero. One beyond the next twelve months may still come.
    """
    coming = assessed[assessed["window"] != ENDED]
    exposed = exposures[(exposures["exposed"] > 0)
                        & exposures["risk_id"].isin(coming["risk_id"])]
    pairs = pd.concat([coming[["risk_id", "account_id"]], exposed[["risk_id", "account_id"]]])
    return pairs.dropna().drop_duplicates().sort_values(
        ["account_id", "risk_id"]).reset_index(drop=True)
