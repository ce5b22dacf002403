"""Which accounts a competitor can reach."""

import pandas as pd

from qbrkit.threats.encounters import LOST, OPEN


def list_exposed(accounts: pd.DataFrame, named: pd.DataFrame, white_space: pd.DataFrame,
                 gaps: pd.DataFrame) -> pd.DataFrame:
    """Accounts named in a deal with a known competitor, or lacking a family where one is met.

    Parameters
    ----------
    accounts : DataFrame
        ``account_id``, ``territory`` and ``revenue_ltm`` of the accounts looked at.
    named : DataFrame
        From `encounters.list_named`, the deals of the two years and open ones only.
    white_space : DataFrame
        From `potential.find_white_space`: ``account_id``, ``family``.
    gaps : DataFrame
        ``account_id`` once for each gap found by rule.

    Returns
    -------
    DataFrame
        Largest revenue first: ``account_id``, ``territory``, ``competitors`` and
        ``white_space_families`` (texts, ``"; "`` between), ``deals_n`` with a known competitor,
        ``open_deals_n`` of them, ``lost_money`` in the two years (missing where no lost deal has
        an amount) [company currency], ``gaps_n``, ``revenue_ltm``.
    """
    deals = named[named["account_id"].isin(accounts["account_id"])]
    lacking = _lacking(accounts, named, white_space)
    rivals = pd.concat([deals[["account_id", "competitor"]],
                        lacking[["account_id", "competitor"]]])
    by_deal = deals[~deals.index.duplicated()].assign(
        is_open=lambda one: one["outcome"] == OPEN, is_lost=lambda one: one["outcome"] == LOST,
        lost=lambda one: one["amount"].where(one["is_lost"])).groupby("account_id")
    sums = pd.DataFrame({
        "deals_n": by_deal.size(), "open_deals_n": by_deal["is_open"].sum(),
        "lost_n": by_deal["is_lost"].sum(), "lost_money": by_deal["lost"].sum(min_count=1)})
    found = accounts[accounts["account_id"].isin(rivals["account_id"].unique())].merge(
        sums.rename_axis("account_id").reset_index(), on="account_id", how="left",
        validate="one_to_one")
    counts = ["deals_n", "open_deals_n", "lost_n"]
    found = found.assign(
        **{name: found[name].fillna(0).astype("int64") for name in counts},
        competitors=found["account_id"].map(_joined(rivals, "competitor")).astype("str"),
        white_space_families=found["account_id"].map(
            _joined(lacking, "family")).astype("str").fillna(""),
        gaps_n=found["account_id"].map(gaps["account_id"].value_counts()).fillna(0).astype("int64"))
    return found.assign(lost_money=found["lost_money"].mask(found["lost_n"] == 0, 0.0)).sort_values(
        ["revenue_ltm", "account_id"], ascending=[False, True], ignore_index=True)[[
            "account_id", "territory", "competitors", "deals_n", "open_deals_n", "lost_money",
            "white_space_families", "gaps_n", "revenue_ltm"]]


def _lacking(accounts: pd.DataFrame, named: pd.DataFrame,
             white_space: pd.DataFrame) -> pd.DataFrame:
    """Families that accounts lack, with each competitor met in them in the same territory."""
    met = named[["territory", "family", "competitor"]].dropna().drop_duplicates()
    space = white_space[["account_id", "family"]].merge(
        accounts[["account_id", "territory"]], on="account_id")
    return space.merge(met, on=["territory", "family"])


def _joined(rows: pd.DataFrame, name: str) -> pd.Series:
    """The different values of a column by account, as one text."""
    once = rows[["account_id", name]].drop_duplicates().sort_values(["account_id", name])
    return once.groupby("account_id")[name].agg("; ".join)
