"""Competitors that were met in the deals of each account."""

import pandas as pd

from qbrkit.explain.names import groups_of
from qbrkit.sources import Workspace
from qbrkit.threats.encounters import LOST, WON, list_named

YEARS = 2


def competitors_met(workspace: Workspace, as_of: pd.Timestamp) -> pd.DataFrame | None:
    """Deals of two years that name a competitor, won and lost, by account.

    Parameters
    ----------
    workspace : Workspace
        For its deals, and for who rolls up to whom.
    as_of : Timestamp
        Last day that counts.

    Returns
    -------
    DataFrame or None
        ``account_id`` (rolled up), ``competitor``, ``won_n``, ``lost_n``, most deals first;
        None without a table of deals.
    """
    if "deals" not in workspace.tables:
        return None
    deals = workspace.tables["deals"]
    later = as_of + pd.Timedelta(days=1)
    inside = ((deals["close_date"] >= later - pd.DateOffset(years=YEARS))
              & (deals["close_date"] < later) & deals["outcome"].isin([WON, LOST])
              & deals["account_id"].notna())
    named = list_named(deals[inside], deals["competitor"])
    parents = groups_of(workspace).parents
    account = named["account_id"].map(parents).fillna(named["account_id"])
    counted = named.assign(account_id=account, won_n=named["outcome"] == WON,
                           lost_n=named["outcome"] == LOST).groupby(
        ["account_id", "competitor"])[["won_n", "lost_n"]].sum().reset_index()
    return counted.assign(n=counted["won_n"] + counted["lost_n"]).sort_values(
        ["account_id", "n", "competitor"], ascending=[True, False, True]).drop(columns="n")
