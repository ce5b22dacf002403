"""White space in which a competitor is met already."""

import pandas as pd

CONTESTED = ["account_id", "family", "competitors", "median_spend"]
BETWEEN = "; "
"""Between the names of several competitors; no name holds a semicolon."""


def find_contested(white_space: pd.DataFrame, accounts: pd.DataFrame,
                   met: pd.DataFrame) -> pd.DataFrame:
    """Families that an account does not buy, with the competitors met in them.

    Parameters
    ----------
    white_space : DataFrame
        From `potential.find_white_space`: ``account_id``, ``family``, ``median_spend``.
    accounts : DataFrame
        ``account_id`` (unique) and ``territory`` of the accounts looked at.
    met : DataFrame
        One row per recent deal and known competitor: ``account_id``, ``territory``,
        ``family``, ``competitor``, each in the spelling of the other tables; what is not
        known is missing, and matches nothing.

    Returns
    -------
    DataFrame, shape (n_contested, 4)
        `CONTESTED`: a competitor was met in a deal for that family, with the account itself
        or elsewhere in its territory. ``competitors`` by the alphabet, `BETWEEN` them;
        ``median_spend`` of the peers that buy the family [company currency / year]. By
        account, the largest first.
    """
    space = white_space[["account_id", "family", "median_spend"]].merge(
        accounts[["account_id", "territory"]], on="account_id", validate="many_to_one")
    found = pd.concat([
        space.merge(met[[*where, "competitor"]].dropna().drop_duplicates(), on=where)
        for where in (["account_id", "family"], ["territory", "family"])])
    key = ["account_id", "family", "median_spend"]
    named = found[[*key, "competitor"]].drop_duplicates().sort_values([*key, "competitor"])
    return (named.groupby(key)["competitor"].agg(BETWEEN.join).rename("competitors")
            .reset_index().astype({"account_id": "str", "family": "str", "competitors": "str"})
            .sort_values(["account_id", "median_spend", "family"], ascending=[True, False, True],
                         ignore_index=True)[CONTESTED])
